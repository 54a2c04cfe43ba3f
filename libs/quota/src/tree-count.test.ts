import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';

import { mkfifo } from '@pure-ftpd/posix';
import { openDescriptors } from '@pure-ftpd/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { countTree } from './index.ts';
import { AccountFolder } from './testing/account-folder.ts';

// Permissions, which mean nothing to root, are in test/interop/quotacheck.test.ts.
describe('a count of a tree', () => {
  let account: AccountFolder;
  let descriptors: number;
  beforeEach(() => {
    descriptors = openDescriptors();
    account = new AccountFolder();
  });
  afterEach(() => {
    account[Symbol.dispose]();
    const left = openDescriptors() - descriptors;
    if (left !== 0) throw new Error(`${left} descriptors are left open`);
  });

  const at = (...names: string[]): string => account.file(...names);
  function counted(): string {
    const count = countTree(account.root);
    for (let step = count.next(); ; step = count.next()) {
      if (step.done === true) return `${step.value.files} ${step.value.bytes}`;
    }
  }
  const write = (name: string, bytes: number): void => writeFileSync(at(name), 'x'.repeat(bytes));

  // [golden quota/quotacheck-cases.txt]
  it.each<[what: string, build: () => void, expected: string]>([
    ['empty', () => {}, '0 0'],
    ['one 10-byte file', () => write('f', 10), '1 10'],
    ['a directory with a file', () => (mkdirSync(at('d')), write('d/f', 5)), '2 5'],
    ['nested directories', () => (mkdirSync(at('a/b/c'), { recursive: true }), write('a/b/c/f', 1)), '4 1'],
    ['a hard link', () => (write('f', 10), linkSync(at('f'), at('g'))), '2 20'],
    ['a link to a file', () => (write('f', 5), symlinkSync('f', at('l'))), '2 10'],
    ['a link to nothing', () => symlinkSync('nothing', at('l')), '0 0'],
    ['a link out of the tree', () => symlinkSync('/etc/passwd', at('l')), '0 0'],
    ['a link out of the tree by ..', () => symlinkSync('../../../../../../etc/passwd', at('l')), '0 0'],
    ['an absolute link inside', () => (write('f', 5), symlinkSync('/f', at('l'))), '2 10'],
    ['a link to a directory', () => (mkdirSync(at('d')), write('d/f', 5), symlinkSync('d', at('z'))), '2 5'],
    ['the same, found first', () => (symlinkSync('d', at('a')), mkdirSync(at('d')), write('d/f', 5)), '2 5'],
    ['a link to .', () => (write('f', 1), symlinkSync('.', at('l'))), '1 1'],
    ['a link to ..', () => (mkdirSync(at('d')), write('d/f', 1), symlinkSync('..', at('d/l'))), '2 1'],
    ['a loop of links', () => (symlinkSync('b', at('a')), symlinkSync('a', at('b'))), '0 0'],
    ['a FIFO', () => mkfifo(at('p'), 0o600), '0 0'],
    ['.ftpquota anywhere', () => (mkdirSync(at('d')), write('d/.ftpquota', 9), write('.ftpquota', 9)), '1 0'],
    [
      '.ftpquota as a directory',
      () => (mkdirSync(at('d/.ftpquota'), { recursive: true }), write('d/.ftpquota/f', 9)),
      '1 0',
    ],
    ['names like it', () => (write('.ftpquota2', 1), write('.ftpquot', 1), write('x.ftpquota', 1)), '3 3'],
    [
      'a link into what is skipped',
      () => (mkdirSync(at('.ftpquota')), write('.ftpquota/f', 9), symlinkSync('.ftpquota', at('l'))),
      '2 9',
    ],
  ])('of %s', (_, build, expected) => {
    build();
    expect(counted()).toBe(expected);
  });

  it('counts bytes beyond what a double can', () => {
    for (let index = 0; index < 3; index++) write(`f${index}`, 1);
    // Each is at the limit of what the sum can hold exactly.
    const size = 2 ** 43 + 1;
    const files = 1100;
    for (let index = 0; index < files; index++) {
      write(`big${index}`, 0);
      truncateSync(at(`big${index}`), size);
    }
    expect(counted()).toBe(`${files + 3} ${BigInt(files) * BigInt(size) + 3n}`);
  });

  it('goes deeper than a path can be, with few descriptors', () => {
    const before = process.cwd();
    try {
      process.chdir(account.path);
      for (let depth = 0; depth < 1500; depth++) {
        mkdirSync('directory');
        mkdirSync('second');
        writeFileSync('file', '12345');
        process.chdir('directory');
      }
    } finally {
      process.chdir(before);
    }
    const count = countTree(account.root);
    let most = 0;
    let step = count.next();
    for (; step.done !== true; step = count.next()) most = Math.max(most, openDescriptors());
    expect(step.value).toEqual({ files: 4500n, bytes: 7500n });
    expect(most).toBeLessThan(descriptors + 80);
  });

  it('follows a chain of links between directories as far as the kernel does', () => {
    mkdirSync(at('.ftpquota'));
    for (let index = 0; index < 200; index++) {
      mkdirSync(at('.ftpquota', `d${index}`));
      writeFileSync(at('.ftpquota', `d${index}`, 'f'), 'x');
      symlinkSync(`/.ftpquota/d${index + 1}`, at('.ftpquota', `d${index}`, 'next'));
    }
    symlinkSync('.ftpquota/d0', at('start'));
    expect(counted()).toBe('80 40');
  });

  it('gives everything back when it is not finished', () => {
    for (let index = 0; index < 5000; index++) write(`f${index}`, 0);
    const count = countTree(account.root);
    expect(count.next().done).toBe(false);
    expect(openDescriptors()).toBeGreaterThan(descriptors + 1);
    count.return({ files: 0n, bytes: 0n });
    expect(openDescriptors()).toBe(descriptors + 1);
  });
});
