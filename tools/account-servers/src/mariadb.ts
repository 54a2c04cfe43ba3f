// MariaDB from Debian's package, in a folder of its own.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { freePort, peerPath, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { type Connection, createConnection } from 'mysql2/promise';

import { ServerProcess } from './server-process.ts';

/** What a server is started with, besides where it is. */
const SMALL = [
  '--no-defaults',
  '--user=root',
  '--skip-log-bin',
  '--performance-schema=off',
  '--innodb-buffer-pool-size=8M',
  '--innodb-log-file-size=4M',
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-doublewrite=0',
  '--max-connections=300',
];

/** A server with no accounts yet but root's, who needs no password. `await using` ends it. */
export class MariaDB implements AsyncDisposable {
  readonly socket: string;
  readonly port: number;
  readonly #folder: TempFolder;
  readonly #words: readonly string[];
  #process: ServerProcess | undefined;

  private constructor(folder: TempFolder, port: number) {
    const server = peerPath('mariadbd');
    const share = path.resolve(path.dirname(server), '..', 'share', 'mysql');
    this.#folder = folder;
    this.port = port;
    this.socket = folder.file('mysql.sock');
    this.#words = [
      ...SMALL,
      `--datadir=${folder.file('data')}`,
      `--lc-messages-dir=${share}`,
      `--character-sets-dir=${path.join(share, 'charsets')}`,
    ];
  }

  /** @param extra More options of the server, such as `--sql-mode=ANSI_QUOTES`. */
  static async start(...extra: readonly string[]): Promise<MariaDB> {
    const folder = tempFolder();
    const server = new MariaDB(folder, await freePort());
    try {
      server.#fill();
      await server.start(...extra);
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Makes the tables of a new server, as Debian's installer does. */
  #fill(): void {
    mkdirSync(this.#folder.file('data'));
    const share = path.resolve(path.dirname(peerPath('mariadbd')), '..', 'share', 'mysql');
    const scripts = ['mysql_system_tables.sql', 'mysql_performance_tables.sql', 'mysql_system_tables_data.sql'];
    const input = [
      'create database mysql;',
      'use mysql;',
      'set @auth_root_socket=NULL, @skip_auth_anonymous=1;',
      ...scripts.map((name) => readFileSync(path.join(share, name), 'utf8')),
    ].join('\n');
    const { status, stderr } = spawnSync(peerPath('mariadbd'), [...this.#words, '--bootstrap'], {
      input,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`MariaDB cannot be set up: ${stderr}`);
  }

  /** Starts it, also again after {@link stop}, on the same socket and port. */
  async start(...extra: readonly string[]): Promise<void> {
    const where = [`--socket=${this.socket}`, `--port=${this.port}`, '--bind-address=127.0.0.1'];
    this.#process = new ServerProcess('MariaDB', [peerPath('mariadbd'), ...this.#words, ...where, ...extra]);
    await this.#process.until(async () => {
      try {
        await (await this.connect()).end();
        return true;
      } catch {
        return false; // not yet
      }
    });
  }

  /** A connection of root's. */
  connect(database?: string): Promise<Connection> {
    return createConnection({
      socketPath: this.socket,
      user: 'root',
      multipleStatements: true,
      ...(database === undefined ? {} : { database }),
    });
  }

  /** Runs statements of root's. */
  async run(statements: string, database?: string): Promise<void> {
    const connection = await this.connect(database);
    try {
      await connection.query(statements);
    } finally {
      await connection.end();
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#process?.stop(signal);
  }

  /** Lets it go on after SIGSTOP. */
  signal(signal: NodeJS.Signals): void {
    this.#process?.signal(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
    this.#folder.remove();
  }
}
