import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isOpenat2Available } from '@pure-ftpd/posix';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Jail } from './index.ts';
import type { JailStrategy } from './index.ts';

const STRATEGIES: readonly JailStrategy[] = [
  ...(isOpenat2Available() ? (['openat2'] as const) : []),
  ...(process.platform === 'linux' ? (['walk'] as const) : []),
  'portable',
];

const failing = (code: string): unknown => expect.objectContaining({ code });

let folder: string;
let root: string;
let jail: Jail;

const home = (path: string): string => join(root, path);
const machine = (path: string): string => join(folder, path);

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'virtual-')));
  root = machine('home/alice');
  for (const path of ['home/alice/dir/sub', 'home/alicia', 'shared/deep/er', 'secret', 'other']) {
    mkdirSync(machine(path), { recursive: true });
  }
  for (const path of ['home/alice/dir/file', 'home/alicia/file', 'shared/file', 'shared/deep/file', 'secret/file'])
    writeFileSync(machine(path), path);
  symlinkSync(machine('shared'), home('shared'));
  symlinkSync('../../shared/deep', home('deep'));
  symlinkSync(machine('shared/file'), home('file'));
  symlinkSync('dir', home('to-dir'));
  symlinkSync(machine('secret'), home('secret'));
  symlinkSync('../alicia', home('sister'));
  symlinkSync('loop', home('loop'));
  symlinkSync(machine('shared/nothing'), home('dangling'));
  // Out of the link root, back into the jail, and on to a link root again.
  symlinkSync(machine('secret'), machine('shared/out'));
  symlinkSync(home('dir'), machine('shared/back'));
  symlinkSync('../shared/deep', machine('shared/around'));
});

afterEach(() => {
  jail.close();
  rmSync(folder, { recursive: true });
});

function read(path: string): string {
  const { fd, size } = jail.openFile(jail.resolve(path, { follow: true }), 'read');
  try {
    const buffer = Buffer.alloc(size);
    readSync(fd, buffer, 0, size, 0);
    return buffer.toString();
  } finally {
    closeSync(fd);
  }
}

function open(strategy: JailStrategy, ...linkRoots: string[]): void {
  jail = Jail.open(root, { strategy, linkRoots });
}

describe.each(STRATEGIES)('a virtual chroot by %s', (strategy) => {
  it('follows links into a link root, and names what they lead to by the link', async () => {
    open(strategy, machine('shared'));
    expect(read('/shared/file')).toBe('shared/file');
    expect(read('/deep/file')).toBe('shared/deep/file');
    expect(read('/file')).toBe('shared/file');
    expect(read('/shared/around/file')).toBe('shared/deep/file');
    expect(jail.resolve('/shared/around/', { follow: true })).toBe('/shared/around');
    expect(jail.realPath('/shared/around')).toBe(machine('shared/deep'));
    expect((await jail.readdir(jail.resolve('/deep/', {}))).toSorted()).toEqual(['er', 'file']);
  });

  it('goes back by what was written', () => {
    open(strategy, machine('shared'));
    expect(jail.resolve('/deep/..')).toBe('/');
    expect(jail.resolve('/deep/../dir/file')).toBe('/dir/file');
    expect(jail.resolve('/deep/er/../file')).toBe('/deep/file');
    expect(jail.resolve('/../../../shared')).toBe('/shared');
    expect(jail.resolve('/to-dir/..')).toBe('/');
  });

  it('makes, writes, renames and removes behind a link', () => {
    open(strategy, machine('shared'));
    jail.mkdir(jail.resolve('/shared/new', { allowMissing: true }));
    closeSync(jail.openFile(jail.resolve('/shared/new/made', { allowMissing: true }), 'create').fd);
    jail.rename(jail.resolve('/shared/new/made'), jail.resolve('/dir/moved', { allowMissing: true }));
    expect(existsSync(home('dir/moved'))).toBe(true);
    jail.rmdir(jail.resolve('/shared/new'));
    jail.unlink(jail.resolve('/shared/deep/file'));
    expect(existsSync(machine('shared/new'))).toBe(false);
    expect(existsSync(machine('shared/deep/file'))).toBe(false);
  });

  it.each(['/secret', '/secret/file', '/sister', '/sister/file', '/shared/out', '/shared/out/file'])(
    'refuses %s, which leads out of the link roots',
    (path) => {
      open(strategy, machine('shared'));
      expect(() => jail.resolve(path, { follow: true })).toThrow(failing('EACCES'));
      expect(() => jail.resolve(`${path}/new`, { allowMissing: true })).toThrow(failing('EACCES'));
    },
  );

  it('tells nothing of what is outside: what is not there is refused as what is', () => {
    symlinkSync(machine('nowhere/at/all'), home('nowhere'));
    symlinkSync(machine('secret/file/../../shared/file'), home('detour'));
    open(strategy, machine('shared'));
    expect(() => jail.resolve('/nowhere', { follow: true })).toThrow(failing('EACCES'));
    // By text this comes to the shared folder: nothing on the way was looked at.
    expect(read('/detour')).toBe('shared/file');
  });

  it('takes a link back into the root for what is there', () => {
    open(strategy, machine('shared'));
    expect(read('/shared/back/file')).toBe('home/alice/dir/file');
    expect(jail.realPath('/shared/back')).toBe(home('dir'));
  });

  it('a link root that a prefix of another name has is not entered', () => {
    mkdirSync(machine('shared2'));
    symlinkSync(machine('shared2'), home('longer'));
    symlinkSync(machine('home/alicia'), home('longer-home'));
    open(strategy, machine('shared'));
    expect(() => jail.resolve('/longer', { follow: true })).toThrow(failing('EACCES'));
    expect(() => jail.resolve('/longer-home', { follow: true })).toThrow(failing('EACCES'));
  });

  it('a link root may be written by way of a link', () => {
    symlinkSync('shared', machine('alias'));
    symlinkSync(machine('alias/file'), home('by-alias'));
    open(strategy, machine('alias'));
    expect(read('/by-alias')).toBe('shared/file');
    expect(read('/file')).toBe('shared/file');
  });

  it('a link root that is not there is none, and one that is not absolute is an error', () => {
    open(strategy, machine('gone'), machine('shared'));
    expect(read('/file')).toBe('shared/file');
    expect(() => Jail.open(root, { strategy, linkRoots: ['shared'] })).toThrow(failing('EINVAL'));
  });

  it('without limits links lead everywhere; what the kernel shows as files is not opened', () => {
    symlinkSync('/', home('machine'));
    symlinkSync('/proc/self/environ', home('environment'));
    open(strategy, '/');
    expect(read('/secret/file')).toBe('secret/file');
    expect(read(`/machine${folder}/secret/file`)).toBe('secret/file');
    expect(read('/sister/file')).toBe('home/alicia/file');
    // A path that comes back into the root is in the root.
    expect(jail.realPath(jail.resolve(`/machine${root}/dir`, { follow: true }))).toBe(home('dir'));
    if (process.platform !== 'linux') return;
    expect(() => read('/environment')).toThrow(failing('EACCES'));
    expect(() => read('/machine/proc/self/environ')).toThrow(failing('EACCES'));
  });

  it('loops and links that lead nowhere fail as they do anywhere', () => {
    open(strategy, machine('shared'));
    expect(() => jail.resolve('/loop', { follow: true })).toThrow(failing('ELOOP'));
    expect(() => jail.resolve('/loop/x')).toThrow(failing('ELOOP'));
    expect(() => jail.resolve('/dangling', { follow: true })).toThrow(failing('ENOENT'));
    expect(jail.resolve('/dangling')).toBe('/dangling');
    expect(() => jail.resolve('/file/', { follow: true })).toThrow(failing('ENOTDIR'));
    expect(() => jail.resolve('/dir/file/.', { follow: true })).toThrow(failing('ENOTDIR'));
  });

  it('a link that was followed is still a link to who removes, renames or replaces it', () => {
    open(strategy, machine('shared'));
    read('/file');
    expect(jail.lstat('/file').type).toBe('link');
    expect(() => jail.openFile('/file', 'create')).toThrow(failing('ELOOP'));
    jail.rename('/file', '/renamed');
    expect(readFileSync(machine('shared/file'), 'utf8')).toBe('shared/file');
    jail.unlink('/renamed');
    expect(existsSync(machine('shared/file'))).toBe(true);
    jail.resolve('/shared', { follow: true });
    jail.unlink('/shared');
    expect(existsSync(machine('shared/deep'))).toBe(true);
  });

  it('facts are those of what a link leads to, and changes are made there', () => {
    open(strategy, machine('shared'));
    expect(jail.stat('/file')).toMatchObject({ type: 'file', size: 'shared/file'.length });
    jail.utimes(jail.resolve('/file', { follow: true }), 1000, 2000);
    expect(jail.stat('/file').mtimeMs).toBe(2000);
    expect(jail.stat(jail.resolve('/shared', { follow: true })).type).toBe('dir');
  });

  it('facts are those of what was resolved, whatever the link is now; to ask for them is not to resolve', () => {
    open(strategy, machine('shared'));
    expect(jail.stat('/shared').type).toBe('dir');
    expect(() => jail.openDirectory('/shared')).toThrow(failing('ELOOP'));
    const path = jail.resolve('/file', { follow: true });
    unlinkSync(home('file'));
    symlinkSync(machine('shared/deep/file'), home('file'));
    expect(jail.stat(path).size).toBe('shared/file'.length);
    unlinkSync(home('file'));
    writeFileSync(home('file'), '');
    expect(jail.stat(path).size).toBe('shared/file'.length);
    expect(jail.stat(jail.resolve('/file', { follow: true })).size).toBe(0);
  });

  it('a path means what it led to when it was resolved, until it is resolved again', () => {
    open(strategy, machine('shared'), machine('other'));
    const path = jail.resolve('/shared/file', { follow: true });
    unlinkSync(home('shared'));
    symlinkSync(machine('secret'), home('shared'));
    const { fd, size } = jail.openFile(path, 'read');
    closeSync(fd);
    expect(size).toBe('shared/file'.length);
    expect(() => jail.resolve('/shared/file', { follow: true })).toThrow(failing('EACCES'));
    unlinkSync(home('shared'));
    mkdirSync(home('shared'));
    writeFileSync(home('shared/file'), 'mine');
    expect(read('/shared/file')).toBe('mine');
  });

  it('a link that takes the place of a folder behind a link fails the operation', () => {
    open(strategy, machine('shared'));
    const path = jail.resolve('/shared/deep/file', { follow: true });
    renameSync(machine('shared/deep'), machine('shared/aside'));
    symlinkSync(machine('secret'), machine('shared/deep'));
    expect(() => jail.openFile(path, 'read')).toThrow(failing('ELOOP'));
    expect(() => jail.unlink(path)).toThrow(failing('ELOOP'));
    expect(() => jail.rename(path, '/stolen')).toThrow(failing('ELOOP'));
  });

  it('remembers no more links than it should: who asks again is answered again', () => {
    for (let index = 0; index < 1100; index += 1) symlinkSync(machine('shared'), home(`link${index}`));
    open(strategy, machine('shared'));
    for (let index = 0; index < 1100; index += 1) jail.resolve(`/link${index}`, { follow: true });
    expect(() => jail.openFile('/link0/file', 'read')).toThrow(failing('ELOOP'));
    expect(read('/link0/file')).toBe('shared/file');
  });

  it('gives everything back when it is closed', () => {
    open(strategy, machine('shared'));
    const path = jail.resolve('/shared/file', { follow: true });
    jail.close();
    expect(() => jail.openFile(path, 'read')).toThrow(failing('EBADF'));
  });
});
