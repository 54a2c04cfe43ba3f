import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { expect, test } from 'vitest';

import { isRunning, untilTrue } from './conditions.ts';

const MODULE = new URL('end-with-this-process.ts', import.meta.url).href;

/** Starts a shell with a child, tells their ids, and waits. */
const STARTER = `
  import { spawn } from 'node:child_process';
  import { endWithThisProcess } from '${MODULE}';
  const child = spawn('sh', ['-c', 'sleep 1000 & echo $$ $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  endWithThisProcess(child);
  child.stdout.pipe(process.stdout);
  setInterval(() => undefined, 1000);
`;

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a group of processes ends when who started it ends by %s',
  async (signal) => {
    const starter = spawn(process.execPath, ['--input-type=module', '-e', STARTER], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line]: unknown[] = await once(starter.stdout, 'data');
    const ids = String(line).trim().split(' ').map(Number);
    expect(ids.map((id) => isRunning(id))).toEqual([true, true]);
    starter.kill(signal);
    await untilTrue('both are gone', () => !ids.some((id) => isRunning(id)));
  },
);

test('it is not kept from ending itself, and says nothing', async () => {
  const program = `
    import { spawn } from 'node:child_process';
    import { endWithThisProcess } from '${MODULE}';
    endWithThisProcess(spawn('true', [], { stdio: 'ignore', detached: true }));
  `;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let said = '';
  starter.stderr.on('data', (chunk: Buffer) => void (said += chunk.toString()));
  expect(await once(starter, 'exit')).toEqual([0, null]);
  expect(said).toBe('');
});
