// Servers of accounts that FTP servers ask, each with the one user of all servers. They are what they are by default, small.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, NamespacedProcess, peer, peerPath, type PeerName, startServer } from '@pure-ftpd/peers';
import { HASH, UID, USER } from './server.ts';

/** A server of accounts that runs. */
export interface RunningAccounts extends AsyncDisposable {
  /** The argument of `-l`. */
  readonly login: string;
}

/** A server of accounts that a row can start. */
export interface AccountService {
  /** Why it cannot run here; undefined when it can. */
  readonly missing: () => string | undefined;
  /**
   * @param folder A new one for its files, which others may enter.
   * @param home Of the user.
   */
  readonly start: (folder: string, home: string) => Promise<RunningAccounts>;
}

const SECRET = 'bench';
const NOBODY = 65_534;

function missingPeer(name: PeerName): string | undefined {
  const found = peer(name);
  return 'missing' in found ? found.missing : undefined;
}

/** The table, in the words that both databases take. */
function table(home: string): string[] {
  return [
    'CREATE TABLE users (login VARCHAR(64) PRIMARY KEY, password VARCHAR(128), uid INT, gid INT, home VARCHAR(255));',
    `INSERT INTO users VALUES ('${USER}', '${HASH}', ${UID}, ${UID}, '${home}/./');`,
  ];
}

/** The file for `-l`; whoever serves may read it. */
function configure(file: string, prefix: string, port: number): void {
  const lines = [
    'Server 127.0.0.1',
    `Port ${port}`,
    'User ftpd',
    `Password ${SECRET}`,
    'Database accounts',
    'Crypt crypt',
    String.raw`GetPW SELECT password FROM users WHERE login='\L'`,
    String.raw`GetUID SELECT uid FROM users WHERE login='\L'`,
    String.raw`GetGID SELECT gid FROM users WHERE login='\L'`,
    String.raw`GetDir SELECT home FROM users WHERE login='\L'`,
  ];
  writeFileSync(file, lines.map((line) => `${prefix}${line}\n`).join(''));
}

/** Runs a program to its end with some input. @throws Error with what it said when it fails. */
function fill(words: readonly string[], input: string): void {
  const [file = '', ...rest] = words;
  const { status, stderr } = spawnSync(file, rest, { input, encoding: 'utf8', cwd: '/', env: { LC_ALL: 'C' } });
  if (status !== 0) throw new Error(`${file} failed: ${stderr.trim()}`);
}

export const mariadb: AccountService = {
  missing: () => missingPeer('mariadbd'),
  async start(folder, home) {
    const program = peerPath('mariadbd');
    const share = resolve(dirname(program), '..', 'share', 'mysql');
    const data = join(folder, 'data');
    mkdirSync(data);
    const words = [program, '--no-defaults', '--user=root', '--skip-log-bin', `--datadir=${data}`];
    const places = [`--lc-messages-dir=${share}`, `--character-sets-dir=${join(share, 'charsets')}`];
    const scripts = ['mysql_system_tables.sql', 'mysql_performance_tables.sql', 'mysql_system_tables_data.sql'];
    fill(
      [...words, ...places, '--bootstrap'],
      [
        'create database mysql;',
        'use mysql;',
        'set @auth_root_socket=NULL, @skip_auth_anonymous=1;',
        ...scripts.map((name) => readFileSync(join(share, name), 'utf8')),
        'FLUSH PRIVILEGES;',
        'CREATE DATABASE accounts;',
        `CREATE USER ftpd@'%' IDENTIFIED BY '${SECRET}';`,
        "GRANT SELECT ON accounts.* TO ftpd@'%';",
        'USE accounts;',
        ...table(home),
      ].join('\n'),
    );
    const server = await startServer((port) => [
      ...words,
      ...places,
      `--socket=${join(folder, 'socket')}`,
      `--pid-file=${join(folder, 'pid')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
    ]);
    const file = join(folder, 'mysql.conf');
    configure(file, 'MYSQL', server.port);
    return { login: `mysql:${file}`, [Symbol.asyncDispose]: () => server.stop() };
  },
};

export const postgresql: AccountService = {
  missing: () => missingPeer('postgres'),
  async start(folder, home) {
    const program = peerPath('postgres');
    const data = join(folder, 'data');
    chownSync(folder, NOBODY, NOBODY);
    // It does not run as root.
    const as = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'];
    const initdb = join(dirname(program), 'initdb');
    fill([...as, initdb, '-D', data, '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--auth-host=scram-sha-256'], '');
    const single = [...as, program, '--single', '-D', data];
    fill([...single, 'postgres'], `CREATE ROLE ftpd LOGIN PASSWORD '${SECRET}';\nCREATE DATABASE accounts;\n`);
    fill([...single, 'accounts'], [...table(home), 'GRANT SELECT ON users TO ftpd;'].join('\n'));
    const port = await freePort();
    const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: folder };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = new NamespacedProcess([...as, program, '-D', data, ...options], { env: { LC_ALL: 'C' } });
    try {
      await untilListening(port, server);
    } catch (error) {
      await server.stop();
      throw error;
    }
    const file = join(folder, 'pgsql.conf');
    configure(file, 'PGSQL', port);
    return { login: `pgsql:${file}`, [Symbol.asyncDispose]: () => server.stop() };
  },
};

/** Waits until a program takes connections. @throws Error with what it said when it ends before. */
async function untilListening(port: number, program: NamespacedProcess): Promise<void> {
  let hasEnded = false;
  void program.ended.then(() => (hasEnded = true));
  while (!(await isListening(port))) {
    if (hasEnded) throw new Error(`it ended: ${program.output.trim()}`);
    await delay(20);
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // not yet
  } finally {
    socket.destroy();
  }
}
