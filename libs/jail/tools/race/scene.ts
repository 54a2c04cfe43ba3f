// Where the race takes place. All of it is in one temporary folder:
//
//   TOP/outside             the canary, and the same beside the folders above the root, for links with more or fewer `..`
//   TOP/l1/outside
//   TOP/l1/l2/root          the jail
//   TOP/shared              where links may lead, if they may lead anywhere
//   TOP/l1/l2/limbo         a place on the outside that directories of the jail are moved to and back from

import {
  accessSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What is in every file of the canary. */
export const SECRET = 'the canary sings';

/** The names that are swapped in the jail, and that the canary has as well: whoever gets out finds something there. */
export const NAMES = ['d', 'e', 'f'] as const;

/** As many as links, or there would soon be nothing but links where directories were. */
export const POOL_DIRECTORIES: readonly string[] = Array.from({ length: 10 }, (_, index) => `dir${index}`);

/** A name that only the canary has. */
export const CANARY_NAME = 'canary';

export interface Scene {
  readonly top: string;
  readonly root: string;
  readonly limbo: string;
  /** Where links may lead outside of the jail; undefined where none may. */
  readonly shared: string | undefined;
  /** The canary's directories. */
  readonly canaries: readonly string[];
}

/** Swaps cost a journal its entries on a disk: in memory there are more of them. */
function fastFolder(): string {
  const memory = '/dev/shm';
  try {
    accessSync(memory, constants.W_OK | constants.X_OK);
    return memory;
  } catch {
    // No such thing here.
    return tmpdir();
  }
}

/** What kind of links there are. */
export interface SceneOptions {
  /** Links such as `/d`, which a jail takes from its root and a naive program from the machine's. */
  readonly absoluteLinksInside: boolean;
  /** There is a folder that links may lead to, and links that do. */
  readonly shares?: boolean;
}

/** Makes the scene in a new temporary folder. */
export function makeScene(options: SceneOptions): Scene {
  const top = realpathSync(mkdtempSync(join(fastFolder(), 'jail-race-')));
  const scene: Scene = {
    top,
    root: join(top, 'l1/l2/root'),
    limbo: join(top, 'l1/l2/limbo'),
    shared: options.shares === true ? join(top, 'shared') : undefined,
    canaries: [join(top, 'outside'), join(top, 'l1/outside'), join(top, 'l1/l2/outside')],
  };
  mkdirSync(scene.root, { recursive: true });
  mkdirSync(scene.limbo);
  for (const canary of scene.canaries) makeCanary(canary);
  fillJail(scene, options);
  return scene;
}

function makeCanary(directory: string): void {
  for (const path of [directory, join(directory, 'd'), join(directory, 'd/e'), join(directory, 'e')]) {
    mkdirSync(path);
    writeFileSync(join(path, 'f'), SECRET);
    writeFileSync(join(path, CANARY_NAME), SECRET);
    symlinkSync('../to-the-canary', join(path, 'to-canary'));
  }
}

/** Targets of the links in the jail's pool. */
export function linkTargets(top: string, { absoluteLinksInside, shares = false }: SceneOptions): string[] {
  return [
    join(top, 'outside'),
    join(top, 'outside/d'),
    join(top, 'outside/f'),
    '../outside',
    '../../outside/d',
    '../../../outside',
    '../../../../outside/d/e',
    '../l2/outside/f',
    'd',
    '../e',
    '../../d/e',
    // A program that takes paths for text follows these from the real root: only for those that do not.
    ...(absoluteLinksInside ? ['/d', '/d/e', '/e/../d', '/../outside'] : []),
    ...(shares ? sharedTargets(top) : []),
  ];
}

/** Into the folder that links may lead to, out of it again, and past it. */
function sharedTargets(top: string): string[] {
  return [
    join(top, 'shared'),
    join(top, 'shared/d'),
    join(top, 'shared/d/e'),
    join(top, 'shared/f'),
    '../../../shared',
    '../../../shared/e',
    join(top, 'shared/../outside'),
    join(top, 'outside/../shared/d'),
    join(top, 'shared/d/../../l1/l2/root/e'),
  ];
}

/** A pool of things to swap: links, directories and files, in the jail and, but for the links, beside it. */
function fillJail({ top, root, limbo, shared }: Scene, options: SceneOptions): void {
  mkdirSync(join(root, 'pool'));
  for (const [index, target] of linkTargets(top, options).entries()) {
    symlinkSync(target, join(root, `pool/link${index}`));
  }
  for (const path of ['d', 'd/e', 'e', ...POOL_DIRECTORIES.map((name) => `pool/${name}`)]) {
    mkdirSync(join(root, path));
    writeFileSync(join(root, path, 'f'), 'inside');
  }
  if (shared !== undefined) fillShared(shared);
  mkdirSync(join(limbo, 'dir'));
  writeFileSync(join(root, 'f'), 'inside');
  writeFileSync(join(root, 'pool/file'), 'inside');
}

function fillShared(shared: string): void {
  for (const path of ['', 'd', 'd/e', 'e']) {
    mkdirSync(join(shared, path));
    writeFileSync(join(shared, path, 'f'), 'inside');
  }
}

/**
 * All that can be seen of the canary and of the folders around the jail. ctime changes with whatever is done to a node;
 * reading is noticed by who reads, not here.
 */
export function look({ top, root, limbo, shared }: Scene): string[] {
  const seen: string[] = [];
  const visit = (path: string): void => {
    const { mode, uid, gid, size, nlink, ctimeNs, ino } = lstatSync(path, { bigint: true });
    const stats = lstatSync(path);
    const content = stats.isSymbolicLink() ? readlinkSync(path) : stats.isFile() ? readFileSync(path, 'latin1') : '';
    seen.push([path, mode, uid, gid, size, nlink, ctimeNs, ino, content].join(' '));
    if (!stats.isDirectory()) return;
    for (const name of readdirSync(path).sort()) {
      const child = join(path, name);
      if (child !== root && child !== limbo && child !== shared) visit(child);
    }
  };
  visit(top);
  return seen;
}

/** The inode numbers nobody in the jail may ever be told. */
export function canaryInodes(scene: Scene): Set<number> {
  const inodes = new Set<number>();
  const visit = (path: string): void => {
    const stats = lstatSync(path);
    inodes.add(stats.ino);
    if (stats.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name));
  };
  for (const canary of scene.canaries) visit(canary);
  for (const path of [scene.top, join(scene.top, 'l1'), join(scene.top, 'l1/l2'), scene.limbo]) {
    inodes.add(lstatSync(path).ino);
  }
  return inodes;
}
