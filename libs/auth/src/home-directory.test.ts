import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createHome } from './home-directory.ts';

const USER = { uid: 54_321, gid: 54_322, mode: 0o755 };

function look(path: string): { mode: number; uid: number; gid: number } {
  const { mode, uid, gid } = lstatSync(path);
  return { mode: mode & 0o7777, uid, gid };
}

describe.runIf(process.getuid?.() === 0)('a home that is missing', () => {
  let folder = '';
  let at: (...names: string[]) => string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'home-'));
    chmodSync(folder, 0o755);
    at = (...names) => join(folder, ...names);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is made for its user, its parents for root, whatever the umask', () => {
    const before = process.umask(0o077);
    try {
      expect(createHome(`${at('a')}/b/./c/d`, USER)).toBe(true);
    } finally {
      process.umask(before);
    }
    for (const parent of ['a', 'a/b', 'a/b/c']) expect(look(at(parent))).toEqual({ mode: 0o755, uid: 0, gid: 0 });
    expect(look(at('a/b/c/d'))).toEqual(USER);
  });

  test('is made in a folder that hands its group down', () => {
    mkdirSync(at('shared'));
    chownSync(at('shared'), 0, 4711);
    chmodSync(at('shared'), 0o2755);
    expect(createHome(at('shared/home'), { ...USER, mode: 0o700 })).toBe(true);
    expect(look(at('shared/home'))).toMatchObject({ mode: 0o700, uid: USER.uid, gid: USER.gid });
  });

  test('is not changed when it is there', () => {
    mkdirSync(at('home'), 0o700);
    expect(createHome(at('home'), USER)).toBe(false);
    expect(createHome(`${at('home')}/../home/.`, USER)).toBe(false);
    expect(look(at('home'))).toEqual({ mode: 0o700, uid: 0, gid: 0 });
  });

  test('is made behind links that only root can make', () => {
    mkdirSync(at('data'));
    symlinkSync('data', at('relative'));
    symlinkSync(at('relative'), at('absolute'));
    expect(createHome(at('absolute/home'), USER)).toBe(true);
    expect(look(at('data/home'))).toEqual(USER);
  });

  test.each([
    ['owned', (path: string) => chownSync(path, 4711, 4711)],
    ['writable', (path: string) => chmodSync(path, 0o777)],
    ['sticky', (path: string) => chmodSync(path, 0o1777)],
  ])('is not made behind a link in a folder that is %s by others', (_, open) => {
    mkdirSync(at('target'));
    mkdirSync(at('theirs'));
    symlinkSync(at('target'), at('theirs/link'));
    symlinkSync(at('target/home'), at('theirs/home'));
    open(at('theirs'));
    for (const path of ['theirs/link/home', 'theirs/home'])
      expect(() => createHome(at(path), USER)).toThrow(expect.objectContaining({ code: 'ELOOP', path: at(path) }));
    expect(readdirSync(at('target'))).toEqual([]);
  });

  test('is made in a folder of others, and belongs to its user', () => {
    mkdirSync(at('theirs'));
    chownSync(at('theirs'), 4711, 4711);
    expect(createHome(at('theirs/sub/home'), USER)).toBe(true);
    expect(look(at('theirs/sub/home'))).toEqual(USER);
  });

  test('is not made in place of a file, for a path that is none, or in circles', () => {
    writeFileSync(at('file'), '');
    symlinkSync('loop', at('loop'));
    expect(() => createHome(at('file'), USER)).toThrow(expect.objectContaining({ code: 'ENOTDIR', path: at('file') }));
    expect(() => createHome(at('file/home'), USER)).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
    expect(() => createHome(at('loop/home'), USER)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
    expect(() => createHome('home', USER)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
    expect(() => createHome(`${at('x')}/${'a'.repeat(300)}`, USER)).toThrow(
      expect.objectContaining({ code: 'ENAMETOOLONG' }),
    );
    expect(existsSync(at('home'))).toBe(false);
  });
});
