// The real program as a child process.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { buildDatabase } from '@pure-ftpd/puredb';
import { endWithThisProcess, PATIENCE, RawClient } from '@pure-ftpd/testing';

import { isRoot } from './is-root.ts';

/** The program as it is called after `npm start` and `npm test`: what was built, or its sources where they were edited since. */
export const PROGRAM = new URL('../../../../node_modules/.bin/pure-ftpd', import.meta.url).pathname;

export { isRoot };

/** Whether the daemon is started as root and separates rights; otherwise it is one process. */
export const isSeparated = isRoot && process.env['PURE_FTPD_RIGHTS'] === 'separated';

/** Declares tests of one process: with separated rights they are not there, which is not the same as to be skipped. */
export function inOneProcess(declare: () => void): void {
  if (!isSeparated) declare();
}

/** Declares tests of separated rights. */
export function withSeparatedRights(declare: () => void): void {
  if (isSeparated) declare();
}

/** The user id of the accounts. */
const ACCOUNT_UID = 3001;

/** Whom files must belong to when the tests run as root: the accounts, or whom the one process becomes. */
const SERVED_AS = isSeparated ? ACCOUNT_UID : 65_534;

/** `golden`. */
export const HASH = '$1$golden00$DPibADmVwkcjtPf6igkkJ.';
export const PASSWORD = 'golden';

/** A temporary folder that the daemon may use, with a database of users. */
export class Place {
  readonly folder: string;
  readonly home: string;
  readonly database: string;

  constructor() {
    this.folder = mkdtempSync(path.join(tmpdir(), 'pure-ftpd-'));
    this.home = path.join(this.folder, 'home');
    this.database = path.join(this.folder, 'users.pdb');
    mkdirSync(this.home);
    for (const directory of [this.folder, this.home]) this.give(directory);
  }

  /** Gives a path to whom the daemon runs as. */
  give(file: string): void {
    if (isRoot) chownSync(file, SERVED_AS, SERVED_AS);
    chmodSync(file, 0o755);
  }

  /**
   * Makes the database.
   * @param users Fields behind the gecos, by login: `home`, or `home:ul:dl:…`. HOME stands for the home directory.
   */
  async users(users: Readonly<Record<string, string>>, uid = ACCOUNT_UID): Promise<void> {
    const text = path.join(this.folder, 'users.passwd');
    const lines = Object.entries(users).map(
      ([login, rest]) => `${login}:${HASH}:${uid}:${uid}::${rest.replace('HOME', this.home)}\n`,
    );
    writeFileSync(text, lines.join(''));
    await buildDatabase(text, this.database);
    this.give(this.database);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What is run: the program, or a source file in its place. */
function commandLine(words: readonly string[], source?: string): readonly [file: string, ...words: string[]] {
  return source === undefined ? [PROGRAM, ...words] : [process.execPath, source, ...words];
}

/** Gives a daemon that is started as root a /run of its own: sessions of other tests are not on its scoreboard. */
const OWN_RUN = ['--mount', '--', 'sh', '-c', 'mount -t tmpfs -o mode=755 tmpfs /run && exec "$@"', 'sh'];
const hasOwnRun = isRoot && spawnSync('unshare', [...OWN_RUN, 'true']).status === 0;

function daemonCommand(command: readonly [file: string, ...words: string[]]): readonly [file: string, words: string[]] {
  const [file, ...words] = command;
  return hasOwnRun ? ['unshare', [...OWN_RUN, file, ...words]] : [file, words];
}

/** `--user`, where it is needed. */
export function asUser(): string[] {
  return isRoot && !isSeparated ? ['--user', `${SERVED_AS}:${SERVED_AS}`] : [];
}

/** How a run of the program ended. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the program to its end. */
export async function runProgram(words: readonly string[]): Promise<Ended> {
  const child = spawn(PROGRAM, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  // A program that serves although it should have ended does not outlive the test.
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const { promise, resolve } = Promise.withResolvers<Ended>();
  child.once('close', (status, signal) => {
    clearTimeout(timer);
    resolve({ status, signal, out, err });
  });
  return promise;
}

/** Where a daemon of a place has its process id. */
export function pidFileOf(place: Place): string {
  return path.join(place.folder, 'daemon.pid');
}

/** Nobody waits for a first login here; a later `--spare-workers` counts. */
const NO_SPARES = ['--spare-workers', '0'];

/** A daemon in the foreground on a free port of the loopback. */
export class RunningDaemon {
  readonly port: number;
  readonly pidFile: string;
  readonly #child: ChildProcess;
  readonly #log: { text: string; onChange: () => void };
  /** Its last process is gone. */
  #isOver = false;

  private constructor(port: number, pidFile: string, child: ChildProcess, log: { text: string; onChange: () => void }) {
    this.port = port;
    this.pidFile = pidFile;
    this.#child = child;
    this.#log = log;
    child.once('close', () => (this.#isOver = true));
  }

  static async start(
    place: Place,
    words: readonly string[] = [],
    bind = '127.0.0.1,0',
    environment: NodeJS.ProcessEnv = {},
    identity: readonly string[] = asUser(),
    source?: string,
  ): Promise<RunningDaemon> {
    const all = [
      '-S',
      bind,
      '-l',
      `puredb:${place.database}`,
      '-g',
      pidFileOf(place),
      ...NO_SPARES,
      ...identity,
      ...words,
    ];
    return RunningDaemon.startWith(place, all, environment, source);
  }

  /**
   * With these words alone, which name the PID file of the place.
   * @param source What runs in the place of the program.
   * @param wrapper A command that runs the program, such as `prlimit` with its options.
   */
  static async startWith(
    place: Place,
    words: readonly string[],
    environment: NodeJS.ProcessEnv = {},
    source?: string,
    wrapper: readonly string[] = [],
  ): Promise<RunningDaemon> {
    const command = commandLine(words, source);
    const [first, ...rest] = wrapper;
    const [file, daemonWords] = daemonCommand(first === undefined ? command : [first, ...rest, ...command]);
    const child = spawn(file, daemonWords, {
      stdio: ['ignore', 'inherit', 'pipe'],
      env: { ...process.env, ...environment },
      // All its processes can be signalled at once.
      detached: true,
    });
    endWithThisProcess(child);
    const log = { text: '', onChange: (): void => undefined };
    child.stderr.on('data', (chunk: Buffer) => {
      log.text += chunk.toString();
      log.onChange();
    });
    const daemon = (port: number): RunningDaemon => new RunningDaemon(port, pidFileOf(place), child, log);
    try {
      const [, port] = await matched(child, log, /listening on \S+:(\d+)/);
      return daemon(Number(port));
    } catch (error) {
      signalGroup(child, 'SIGKILL');
      throw error;
    }
  }

  get log(): string {
    return this.#log.text;
  }

  /** The process of the PID file. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The one that serves: the monitor, or all there is. */
  get serverPid(): number {
    return Number(readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8'));
  }

  /** Waits for a line of the log. */
  logged(pattern: RegExp): Promise<RegExpExecArray> {
    return matched(this.#child, this.#log, pattern);
  }

  /** A connection that has been greeted. */
  async client(): Promise<RawClient> {
    const client = await RawClient.connect(this.port);
    await client.reply();
    return client;
  }

  /** A session of a user. */
  session(login: string): Promise<RawClient> {
    return RawClient.login(this.port, login, PASSWORD);
  }

  /** Signals the process of the PID file alone; its exit status, when it is gone. Sessions may go on. */
  async leave(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const { promise, resolve } = Promise.withResolvers<number | null>();
    this.#child.once('exit', resolve);
    this.#child.kill(signal);
    return promise;
  }

  /** Ends all its processes, and with them the sessions; the exit status of the first. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.#isOver) return this.#child.exitCode;
    const { promise, resolve } = Promise.withResolvers<number | null>();
    this.#child.once('close', resolve);
    signalGroup(this.#child, signal);
    return promise;
  }

  /** Waits until the last of its processes is gone. */
  async over(): Promise<void> {
    if (!this.#isOver) await once(this.#child, 'close');
  }
}

function signalGroup({ pid = 0 }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function matched(
  child: ChildProcess,
  log: { text: string; onChange: () => void },
  pattern: RegExp,
): Promise<RegExpExecArray> {
  const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
  const fail = (): void => reject(new Error(`not logged: ${pattern.source}\n${log.text}`));
  const look = (): void => {
    const match = pattern.exec(log.text);
    if (match !== null) resolve(match);
  };
  const timer = setTimeout(fail, PATIENCE);
  child.once('close', fail);
  log.onChange = look;
  look();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    child.off('close', fail);
  }
}

export function readPid(file: string): number {
  return Number(readFileSync(file, 'utf8'));
}
