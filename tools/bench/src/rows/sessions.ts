import { FtpSession } from '../ftp-session.ts';
import { memoryOf } from '../process.ts';
import type { Row } from '../row.ts';
import { onEveryServer } from '../servers/index.ts';
import { PASSWORD, USER } from '../servers/server.ts';

const LOGINS = 300;
const AT_ONCE = 10;
const COMMANDS = 5000;
const PIPELINED = 500;

async function logInAll(port: number): Promise<number> {
  const started = performance.now();
  let left = LOGINS;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const session = await FtpSession.login(port, USER, PASSWORD);
      await session.quit();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  return (LOGINS * 1000) / (performance.now() - started);
}

export const logins: Row = {
  name: 'logins',
  title: `${LOGINS} sessions, ${AT_ONCE} at a time: connect, USER, PASS (an md5-crypt hash), QUIT.`,
  measures: [{ name: 'sessions', unit: '/s', better: 'higher' }],
  runs: 5,
  async prepare({ folder }) {
    const prepared = await onEveryServer(folder, async ({ server }) => [await logInAll(server.port)]);
    const delayed = 'C pure-ftpd waits a random time below 15 ms before it checks a password.';
    return { ...prepared, notes: [...prepared.notes, delayed] };
  },
};

export const noop: Row = {
  name: 'noop',
  title: `${COMMANDS} NOOPs in one session, each after the reply to the one before, and in pipelines of ${PIPELINED}.`,
  measures: [
    { name: 'one by one', unit: '/s', better: 'higher' },
    { name: 'pipelined', unit: '/s', better: 'higher' },
  ],
  runs: 7,
  async prepare({ folder }) {
    return onEveryServer(folder, async ({ server }) => {
      const session = await FtpSession.login(server.port, USER, PASSWORD);
      const start = performance.now();
      for (let command = 0; command < COMMANDS; command++) await session.command('NOOP', '200');
      const middle = performance.now();
      for (let done = 0; done < COMMANDS; done += PIPELINED) await session.pipeline('NOOP', PIPELINED, '200');
      const end = performance.now();
      await session.quit();
      return [(COMMANDS * 1000) / (middle - start), (COMMANDS * 1000) / (end - middle)];
    });
  },
};

const IDLE = 900;

export const idle: Row = {
  name: 'idle',
  title: `${IDLE} sessions that have logged in and say nothing: what the server's processes have grown by since the first, for each.`,
  measures: [
    { name: 'a session', unit: 'KiB', better: 'lower' },
    { name: 'with one session', unit: 'MiB', better: 'lower' },
  ],
  runs: 3,
  async prepare({ folder }) {
    // Memory is kept from one run to the next, so growth is counted from the beginning, not from the run's.
    const beginnings = new Map<number, number>();
    return onEveryServer(folder, async ({ server }) => {
      const { pid } = server.process;
      if (pid === undefined) throw new Error('the server ended');
      const sessions = [await FtpSession.login(server.port, USER, PASSWORD)];
      const before = beginnings.get(pid) ?? memoryOf(pid);
      beginnings.set(pid, before);
      const open = async (): Promise<void> => {
        while (sessions.length < IDLE) {
          const opening = FtpSession.login(server.port, USER, PASSWORD);
          sessions.push(await opening);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, open));
      const after = memoryOf(pid);
      for (const session of sessions) await session.quit();
      return [(after - before) / sessions.length, before / 1024];
    });
  },
};
