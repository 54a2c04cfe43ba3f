import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isOpenat2Available } from '@pure-ftpd/posix';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Jail } from './jail.ts';
import type { JailStrategy } from './strategy.ts';

const NOBODY = 65_534;

const STRATEGIES: readonly JailStrategy[] = isOpenat2Available()
  ? ['portable', 'walk', 'openat2']
  : ['portable', 'walk'];

describe.each(STRATEGIES)('a directory of a jail (%s)', (strategy) => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jail-directory-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives its names while the process waits', () => {
    writeFileSync(join(folder, 'b'), '');
    writeFileSync(Buffer.from(`${folder}/\xff`, 'latin1'), '');
    const jail = Jail.open(folder, { strategy });
    const directory = jail.openDirectory('/');
    expect(directory.namesSync().sort()).toEqual(['b', '\udcff']);
    directory.close();
    expect(() => directory.namesSync()).toThrow('EBADF');
    expect(() => directory.checkEnterable()).toThrow('EBADF');
    jail.close();
  });

  it('tells of many entries what it tells of each, and of one that has gone that it has', () => {
    writeFileSync(join(folder, 'file'), 'abc', { mode: 0o640 });
    mkdirSync(join(folder, 'ü'));
    symlinkSync('nowhere', join(folder, 'link'));
    const names = ['file', 'ü', 'gone', 'link'];
    const jail = Jail.open(folder, { strategy });
    const directory = jail.openDirectory('/');
    const each = (name: string): unknown => (name === 'gone' ? undefined : directory.lstat(name));
    expect(directory.lstatAll(names)).toEqual(names.map(each));
    // A name that is no text is looked up as well.
    writeFileSync(Buffer.from(`${folder}/\xff`, 'latin1'), '');
    names.push('\udcff');
    expect(directory.lstatAll(names)).toEqual(names.map(each));
    for (const name of ['..', 'a/b', 'a\0b', '']) expect(() => directory.lstatAll(['file', name])).toThrow('EINVAL');
    directory.close();
    expect(() => directory.lstatAll(['file'])).toThrow('EBADF');
    jail.close();
  });

  it.runIf(process.getuid?.() === 0)('tells whether it may be entered, and whether it may be read', () => {
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, 'closed'), { mode: 0o744 });
    mkdirSync(join(folder, 'unlisted'), { mode: 0o711 });
    const jail = Jail.open(folder, { strategy });
    const closed = jail.openDirectory('/closed');
    const unlisted = jail.openDirectory('/unlisted');
    process.seteuid?.(NOBODY);
    try {
      expect(() => closed.checkEnterable()).toThrow(/^EACCES: permission denied, \w+ '\/closed'$/);
      expect(() => unlisted.checkEnterable()).not.toThrow();
      expect(() => unlisted.namesSync()).toThrow('EACCES');
      expect(() => closed.lstatAll(['any'])).toThrow('EACCES');
    } finally {
      process.seteuid?.(0);
    }
    closed.checkEnterable();
    for (const held of [closed, unlisted, jail]) held.close();
  });
});
