// The attacker: swaps nodes of the jail, each in one step, as fast as it can, until its channel to the parent closes.
// Run as a child process: swapper.ts TOP ROOT LIMBO SEED absolute|'' SHARED|''

import { closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { O_DIRECTORY, O_NOFOLLOW, O_PATH, RENAME_EXCHANGE, tryRenameat2 } from '@pure-ftpd/posix';

import { Random } from './random.ts';
import { linkTargets, NAMES, POOL_DIRECTORIES } from './scene.ts';

const PAIRS_PER_TURN = 20;
/** The same two are swapped to and fro, so that a link is there and gone again within one operation of the other side. */
const MOST_SWAPS_OF_A_PAIR = 100;
// Most of what fails here fails by design.
Error.stackTraceLimit = 0;

const [top = '', root = '', limbo = '', seed = '1', absolute = '', shared = ''] = process.argv.slice(2);
const random = new Random(Number(seed));
const targets = linkTargets(top, { absoluteLinksInside: absolute === 'absolute', shares: shared !== '' });

/** Never through a link: the attacker's own steps must stay inside, or it would touch the canary itself. */
function openDirectory(path: string): number | undefined {
  try {
    return openSync(path, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  } catch {
    // Something else is there just now.
    return undefined;
  }
}

const inside = (directory: number, name: string): string => `/proc/self/fd/${directory}/${name}`;
const rootFd = openSync(root, O_PATH | O_DIRECTORY);
const poolFd = openSync(join(root, 'pool'), O_PATH | O_DIRECTORY);
const limboFd = openSync(limbo, O_PATH | O_DIRECTORY);
const topFds = [rootFd, ...(shared === '' ? [] : [openSync(shared, O_PATH | O_DIRECTORY)])];
const poolNames = [...targets.map((_, index) => `link${index}`), ...POOL_DIRECTORIES, 'file'];

/** The directories that are directories at this moment, one level in another. */
function directories(): number[] {
  const found: number[] = [];
  for (const topFd of topFds) {
    for (const name of NAMES) {
      const outer = openDirectory(inside(topFd, name));
      if (outer === undefined) continue;
      found.push(outer);
      for (const inner of NAMES) {
        const fd = openDirectory(inside(outer, inner));
        if (fd !== undefined) found.push(fd);
      }
    }
  }
  return found;
}

type Place = readonly [directory: number, name: Buffer];

function from(directory: number, names: readonly string[]): Place {
  return [directory, Buffer.from(random.pick(names))];
}

function swapSome(held: readonly number[]): void {
  const slot = (): Place =>
    from(random.below(4) === 0 ? random.pick([...topFds, ...held]) : random.pick(topFds), NAMES);
  const other = (): Place => {
    const choice = random.below(10);
    return choice === 0 ? slot() : choice === 1 ? from(limboFd, ['dir']) : from(poolFd, poolNames);
  };
  for (let pair = 0; pair < PAIRS_PER_TURN; pair++) {
    const [directory, name] = slot();
    const [otherDirectory, otherName] = other();
    for (let swaps = 1 + random.below(MOST_SWAPS_OF_A_PAIR); swaps > 0; swaps--) {
      const result = tryRenameat2(directory, name, otherDirectory, otherName, RENAME_EXCHANGE);
      // A node is missing just now, or is above the other.
      if (result < 0) break;
    }
  }
}

/** Makes again what the operations on the other side took away. */
function restock(held: readonly number[]): void {
  const makers = [
    ...targets.map((target, index) => () => symlinkSync(target, inside(poolFd, `link${index}`))),
    ...topFds.flatMap((fd) => ['d', 'e'].map((name) => () => mkdirSync(inside(fd, name)))),
    ...POOL_DIRECTORIES.map((name) => () => mkdirSync(inside(poolFd, name))),
    () => mkdirSync(inside(limboFd, 'dir')),
    () => writeFileSync(inside(poolFd, 'file'), 'inside', { flag: 'wx' }),
    ...held.flatMap((directory) => [
      () => writeFileSync(inside(directory, 'f'), 'inside', { flag: 'wx' }),
      () => mkdirSync(inside(directory, 'e')),
    ]),
  ];
  for (const make of makers) {
    try {
      make();
    } catch {
      // It is there, or its directory was removed.
    }
  }
}

process.send?.('ready');
while (process.connected) {
  const held = directories();
  try {
    swapSome(held);
    restock(held);
  } finally {
    for (const fd of held) closeSync(fd);
  }
  await setImmediate();
}
