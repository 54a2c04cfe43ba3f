// How often a path is resolved and looked at in a second of processor time (so that it matters less what else the machine
// does), for each strategy and depth, beside a plain lstat of the same file by its text.
// Run: node libs/jail/tools/bench.ts [milliseconds for each figure]

import { lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Jail } from '../src/index.ts';

const milliseconds = Number(process.argv[2] ?? '500');
const DEPTHS = [1, 2, 5];

function perSecond(work: () => void): number {
  const rate = (duration: number): number => {
    const start = process.cpuUsage();
    const used = (): number => {
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    };
    let count = 0;
    do {
      for (let inner = 0; inner < 100; inner++) work();
      count += 100;
    } while (used() < duration);
    return Math.round((count * 1000) / used());
  };
  rate(milliseconds / 4);
  return rate(milliseconds);
}

/** Canonical path of the directory of a file that many names down. */
function directory(depth: number): string {
  return '/d'.repeat(depth - 1) || '/';
}

function report(what: string, rates: readonly number[]): void {
  console.log(what.padEnd(36) + rates.map((rate) => rate.toLocaleString('en').padStart(11)).join(''));
}

const root = mkdtempSync(join(tmpdir(), 'jail-bench-'));
try {
  mkdirSync(join(root, directory(5)), { recursive: true });
  for (const depth of DEPTHS) writeFileSync(join(root, directory(depth), 'file'), '');
  symlinkSync('d', join(root, 'link'));
  const paths = DEPTHS.map((depth) => join(directory(depth), 'file'));
  report('per second, at depth', DEPTHS);
  report(
    'lstat of the text, unsafe',
    paths.map((path) => perSecond(() => lstatSync(root + path))),
  );
  for (const strategy of ['openat2', 'walk', 'portable'] as const) {
    const jail = Jail.open(root, { strategy });
    try {
      report(
        `${strategy}: resolve`,
        paths.map((path) => perSecond(() => jail.resolve(path))),
      );
      report(
        `${strategy}: lstat`,
        paths.map((path) => perSecond(() => jail.lstat(path))),
      );
      report(
        `${strategy}: resolve and lstat`,
        paths.map((path) => perSecond(() => jail.lstat(jail.resolve(path)))),
      );
      const linked = paths.slice(1).map((path) => path.replace('/d', '/link'));
      report(`${strategy}: resolve through a link`, [0, ...linked.map((path) => perSecond(() => jail.resolve(path)))]);
      const held = jail.openDirectory(directory(5));
      report(`${strategy}: lstat of an entry (held)`, [perSecond(() => held.lstat('file'))]);
      held.close();
    } finally {
      jail.close();
    }
  }
} finally {
  rmSync(root, { recursive: true });
}
