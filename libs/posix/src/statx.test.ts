import { lstatSync, mkdtempSync, openSync, closeSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { isLstatAtAvailable, lstatAllAt, type NodeStats, tryLstatAt } from './statx.ts';

describe.skipIf(!isLstatAtAvailable())('an entry of an open directory', () => {
  let folder = '';
  let directory = -1;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'statx-'));
    directory = openSync(folder, 'r');
  });
  afterAll(() => {
    closeSync(directory);
    rmSync(folder, { recursive: true });
  });

  function expected(name: string | Buffer): unknown {
    const path = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);
    const { mode, nlink, uid, gid, size, mtimeMs, dev, ino } = lstatSync(path);
    return { mode, nlink, uid, gid, size, mtimeMs, dev, ino };
  }

  function all(names: readonly string[]): (NodeStats | number)[] {
    const told: (NodeStats | number)[] = [];
    lstatAllAt(directory, names, (stats, index) => {
      expect(index).toBe(told.length);
      told.push(stats);
    });
    return told;
  }

  test('a file, a link that leads nowhere, and a device are what Node says they are', () => {
    writeFileSync(join(folder, 'file'), 'abc', { mode: 0o640 });
    symlinkSync('nowhere', join(folder, 'link'));
    for (const name of ['file', 'link', '.']) expect(tryLstatAt(directory, name)).toEqual(expected(name));
    const devices = openSync('/dev', 'r');
    const { dev, ino } = lstatSync('/dev/null');
    expect(tryLstatAt(devices, 'null')).toMatchObject({ dev, ino });
    closeSync(devices);
  });

  test('names of any bytes, and times before 1970 and after 2106', () => {
    for (const [name, seconds] of [
      [Buffer.from([0xff, 0x0a, 0x31]), -86_400.5],
      [Buffer.from('ü\u{1F600}'), 5_000_000_000],
    ] as const) {
      const path = Buffer.concat([Buffer.from(`${folder}/`), name]);
      writeFileSync(path, '');
      utimesSync(path, seconds, seconds);
      expect(tryLstatAt(directory, name)).toEqual(expected(name));
      if (name[0] !== 0xff) expect(tryLstatAt(directory, name.toString())).toEqual(expected(name));
    }
  });

  test('several at once are what each is by itself, whatever their names', () => {
    for (const [index, name] of ['a', 'ü\u{1F600}', 'x'.repeat(255), 'b c'].entries()) {
      writeFileSync(join(folder, name), 'x'.repeat(index));
    }
    for (const names of [['a'], ['a', 'x'.repeat(255), 'b c'], ['b c', 'ü\u{1F600}', 'a', 'ü\u{1F600}', '.'], []]) {
      expect(all(names)).toEqual(names.map((name) => expected(name)));
    }
    expect(all(['a', 'missing', 'x'.repeat(256), 'b c'])).toEqual([
      expected('a'),
      -constants.errno.ENOENT,
      -constants.errno.ENAMETOOLONG,
      expected('b c'),
    ]);
    expect(() => all(['a', 'a\0b'])).toThrow('EINVAL');
  });

  test('what fails answers the number of the error', () => {
    expect(tryLstatAt(directory, 'missing')).toBe(-constants.errno.ENOENT);
    expect(tryLstatAt(-1, 'file')).toBe(-constants.errno.EBADF);
    expect(tryLstatAt(directory, 'a\0b')).toBe(-constants.errno.EINVAL);
    expect(tryLstatAt(directory, 'x'.repeat(256))).toBe(-constants.errno.ENAMETOOLONG);
  });
});
