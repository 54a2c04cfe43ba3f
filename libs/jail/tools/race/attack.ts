import { closeSync, fstatSync, readSync, rmSync, writeSync } from 'node:fs';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import type { FileAccess, Jail, JailDirectory } from '../../src/index.ts';
import { isSystemError } from '../../src/errors.ts';
import { Random } from './random.ts';
import { CANARY_NAME, canaryInodes, look, makeScene, NAMES, SECRET } from './scene.ts';
import type { Scene, SceneOptions } from './scene.ts';

/** The same methods, which may answer at once or later. */
type Awaitably<T> = {
  [Key in keyof T]: T[Key] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Awaited<Result> | Promise<Awaited<Result>>
    : never;
};

/** What of a directory is raced. */
export type RaceTargetDirectory = Awaitably<Pick<JailDirectory, 'names' | 'lstat' | 'readlink' | 'close'>>;

type RacedOperation =
  | 'resolve'
  | 'lstat'
  | 'stat'
  | 'readlink'
  | 'readdir'
  | 'openFile'
  | 'mkdir'
  | 'rmdir'
  | 'unlink'
  | 'rename'
  | 'renameNoReplace'
  | 'link'
  | 'chmod'
  | 'chown'
  | 'utimes'
  | 'truncate'
  | 'close';

/** What of a jail is raced. */
export type RaceTarget = Awaitably<Pick<Jail, RacedOperation>> & {
  openDirectory(path: string): RaceTargetDirectory | Promise<RaceTargetDirectory>;
};

/** How a race went. */
export interface RaceResult {
  /** What of the canary was seen or changed; empty if nothing was. */
  readonly escapes: readonly string[];
  readonly operations: number;
  /** Operations that did what they were asked; a race in which nothing works proves nothing. */
  readonly successes: number;
  /** How often each operation succeeded. */
  readonly successesOf: ReadonlyMap<string, number>;
}

export interface RaceOptions extends SceneOptions {
  /** @param shared Where links may lead, if the scene has such a place. */
  readonly open: (root: string, shared: string | undefined) => RaceTarget;
  readonly milliseconds: number;
  readonly seed: number;
  /** End at the first escape instead of when the time is over. */
  readonly stopAtEscape: boolean;
}

const SWAPPERS = 2;
/** The canary is looked at this often: to look is slow, and what was done to it stays to be seen. */
const OPERATIONS_PER_LOOK = 2000;
const MAX_REPORTED = 20;
const MAX_RUNNING = 16;

/** Races every operation of a jail against processes that swap its directories, links and files. */
export async function race(options: RaceOptions): Promise<RaceResult> {
  const scene = makeScene(options);
  const swappers: ChildProcess[] = [];
  try {
    for (let index = 0; index < SWAPPERS; index++) swappers.push(startSwapper(scene, options, index));
    await Promise.all(swappers.map((child) => once(child, 'message')));
    const target = options.open(scene.root, scene.shared);
    try {
      return await new Attack(scene, target, options).run();
    } finally {
      await target.close();
    }
  } finally {
    await Promise.all(swappers.map(stop));
    rmSync(scene.top, { recursive: true, force: true });
  }
}

function startSwapper(
  { top, root, limbo, shared = '' }: Scene,
  { seed, absoluteLinksInside }: RaceOptions,
  index: number,
): ChildProcess {
  const args = [top, root, limbo, String(seed * SWAPPERS + index), absoluteLinksInside ? 'absolute' : '', shared];
  // Attackers have native calls, whatever the jail has to do without.
  const env = { ...process.env, PURE_FTPD_NATIVE: 'on' };
  return fork(new URL('swapper.ts', import.meta.url), args, { env, execArgv: [], stdio: 'inherit' });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) throw new Error('a swapper ended before its time');
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  await ended;
}

class Attack {
  readonly #scene: Scene;
  readonly #target: RaceTarget;
  readonly #options: RaceOptions;
  readonly #random: Random;
  readonly #forbidden: Set<number>;
  readonly #before: readonly string[];
  readonly #escapes: string[] = [];
  readonly #successes = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();
  readonly #steps: readonly (readonly [name: string, run: () => Promise<void>])[];

  constructor(scene: Scene, target: RaceTarget, options: RaceOptions) {
    this.#scene = scene;
    this.#target = target;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#forbidden = canaryInodes(scene);
    this.#before = look(scene);
    this.#steps = this.#makeSteps();
  }

  async run(): Promise<RaceResult> {
    const end = performance.now() + this.#options.milliseconds;
    let operations = 0;
    while (performance.now() < end && !(this.#options.stopAtEscape && this.#escapes.length > 0)) {
      const [name, run] = this.#random.pick(this.#steps);
      operations += 1;
      await this.#beside(name, run());
      if (operations % OPERATIONS_PER_LOOK === 0) this.#look();
    }
    await Promise.all(this.#running);
    this.#look();
    const successes = [...this.#successes.values()].reduce((sum, count) => sum + count, 0);
    return { escapes: this.#escapes, operations, successes, successesOf: this.#successes };
  }

  /** Lets an operation run beside the next ones, as those of other sessions do; waits when too many are. */
  async #beside(name: string, operation: Promise<void>): Promise<void> {
    const running = operation
      .then(
        () => this.#succeeded(name),
        (error: unknown) => {
          if (!isSystemError(error)) throw error;
        },
      )
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    if (this.#running.size >= MAX_RUNNING) await Promise.race(this.#running);
  }

  #succeeded(name: string): void {
    this.#successes.set(name, (this.#successes.get(name) ?? 0) + 1);
  }

  /** A path as a client would send it. */
  #path(): string {
    const names = Array.from({ length: 1 + this.#random.below(3) }, () => this.#random.pick(NAMES));
    const path = `/${names.join('/')}`;
    switch (this.#random.below(8)) {
      case 0:
        return `${path}/../${this.#random.pick(NAMES)}`;
      case 1:
        return `${path}/../../../../${this.#random.pick(NAMES)}`;
      case 2:
        return `/${names.join('/../')}`;
      default:
        return path;
    }
  }

  /** A path an operation takes: resolved, as a server does it, or one that was canonical once. */
  async #canonical(options: { follow?: boolean; allowMissing?: boolean } = {}): Promise<string> {
    if (this.#random.below(3) > 0) return this.#target.resolve(this.#path(), options);
    const names = Array.from({ length: 1 + this.#random.below(3) }, () => this.#random.pick(NAMES));
    return `/${names.join('/')}`;
  }

  #makeSteps(): [name: string, run: () => Promise<void>][] {
    const target = this.#target;
    const named = (): Promise<string> => this.#canonical();
    const existing = (): Promise<string> => this.#canonical({ follow: this.#random.below(2) === 0 });
    const fresh = (): Promise<string> => this.#canonical({ allowMissing: true, follow: this.#random.below(2) === 0 });
    return [
      ['lstat', async () => this.#seen('lstat', (await target.lstat(await existing())).ino)],
      ['stat', async () => this.#seen('stat', (await target.stat(await existing())).ino)],
      ['readlink', async () => this.#told('readlink', await target.readlink(await named()))],
      ['readdir', async () => this.#told('readdir', ...(await target.readdir(await existing())))],
      ['openDirectory', async () => this.#list(await existing())],
      ['read', async () => this.#open(await existing(), 'read')],
      ['write', async () => this.#open(await existing(), 'write')],
      ['read-write', async () => this.#open(await existing(), 'read-write')],
      ['create', async () => this.#open(await fresh(), 'create')],
      ['create-new', async () => this.#open(await fresh(), 'create-new')],
      ['mkdir', async () => target.mkdir(await fresh())],
      ['rmdir', async () => target.rmdir(await named())],
      ['unlink', async () => target.unlink(await named())],
      ['rename', async () => target.rename(await named(), await fresh())],
      ['renameNoReplace', async () => target.renameNoReplace(await named(), await fresh())],
      ['link', async () => target.link(await named(), await fresh())],
      ['chmod', async () => target.chmod(await existing(), 0o755)],
      ['chown', async () => target.chown(await existing(), -1, -1)],
      ['utimes', async () => target.utimes(await existing(), 1000, 1000)],
      ['truncate', async () => target.truncate(await existing(), 3)],
    ];
  }

  async #open(path: string, access: FileAccess): Promise<void> {
    const { fd } = await this.#target.openFile(path, access, 0o644);
    try {
      this.#seen(access, fstatSync(fd).ino);
      if (access === 'read' || access === 'read-write') {
        const bytes = Buffer.alloc(64);
        this.#told(access, bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, 0)));
      }
      if (access !== 'read') writeSync(fd, 'inside');
    } finally {
      closeSync(fd);
    }
  }

  async #list(path: string): Promise<void> {
    const directory = await this.#target.openDirectory(path);
    try {
      const names = await directory.names();
      this.#told('names', ...names);
      for (const name of names) {
        const { ino, type } = await directory.lstat(name);
        this.#seen('lstat of an entry', ino);
        if (type === 'link') this.#told('readlink of an entry', await directory.readlink(name));
      }
    } finally {
      await directory.close();
    }
  }

  #escaped(what: string): void {
    if (this.#escapes.length < MAX_REPORTED) this.#escapes.push(what);
  }

  #seen(operation: string, ino: number): void {
    if (this.#forbidden.has(ino)) this.#escaped(`${operation}: told of a node outside`);
  }

  #told(operation: string, ...texts: readonly string[]): void {
    for (const text of texts) {
      if (text === SECRET || text === CANARY_NAME || text === '../to-the-canary') {
        this.#escaped(`${operation}: told what is outside: ${text}`);
      }
    }
  }

  #look(): void {
    const now = look(this.#scene);
    const before = new Set(this.#before);
    for (const line of now) if (!before.delete(line)) this.#escaped(`changed or made: ${line}`);
    for (const line of before) this.#escaped(`removed or changed: ${line}`);
  }
}
