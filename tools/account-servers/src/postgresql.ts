// PostgreSQL from Debian's package, in a folder of its own.
import { spawnSync } from 'node:child_process';
import { chownSync } from 'node:fs';
import path from 'node:path';

import { freePort, peerPath, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { Client } from 'pg';

import { ServerProcess } from './server-process.ts';

/** PostgreSQL does not run as root. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

const SMALL = {
  fsync: 'off',
  shared_buffers: '4MB',
  max_connections: '250',
  listen_addresses: '127.0.0.1',
} as const;

/** A server whose user `postgres` needs no password on its socket. `await using` ends it. */
export class PostgreSQL implements AsyncDisposable {
  /** The folder of its socket. */
  readonly socketFolder: string;
  readonly port: number;
  readonly #folder: TempFolder;
  #process: ServerProcess | undefined;

  private constructor(folder: TempFolder, port: number) {
    this.#folder = folder;
    this.socketFolder = folder.path;
    this.port = port;
  }

  /** @param settings More of them, such as `standard_conforming_strings`. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<PostgreSQL> {
    const folder = tempFolder();
    const server = new PostgreSQL(folder, await freePort());
    try {
      if (NOBODY.uid !== undefined) chownSync(folder.path, NOBODY.uid, NOBODY.gid);
      const initdb = path.join(path.dirname(peerPath('postgres')), 'initdb');
      const words = ['-D', folder.file('data'), '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync'];
      const { status, stderr } = spawnSync(initdb, [...words, '--auth-local=trust', '--auth-host=scram-sha-256'], {
        ...NOBODY,
        cwd: folder.path,
        env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`PostgreSQL cannot be set up: ${stderr}`);
      await server.start(settings);
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  async start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    const all = { ...SMALL, unix_socket_directories: this.#folder.path, port: String(this.port), ...settings };
    const words = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const options = { ...NOBODY, cwd: this.#folder.path, env: { LC_ALL: 'C' } };
    const program = peerPath('postgres');
    this.#process = new ServerProcess('PostgreSQL', [program, '-D', this.#folder.file('data'), ...words], options);
    await this.#process.until(async () => {
      try {
        await this.run('SELECT 1');
        return true;
      } catch {
        return false; // not yet
      }
    });
  }

  /** Runs statements of the user `postgres`. */
  async run(statements: string, database = 'postgres'): Promise<void> {
    const client = new Client({ host: this.socketFolder, port: this.port, user: 'postgres', database });
    await client.connect();
    try {
      await client.query(statements);
    } finally {
      await client.end();
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    await this.#process?.stop(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGQUIT');
    this.#folder.remove();
  }
}
