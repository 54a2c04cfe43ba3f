import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  isOpenat2Available,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  tryOpenat2,
} from '@pure-ftpd/posix';
import { encodeName } from '@pure-ftpd/protocol';
import { array, assert, constant, constantFrom, oneof, property, record, tuple } from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isSystemError } from './errors.ts';
import { Jail } from './index.ts';
import type { JailStrategy } from './index.ts';

/** What is found: the node's number, or the (positive) error number. */
type Found = { readonly ino: number } | { readonly errno: number };

interface Query {
  readonly kind: 'lstat' | 'stat' | 'mkdir';
  readonly path: string;
}

const NAMES = ['a', 'b', 'c', '\udcff'];
const part = constantFrom(...NAMES, '..', '.', '');
const relative = array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));
const target = tuple(constantFrom('', '/', '../', '../../..', './'), relative)
  .map(([start, rest]) => start + rest)
  .filter((text) => text !== '');
const place = array(constantFrom(...NAMES), { minLength: 1, maxLength: 4 });
const node = oneof(
  { weight: 3, arbitrary: record({ kind: constant('dir' as const), place }) },
  { weight: 1, arbitrary: record({ kind: constant('file' as const), place }) },
  { weight: 4, arbitrary: record({ kind: constant('link' as const), place, target }) },
);
const tree = array(node, { minLength: 4, maxLength: 25 });
const absolute = relative.map((text) => `/${text}`);
const lookUp = record<Query>({ kind: constantFrom('lstat', 'stat'), path: absolute });
/** mkdir(2) takes a slash after a link for a reason to fail, whatever the link leads to; that is no matter of resolving. */
const mkdir = record<Query>({ kind: constant('mkdir'), path: absolute.map((path) => path.replace(/(?<=.)\/+$/, '')) });
const queries = array(oneof({ weight: 2, arbitrary: lookUp }, { weight: 1, arbitrary: mkdir }), {
  minLength: 20,
  maxLength: 60,
});

/** openat2 makes no directories. */
const lookUps = array(lookUp, { minLength: 20, maxLength: 60 });

type Node = typeof node extends Arbitrary<infer T> ? T : never;

/**
 * Builds what can be built of a tree; a node whose place is taken is left out, and so is one whose directory was not made
 * here: to build through links would build wherever they lead.
 */
function build(root: string, nodes: readonly Node[]): void {
  const made = new Set<string>();
  const directories = new Set(['']);
  for (const each of nodes) {
    const name = each.place.join('/');
    if (made.has(name) || !directories.has(each.place.slice(0, -1).join('/'))) continue;
    made.add(name);
    const path = encodeName(`${root}/${name}`);
    if (each.kind === 'file') writeFileSync(path, '', { flag: 'wx' });
    else if (each.kind === 'link') symlinkSync(encodeName(each.target), path);
    else {
      mkdirSync(path);
      directories.add(name);
    }
  }
}

function found(look: () => number): Found {
  try {
    return { ino: look() };
  } catch (error) {
    if (isSystemError(error) && error.errno !== undefined) return { errno: -error.errno };
    throw error;
  }
}

/** What the jail answers. A directory is made where the path leads, and taken away again. */
function ask(jail: Jail, { kind, path }: Query): Found {
  if (kind !== 'mkdir') return found(() => jail.lstat(jail.resolve(path, { follow: kind === 'stat' })).ino);
  return found(() => {
    const canonical = jail.resolve(path, { allowMissing: true });
    jail.mkdir(canonical);
    jail.rmdir(canonical);
    return 0;
  });
}

function withTree<T>(nodes: readonly Node[], work: (root: string) => T): T {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'jail-property-')));
  try {
    const root = join(folder, 'x/y/root');
    mkdirSync(root, { recursive: true });
    // Above the root is what links would find if they led out.
    for (const directory of [folder, join(folder, 'x'), root]) build(directory, nodes);
    return work(root);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A process in a real chroot, which answers the same questions. */
const IN_CHROOT = `
  chroot $ARGV[0] or die "chroot: $!"; chdir '/';
  $/ = "\\0"; binmode STDIN;
  while (<STDIN>) {
    chomp; my ($kind, $path) = split /:/, $_, 2;
    if ($kind eq 'mkdir') { if (mkdir $path) { print "0:0\\n"; rmdir $path } else { print 'E', $! + 0, "\\n" } next }
    my @stats = $kind eq 'stat' ? stat $path : lstat $path;
    print @stats ? "$stats[0]:$stats[1]\\n" : 'E' . ($! + 0) . "\\n";
  }
`;

function askChroot(root: string, asked: readonly Query[]): Found[] {
  const input = Buffer.concat(asked.map(({ kind, path }) => encodeName(`${kind}:${path}\0`)));
  const lines = execFileSync('perl', ['-e', IN_CHROOT, root], { input, encoding: 'latin1' }).trimEnd().split('\n');
  return lines.map((line) =>
    line.startsWith('E') ? { errno: Number(line.slice(1)) } : { ino: Number(line.slice(line.indexOf(':') + 1)) },
  );
}

/** The kernel's own walk with another root; needs no privilege. */
function askKernel(root: string, { kind, path }: Query): Found {
  const rootFd = openSync(root, O_PATH | O_DIRECTORY);
  try {
    const flags = kind === 'stat' ? O_PATH : O_PATH | O_NOFOLLOW;
    const resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    let fd = -constants.errno.EAGAIN;
    // Whoever renames anything on this machine, such as the test of races, makes the kernel give up.
    while (fd === -constants.errno.EAGAIN) fd = tryOpenat2(rootFd, encodeName(path), { flags, resolve });
    if (fd < 0) return { errno: -fd };
    try {
      return { ino: fstatSync(fd).ino };
    } finally {
      closeSync(fd);
    }
  } finally {
    closeSync(rootFd);
  }
}

const STRATEGIES: readonly JailStrategy[] = isOpenat2Available()
  ? ['openat2', 'walk', 'portable']
  : ['walk', 'portable'];
const canChroot = process.getuid?.() === 0 && spawnSync('perl', ['-e', 'chroot "/" or exit 1']).status === 0;

describe.skipIf(process.platform !== 'linux').each(STRATEGIES)('paths resolved by %s', (strategy) => {
  /** Compares, and answers how many questions led somewhere: a comparison of failures alone would prove little. */
  function check(
    questions: Arbitrary<Query[]>,
    expectation: (root: string, asked: readonly Query[]) => readonly Found[],
  ): number {
    let successes = 0;
    assert(
      property(tree, questions, (nodes, asked) => {
        withTree(nodes, (root) => {
          const jail = Jail.open(root, { strategy });
          try {
            const expected = expectation(root, asked);
            asked.forEach((query, index) => {
              const answer = ask(jail, query);
              expect([query, answer]).toEqual([query, expected[index]]);
              if ('ino' in answer) successes += 1;
            });
          } finally {
            jail.close();
          }
        });
      }),
      { numRuns: 40 },
    );
    return successes;
  }

  it.skipIf(!canChroot)('lead where they lead in a real chroot (needs root)', () => {
    expect(check(queries, askChroot)).toBeGreaterThan(0);
  });

  it.skipIf(!isOpenat2Available())('lead where openat2 of the kernel takes them', () => {
    expect(check(lookUps, (root, asked) => asked.map((query) => askKernel(root, query)))).toBeGreaterThan(0);
  });

  it('are canonical: to resolve again changes nothing, and no name in it is a link', () => {
    assert(
      property(tree, queries, (nodes, asked) => {
        withTree(nodes, (root) => {
          const jail = Jail.open(root, { strategy });
          try {
            for (const { path } of asked) {
              for (const options of [
                {},
                { follow: true },
                { allowMissing: true },
                { follow: true, allowMissing: true },
              ]) {
                let canonical: string;
                try {
                  canonical = jail.resolve(path, options);
                } catch (error) {
                  if (isSystemError(error)) continue;
                  throw error;
                }
                expect(jail.resolve(canonical, options)).toBe(canonical);
                if (options.follow === true && options.allowMissing !== true) {
                  expect(jail.lstat(canonical).type).not.toBe('link');
                }
              }
            }
          } finally {
            jail.close();
          }
        });
      }),
      { numRuns: 30 },
    );
  });
});
