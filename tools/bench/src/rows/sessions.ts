import { FtpSession } from '../ftp-session.ts';
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
