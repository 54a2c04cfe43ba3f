// PostgreSQL from Debian's package, in a folder of its own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync } from 'node:fs';
import path from 'node:path';

import { freePort, peerPath, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { untilTrue } from '@pure-ftpd/testing';
import { Client } from 'pg';

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
  #process: ChildProcess | undefined;
  #output = '';

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
    const child = spawn(peerPath('postgres'), ['-D', this.#folder.file('data'), ...words], {
      ...NOBODY,
      cwd: this.#folder.path,
      env: { LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    child.stderr.on('data', (chunk: Buffer) => (this.#output = (this.#output + chunk.toString()).slice(-10_000)));
    await untilTrue('PostgreSQL serves', async () => {
      if (child.exitCode !== null) throw new Error(`PostgreSQL ended: ${this.#output}`);
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
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGQUIT');
    this.#folder.remove();
  }
}
