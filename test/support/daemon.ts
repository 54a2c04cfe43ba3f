import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { endWithThisProcess, RawClient, untilTrue } from '@pure-ftpd/testing';

import { isSeparated } from './rights.ts';
import { createUserDatabase } from './user-database.ts';

/** The program as it is called after `npm start` and `npm test`. */
const PROGRAM = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'pure-ftpd');

/** Words of `unshare`: what follows has a /run of its own. */
const ELSEWHERE = ['--mount', 'sh', '-c', 'mount -t tmpfs -o mode=755 tmpfs /run && exec "$@"', 'sh'];

/** Whom the server becomes when it is started by root: nobody whom the machine knows. */
const SERVED_AS = { uid: 54_321, gid: 54_321 };

/** How long the server may take to end after SIGTERM before it is killed, in milliseconds. */
const GRACE = 5000;

export const LOGIN = 'user';
export const PASSWORD = 'secret';

export interface DaemonOptions {
  /** Address to listen on; 127.0.0.1 by default. */
  readonly host?: '127.0.0.1' | '::1';
  /** More options for the program. */
  readonly args?: readonly string[];
  /** More for its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it is as if on a machine of its own, whose servers know nothing of those of others: as root, it has a /run of its own. */
  readonly isElsewhere?: boolean;
}

/** Who owns what the user uploads. */
export function servedAs(): { readonly uid: number; readonly gid: number } {
  const uid = process.getuid?.() ?? 0;
  return uid === 0 ? SERVED_AS : { uid, gid: process.getgid?.() ?? 0 };
}

/**
 * The daemon as a process of its own, with one virtual user, {@link LOGIN}, whose home is a new folder. `await using` stops
 * it and removes everything.
 */
export class Daemon implements AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** The user's home. */
  readonly home: string;
  /** Beside the home, readable by the server and out of the user's reach. */
  readonly outside: string;
  /** Database with the user. */
  readonly database: string;
  readonly #options: DaemonOptions;
  readonly #folder: TempFolder;
  #process: ChildProcess | undefined;
  #output = '';

  private constructor(folder: TempFolder, place: Pick<Daemon, 'host' | 'port' | 'database'>, options: DaemonOptions) {
    this.#folder = folder;
    this.home = folder.file('home');
    this.outside = folder.file('outside');
    this.host = place.host;
    this.port = place.port;
    this.database = place.database;
    this.#options = options;
  }

  /** Makes home and database and starts the program. */
  static async start(options: DaemonOptions = {}): Promise<Daemon> {
    const folder = tempFolder();
    try {
      const { uid, gid } = servedAs();
      for (const name of ['home', 'outside']) {
        mkdirSync(folder.file(name));
        chownSync(folder.file(name), uid, gid);
      }
      const user = { login: LOGIN, password: PASSWORD, uid, gid, home: folder.file('home') };
      const database = await createUserDatabase(folder.path, [user]);
      const daemon = new Daemon(
        folder,
        { host: options.host ?? '127.0.0.1', port: await freePort(), database },
        options,
      );
      await daemon.start();
      return daemon;
    } catch (error) {
      folder.remove();
      throw error;
    }
  }

  /** The process that serves: a child of that of the PID file. */
  get pid(): number {
    const first = this.#process?.pid;
    if (first === undefined) throw new Error('the daemon does not run');
    return Number(readFileSync(`/proc/${first}/task/${first}/children`, 'utf8'));
  }

  /** What it wrote on standard output and standard error. */
  get output(): string {
    return this.#output;
  }

  /** Whether the process that was started is still there. */
  get running(): boolean {
    const child = this.#process;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Starts the program, on the address it had before when it is started again, and waits until it serves. */
  async start(): Promise<void> {
    const { uid, gid } = servedAs();
    const asUser = process.getuid?.() === 0 && !isSeparated ? ['--user', `${uid}:${gid}`] : [];
    const isElsewhere = process.getuid?.() === 0 && this.#options.isElsewhere === true;
    const child = spawn(
      isElsewhere ? 'unshare' : PROGRAM,
      [
        ...(isElsewhere ? [...ELSEWHERE, PROGRAM] : []),
        '-S',
        `${this.host},${this.port}`,
        '-l',
        `puredb:${this.database}`,
        '-A',
        '-E',
        '-H',
        '-g',
        this.#folder.file('pid'),
        '-c',
        '2000',
        // Processes and memory are counted.
        '--spare-workers',
        '0',
        ...asUser,
        ...(this.#options.args ?? []),
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...this.#options.env }, detached: true },
    );
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => void (this.#output += text));
    }
    child.on('error', (error) => void (this.#output += error.message));
    endWithThisProcess(child);
    try {
      await untilTrue('the daemon greets', async () => {
        if (!this.running) throw new Error(`the daemon ended: ${this.#output.trim()}`);
        return await this.#greets();
      });
      // A worker is kept for a while: what is measured from here on is not its start.
      if (isSeparated && this.#options.args?.includes('-Y') !== true) (await this.login()).close();
    } catch (error) {
      await this.#end('SIGKILL');
      throw error;
    }
  }

  /** kill -9, and waits until the process is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Connects and hears the greeting. */
  async connect(localAddress?: string): Promise<RawClient> {
    const client = await RawClient.connect(this.port, this.host, localAddress);
    await client.reply();
    return client;
  }

  /** Connects and logs in, in binary. */
  async login(): Promise<RawClient> {
    const client = await RawClient.login(this.port, LOGIN, PASSWORD, this.host);
    await client.command('TYPE I');
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#end('SIGTERM');
    } finally {
      this.#folder.remove();
    }
  }

  async #greets(): Promise<boolean> {
    try {
      const client = await this.connect();
      client.close();
      return true;
    } catch {
      return false; // nobody listens yet
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    signalAll(child, signal);
    const timer = setTimeout(() => signalAll(child, 'SIGKILL'), GRACE);
    await ended;
    clearTimeout(timer);
  }
}

/** Signals all processes of a daemon, which is a group of its own. */
function signalAll({ pid = 0 }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // All have ended by themselves.
  }
}
