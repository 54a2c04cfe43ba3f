import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

import { expect, test } from 'vitest';

import { parseArgon2 } from './argon2-string.ts';

const PROGRAM = `
  const { hashPassword } = await import(${JSON.stringify(new URL('index.ts', import.meta.url).href)});
  process.stdout.write(await hashPassword(Buffer.from('x')));
`;

/** What a program of its own, which has tuned nothing yet, makes of a password: memory and passes. */
async function freshlyTuned(): Promise<readonly [memory: number | undefined, passes: number | undefined]> {
  const options = process.execArgv.filter((word) => !word.startsWith('--inspect'));
  const child = spawn(process.execPath, [...options, '--input-type=module', '-e', PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let hash = '';
  child.stdout.on('data', (chunk: Buffer) => (hash += chunk.toString()));
  await once(child, 'close');
  const parsed = parseArgon2(hash);
  return [parsed?.memory, parsed?.passes];
}

/** A process that keeps a processor busy, and has begun to. */
async function busyProcess(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', "process.stdout.write('.'); for (;;);"], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  return child;
}

test('a hash is as strong on a busy machine as on an idle one', async () => {
  const idle = await freshlyTuned();
  const others = await Promise.all(Array.from({ length: 2 * availableParallelism() }, busyProcess));
  try {
    expect(await freshlyTuned()).toEqual(idle);
    expect(idle[0]).toBe(8192);
    expect([31, 63]).toContain(idle[1]);
  } finally {
    for (const other of others) other.kill('SIGKILL');
  }
});
