import { figureOf, runClient } from '../client.ts';
import type { Measure, Prepared, Row, Workspace } from '../row.ts';
import { CLEAR, EVERYBODY, onServers, type ServersOptions } from '../servers/index.ts';
import type { ServerKind } from '../servers/server.ts';
import { BUSY } from './transfer.ts';

const LOGINS = 300;
const AT_ONCE = 10;

interface Logins {
  readonly name: string;
  readonly how: string;
  readonly kinds: readonly ServerKind[];
  readonly secure: boolean;
  readonly notes: readonly string[];
}

const SESSIONS_PER_SECOND: Measure = { name: 'sessions', unit: '/s', better: 'higher' };
const RESUMED: Measure = { name: 'TLS sessions resumed', unit: '%', better: 'neither' };

function loginRow({ name, how, kinds, secure, notes }: Logins): Row {
  return {
    name,
    title: `${LOGINS} sessions, ${AT_ONCE} at a time: ${how}, QUIT.`,
    measures: loginMeasures(secure),
    runs: 7,
    async prepare(workspace) {
      const prepared = await onLogins(workspace, { kinds, secure });
      return { ...prepared, notes: [...prepared.notes, ...notes] };
    },
  };
}

/** What is measured of logins. */
export function loginMeasures(secure: boolean): readonly Measure[] {
  return secure ? [SESSIONS_PER_SECOND, RESUMED, BUSY] : [SESSIONS_PER_SECOND, BUSY];
}

/** Servers on which the user logs in and leaves. */
export function onLogins(workspace: Workspace, options: Omit<ServersOptions, 'run' | 'fill'>): Promise<Prepared> {
  const { secure = false } = options;
  const count = Math.max(AT_ONCE, Math.round(workspace.scaled(LOGINS) / AT_ONCE) * AT_ONCE);
  return onServers(workspace, {
    ...options,
    async run({ server }) {
      const figures = await runClient({
        job: 'logins',
        port: server.port,
        secure,
        options: { count, at_once: AT_ONCE },
      });
      const resumed = secure ? [(100 * figureOf(figures, 'resumed')) / count] : [];
      return [count / figureOf(figures, 'seconds'), ...resumed, figureOf(figures, 'busy')];
    },
  });
}

export const DELAYED = 'C pure-ftpd waits a random time below 15 ms before it checks a password.';

export const logins: Row = loginRow({
  name: 'logins',
  how: 'connect, USER, PASS (an md5-crypt hash)',
  kinds: EVERYBODY,
  secure: false,
  notes: [DELAYED],
});

export const loginsClear: Row = loginRow({
  name: 'logins_clear',
  how: 'connect, USER, PASS (kept in clear text)',
  kinds: CLEAR,
  secure: false,
  notes: ['Only libraries keep passwords in clear text.'],
});

export const tlsLogins: Row = loginRow({
  name: 'tls_logins',
  how: 'connect, AUTH TLS with the TLS session of the session before, USER, PASS (an md5-crypt hash)',
  kinds: EVERYBODY,
  secure: true,
  notes: [DELAYED],
});

const COMMANDS = 5000;
const PIPELINED = 500;
const BUSY_SESSIONS = 100;
const BUSY_SECONDS = 1;

export const noop: Row = {
  name: 'noop',
  title: `${COMMANDS} NOOPs in one session, each after the reply to the one before; as many in pipelines of ${PIPELINED}; and for a second ${BUSY_SESSIONS} sessions that each wait for a reply all the time.`,
  measures: [
    { name: 'one by one', unit: '/s', better: 'higher' },
    { name: 'pipelined', unit: '/s', better: 'higher' },
    { name: `${BUSY_SESSIONS} sessions`, unit: '/s', better: 'higher' },
    { name: `${BUSY_SESSIONS} sessions, 99% of the replies within`, unit: 'ms', better: 'lower' },
    BUSY,
  ],
  runs: 7,
  async prepare(workspace) {
    const commands = Math.ceil(workspace.scaled(COMMANDS) / PIPELINED) * PIPELINED;
    const clients = workspace.scaled(BUSY_SESSIONS);
    return onServers(workspace, {
      async run({ server: { port } }) {
        const alone = await runClient({ job: 'noop', port, options: { commands } });
        const piped = await runClient({ job: 'pipelined', port, options: { commands, at_once: PIPELINED } });
        const busy = await runClient({ job: 'busy', port, options: { clients, seconds: BUSY_SECONDS } });
        return [
          commands / figureOf(alone, 'seconds'),
          commands / figureOf(piped, 'seconds'),
          figureOf(busy, 'replies') / figureOf(busy, 'seconds'),
          figureOf(busy, 'p99') * 1000,
          figureOf(alone, 'busy'),
        ];
      },
    });
  },
};
