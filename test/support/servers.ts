import { type RunningServer, startServer } from '@pure-ftpd/peers';
import { RawClient } from '@pure-ftpd/testing';
import { isSeparated } from './rights.ts';
import { accountsWithFtp, etcFolder } from './etc.ts';
import type { Side } from './programs.ts';

/** Makes homes in a /srv of the server's own (arguments up to `--`), then becomes the program in the rest. */
const WITH_HOMES = `
set -e
mount -t tmpfs -o mode=755 tmpfs /srv
while [ "$1" != -- ]; do mkdir -p "$1"; chown 3001:3001 "$1"; shift; done
shift
exec "$@"
`;

export interface DaemonOptions {
  /** Options besides the address. */
  readonly args: readonly string[];
  /** Listens on all addresses, also 127.0.0.2. */
  readonly everywhere?: boolean;
  /** Homes below /srv, which belong to the user 3001. */
  readonly homes?: readonly string[];
  /** The home of the account `ftp`, which is the user 3001 then: what anonymous users see. */
  readonly anonymousHome?: string;
  /** Files of the folders that anonymous users see at other addresses: `127.0.0.2/file`. */
  readonly virtualHosts?: Readonly<Record<string, string>>;
  /** The list of other names of directories. */
  readonly aliases?: string;
  /** Ours stays root, with a process for each identity, instead of serving everybody as one user. */
  readonly separated?: boolean;
  /** The zone of the server's clock. */
  readonly timeZone?: string;
}

/** Whom our daemon becomes when it does not stay root; all users of the samples have it. */
const SERVE_AS = ['--user', '3001:3001'];

/** The command line of a daemon with homes of its own. */
export function daemonCommand(side: Side, address: string, options: DaemonOptions): string[] {
  const staysRoot = options.separated ?? isSeparated;
  const identity = side.name === 'ours' && !staysRoot ? SERVE_AS : [];
  const daemon = [side.program('pure-ftpd'), '-S', address, ...identity, ...options.args];
  return ['sh', '-c', WITH_HOMES, 'sh', ...(options.homes ?? []), '--', ...daemon];
}

/** Starts the daemon of a side on a free port of 127.0.0.1, with accounts, /run and /srv of its own. Needs root. */
export async function startDaemon(side: Side, options: DaemonOptions): Promise<RunningServer> {
  const etc = etcFolder({
    ...(options.anonymousHome === undefined ? {} : accountsWithFtp(options.anonymousHome)),
    ...Object.fromEntries(
      Object.entries(options.virtualHosts ?? {}).map(([name, content]) => [`pure-ftpd/pure-ftpd/${name}`, content]),
    ),
    ...(options.aliases === undefined ? {} : { 'pure-ftpd/pureftpd-dir-aliases': options.aliases }),
  });
  try {
    const server = await startServer(
      (port) => daemonCommand(side, `${options.everywhere === true ? '' : '127.0.0.1'},${port}`, options),
      {
        etcDir: etc.path,
        env: { TZ: options.timeZone ?? 'UTC' },
      },
    );
    const stop = async (): Promise<void> => {
      await server.stop();
      etc.remove();
    };
    return { ...server, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    etc.remove();
    throw error;
  }
}

export interface Attempt {
  readonly user: string;
  /** `golden` unless it is another. */
  readonly password?: string;
  readonly host?: string;
  readonly localAddress?: string;
}

/** What came of a login: the code of the last reply, or `closed` when the connection ended without one. */
export type LoginResult = number | 'closed';

/** Tries to log in once, on a connection of its own. User names are latin1. */
export async function tryLogin(port: number, attempt: Attempt): Promise<LoginResult> {
  let client: RawClient | undefined;
  try {
    client = await RawClient.connect(port, attempt.host, attempt.localAddress);
    const greeting = await client.reply();
    if (greeting.code !== 220) return greeting.code;
    const user = await client.command(`USER ${attempt.user}`);
    if (user.code !== 331) return user.code;
    return (await client.command(`PASS ${attempt.password ?? 'golden'}`)).code;
  } catch {
    return 'closed'; // RawClient fails in no other way, and this is what is asked here
  } finally {
    client?.close();
  }
}
