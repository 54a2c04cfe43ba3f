import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { isSoak, RawClient, soak, temporaryFolder } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { startProgram } from './testing/example.ts';

/** Sessions kept open; the long form is the figure in the README, and needs `ulimit -Hn 16000`. */
const SESSIONS = soak(300, 10_000);

/** Sessions opened at a time: the backlog of a listener is limited. */
const AT_ONCE = 100;

/** Resident memory of a process, in bytes. */
function resident(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

/** Connects, and hears the greeting. */
async function greeted(port: number): Promise<RawClient> {
  const client = await RawClient.connect(port);
  await client.reply();
  return client;
}

test.skipIf(process.platform !== 'linux')(
  'many idle sessions cost little, and one among them lists and downloads as if alone',
  { timeout: soak(120_000, 1_200_000) },
  async () => {
    using folder = temporaryFolder();
    const content = randomBytes(1_000_000);
    writeFileSync(path.join(folder.path, 'file'), content);
    const program = path.join(import.meta.dirname, 'testing', 'idle-program.ts');
    await using server = await startProgram(program, folder.path);
    const sessions: RawClient[] = [];
    const open = async (count: number): Promise<void> => {
      for (let at = 0; at < count; at += AT_ONCE) {
        // Every other one has logged in, which takes a descriptor more.
        const more = Array.from({ length: Math.min(AT_ONCE, count - at) }, (_, index) =>
          index % 2 === 0 ? RawClient.login(server.port, 'user', 'secret') : greeted(server.port),
        );
        sessions.push(...(await Promise.all(more)));
      }
    };
    // What the first sessions cost is code that is compiled once.
    await open(200);
    const before = resident(server.pid);
    await open(SESSIONS);
    const each = (resident(server.pid) - before) / SESSIONS;
    process.stdout.write(`${sessions.length} idle sessions, ${(each / 1024).toFixed(1)} KiB of memory each\n`);
    const [one] = sessions;
    expect((await one?.receive('LIST'))?.data.toString()).toMatch(/ file\r\n$/);
    await one?.command('TYPE I');
    expect((await one?.receive('RETR file'))?.data.equals(content)).toBe(true);
    expect((await sessions.at(-1)?.command('NOOP'))?.code).toBe(200);
    for (const session of sessions) session.close();
    // Small runs measure the heap's room to grow as well.
    expect(each).toBeLessThan(isSoak ? 15 * 1024 : 200 * 1024);
  },
);
