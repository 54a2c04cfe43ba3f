import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
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

const failing = (code: string, path?: string): unknown =>
  expect.objectContaining(path === undefined ? { code } : { code, path });

let folder: string;
let root: string;
let jail: Jail;

const real = (path: string): string => join(root, path);

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'jail-')));
  root = join(folder, 'root');
  mkdirSync(join(folder, 'outside'));
  writeFileSync(join(folder, 'outside/file'), 'secret');
  mkdirSync(real('dir/sub'), { recursive: true });
  writeFileSync(real('file'), 'hello');
  writeFileSync(real('dir/inner'), 'inner');
  symlinkSync('dir', real('to-dir'));
  symlinkSync('/dir/inner', real('to-inner'));
  symlinkSync('../../outside', real('dir/up'));
  symlinkSync(join(folder, 'outside'), real('absolute'));
  symlinkSync('missing', real('dangling'));
  symlinkSync('loop', real('loop'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe.each(STRATEGIES)('a jail by %s', (strategy) => {
  /** For what a jail that holds no descriptors cannot do. */
  const holding = strategy === 'portable' ? [] : [strategy];
  beforeEach(() => {
    jail = Jail.open(root, { strategy });
  });
  afterEach(() => {
    jail.close();
  });

  it.runIf(process.platform === 'linux')(
    'opens nothing of what the kernel shows as files: no memory, no switch',
    () => {
      using machine = { jail: Jail.open('/', { strategy }), [Symbol.dispose]: () => machine.jail.close() };
      for (const path of [
        '/proc/self/environ',
        '/proc/self/mem',
        '/proc/cpuinfo',
        '/sys/kernel/mm/transparent_hugepage/enabled',
      ]) {
        if (!existsSync(path)) continue;
        const found = machine.jail.resolve(path, { follow: true });
        for (const access of ['read', 'write', 'create'] as const)
          expect(() => machine.jail.openFile(found, access)).toThrow(failing('EACCES', found));
      }
    },
  );

  it('an empty file is one', () => {
    writeFileSync(real('empty'), '');
    const { fd, size } = jail.openFile('/empty', 'read');
    closeSync(fd);
    expect(size).toBe(0);
  });

  it('says where it is and how it works', () => {
    expect(jail.root).toBe(root);
    expect(jail.strategy).toBe(strategy);
    expect(jail.realPath('/')).toBe(root);
    expect(jail.realPath('/dir/inner')).toBe(real('dir/inner'));
  });

  it.each([
    ['/', '/'],
    ['//', '/'],
    ['/..', '/'],
    ['/../../dir/./sub//', '/dir/sub'],
    ['/dir/sub/../inner', '/dir/inner'],
    ['/to-dir/inner', '/dir/inner'],
    ['/to-dir', '/to-dir'],
    ['/to-dir/', '/dir'],
    ['/to-dir/.', '/dir'],
    ['/to-dir/..', '/'],
    ['/to-dir/sub/..', '/dir'],
    ['/to-inner', '/to-inner'],
    ['/dangling', '/dangling'],
    ['/loop', '/loop'],
  ])('resolves %s to %s', (path, expected) => {
    expect(jail.resolve(path)).toBe(expected);
  });

  it('follows a link in the last place when told to, and only inside', () => {
    expect(jail.resolve('/to-inner', { follow: true })).toBe('/dir/inner');
    expect(jail.resolve('/to-dir', { follow: true })).toBe('/dir');
    // Both would lead out: their targets are looked for from the root, and are not there.
    expect(() => jail.resolve('/dir/up', { follow: true })).toThrow(failing('ENOENT', '/dir/up'));
    expect(() => jail.resolve('/absolute', { follow: true })).toThrow(failing('ENOENT', '/absolute'));
    mkdirSync(real('outside'));
    expect(jail.resolve('/dir/up', { follow: true })).toBe('/outside');
  });

  it.each([
    ['/dir/missing', 'ENOENT'],
    ['/missing/x', 'ENOENT'],
    ['/file/x', 'ENOTDIR'],
    ['/file/', 'ENOTDIR'],
    ['/file/..', 'ENOTDIR'],
    ['/loop/x', 'ELOOP'],
    ['/loop/', 'ELOOP'],
    ['/absolute/file', 'ENOENT'],
    ['/dir/up/file', 'ENOENT'],
    ['/nul\0byte', 'EINVAL'],
    ['relative', 'EINVAL'],
    ['', 'EINVAL'],
    ['/\ud800', 'EILSEQ'],
    [`/${'x'.repeat(256)}`, 'ENAMETOOLONG'],
    [`/${'x/'.repeat(2048)}`, 'ENAMETOOLONG'],
    [`/${'é'.repeat(2047)}/x`, 'ENAMETOOLONG'],
  ])('cannot resolve %s: %s', (path, code) => {
    expect(() => jail.resolve(path)).toThrow(failing(code, path));
  });

  it('resolves a missing last name when told so, but not below what is missing', () => {
    const allowMissing = true;
    expect(jail.resolve('/new', { allowMissing })).toBe('/new');
    expect(jail.resolve('/new/', { allowMissing })).toBe('/new');
    expect(jail.resolve('/dir/../to-dir/new', { allowMissing })).toBe('/dir/new');
    expect(jail.resolve('/dangling', { allowMissing, follow: true })).toBe('/missing');
    expect(() => jail.resolve('/new/.', { allowMissing })).toThrow(failing('ENOENT'));
    expect(() => jail.resolve('/new/x', { allowMissing })).toThrow(failing('ENOENT'));
    expect(() => jail.resolve('/new/..', { allowMissing })).toThrow(failing('ENOENT'));
    expect(() => jail.resolve('/file/new', { allowMissing })).toThrow(failing('ENOTDIR'));
  });

  it('bounds the work a path can make', () => {
    const deep = 'd/'.repeat(300);
    mkdirSync(real(deep), { recursive: true });
    symlinkSync('.', real('here'));
    expect(() => jail.resolve(`/here/${deep}${'../d/'.repeat(600)}`)).toThrow(failing('ENAMETOOLONG'));
    expect(jail.resolve(`/here/${deep}${'../'.repeat(20)}`)).toBe(`/${'d/'.repeat(280)}`.slice(0, -1));
  });

  it('follows forty links and no more', () => {
    symlinkSync('dir', real('l1'));
    for (let index = 2; index <= 41; index++) symlinkSync(`l${index - 1}`, real(`l${index}`));
    expect(jail.resolve('/l40/inner')).toBe('/dir/inner');
    expect(() => jail.resolve('/l41/inner')).toThrow(failing('ELOOP'));
  });

  it('tells what a node is', () => {
    const stats = statSync(real('file'));
    expect(jail.lstat('/file')).toEqual({
      type: 'file',
      size: 5,
      mode: stats.mode & 0o7777,
      nlink: 1,
      uid: stats.uid,
      gid: stats.gid,
      mtimeMs: stats.mtimeMs,
      dev: stats.dev,
      ino: stats.ino,
    });
    expect(jail.lstat('/').ino).toBe(statSync(root).ino);
    expect(jail.lstat('/dir/sub').type).toBe('dir');
    expect(jail.lstat('/to-inner').type).toBe('link');
    expect(jail.stat('/to-inner').ino).toBe(statSync(real('dir/inner')).ino);
    expect(jail.readlink('/absolute')).toBe(join(folder, 'outside'));
    expect(() => jail.stat('/absolute')).toThrow(failing('ENOENT'));
    expect(() => jail.readlink('/file')).toThrow(failing('EINVAL'));
    expect(() => jail.lstat('/dir/nothing')).toThrow(failing('ENOENT', '/dir/nothing'));
  });

  it.each(['', 'file', '/dir/', '/dir/../file', '/./file', '//file', '/..', '/file\0'])(
    'takes no path for an operation that is not canonical: %j',
    async (path) => {
      const operations = [
        () => jail.lstat(path),
        () => jail.stat(path),
        () => jail.readlink(path),
        () => jail.openDirectory(path),
        () => jail.openFile(path, 'read'),
        () => jail.openFile(path, 'create'),
        () => jail.mkdir(path),
        () => jail.rmdir(path),
        () => jail.unlink(path),
        () => jail.rename(path, '/new'),
        () => jail.rename('/file', path),
        () => jail.renameNoReplace('/file', path),
        () => jail.link('/file', path),
        () => jail.chmod(path, 0o600),
        () => jail.chown(path, 0, 0),
        () => jail.utimes(path, 0, 0),
        () => jail.truncate(path, 0),
        () => jail.statfs(path),
        () => jail.realPath(path),
      ];
      for (const operation of operations) expect(operation).toThrow(failing('EINVAL'));
      await expect(jail.readdir(path)).rejects.toThrow(failing('EINVAL'));
    },
  );

  it('refuses a link on the way in every operation, even one that leads nowhere else', async () => {
    for (const link of ['/to-dir', '/absolute', '/dir/up']) {
      const path = `${link}/inner`;
      const operations = [
        () => jail.lstat(path),
        () => jail.stat(path),
        () => jail.readlink(path),
        () => jail.openDirectory(path),
        () => jail.openDirectory(link),
        () => jail.openFile(path, 'read'),
        () => jail.openFile(path, 'create'),
        () => jail.openFile(path, 'create-new'),
        () => jail.mkdir(path),
        () => jail.rmdir(path),
        () => jail.unlink(path),
        () => jail.rename(path, '/new'),
        () => jail.rename('/file', path),
        () => jail.renameNoReplace('/file', path),
        () => jail.link('/file', path),
        () => jail.link(path, '/new'),
        () => jail.chmod(path, 0o600),
        () => jail.chown(path, 0, 0),
        () => jail.utimes(path, 0, 0),
        () => jail.truncate(path, 0),
        () => jail.statfs(path),
      ];
      // Opening a directory that is a link says ENOTDIR on some kernels.
      for (const operation of operations)
        expect(operation).toThrow(expect.objectContaining({ code: expect.stringMatching(/^(?:ELOOP|ENOTDIR)$/) }));
      await expect(jail.readdir(path)).rejects.toThrow(failing('ELOOP'));
    }
    expect(readFileSync(join(folder, 'outside/file'), 'latin1')).toBe('secret');
    expect(readdirSync(join(folder, 'outside'))).toEqual(['file']);
  });

  it('never follows a link in the last place', () => {
    symlinkSync('../outside/file', real('to-secret'));
    for (const access of ['read', 'write', 'read-write', 'create'] as const) {
      expect(() => jail.openFile('/to-secret', access)).toThrow(failing('ELOOP'));
    }
    expect(() => jail.openFile('/to-secret', 'create-new')).toThrow(failing('EEXIST'));
    expect(() => jail.chmod('/to-secret', 0)).toThrow(failing('ELOOP'));
    expect(() => jail.chown('/to-secret', 1, 1)).toThrow(failing('ELOOP'));
    expect(() => jail.utimes('/to-secret', 0, 0)).toThrow(failing('ELOOP'));
    expect(() => jail.truncate('/to-secret', 0)).toThrow(failing('ELOOP'));
    jail.rename('/to-secret', '/renamed');
    expect(jail.readlink('/renamed')).toBe('../outside/file');
    jail.unlink('/renamed');
    expect(readFileSync(join(folder, 'outside/file'), 'latin1')).toBe('secret');
  });

  it('opens files in each way, and never truncates', () => {
    const reading = jail.openFile('/file', 'read');
    expect(reading.size).toBe(5);
    expect(readFileSync(reading.fd, 'latin1')).toBe('hello');
    expect(() => writeSync(reading.fd, 'x')).toThrow(failing('EBADF'));
    closeSync(reading.fd);
    for (const access of ['write', 'read-write', 'create'] as const) {
      const writing = jail.openFile('/file', access);
      expect(writing.size).toBe(5);
      writeSync(writing.fd, 'J', 0);
      closeSync(writing.fd);
      expect(readFileSync(real('file'), 'latin1')).toBe('Jello');
    }
    expect(() => jail.openFile('/none', 'read')).toThrow(failing('ENOENT'));
    expect(() => jail.openFile('/none', 'write')).toThrow(failing('ENOENT'));
    expect(() => jail.openFile('/file', 'create-new')).toThrow(failing('EEXIST'));
    const made = jail.openFile('/dir/made', 'create', 0o640);
    expect(fstatSync(made.fd).mode & 0o777 & process.umask()).toBe(0);
    closeSync(made.fd);
    const fresh = jail.openFile('/dir/fresh', 'create-new', 0o600);
    expect(fresh.size).toBe(0);
    closeSync(fresh.fd);
    expect(readdirSync(real('dir')).sort()).toEqual(['fresh', 'inner', 'made', 'sub', 'up']);
  });

  it('opens nothing but regular files, and does not wait for the other end of a FIFO', () => {
    execFileSync('mkfifo', [real('fifo')]);
    symlinkSync('/dev/null', real('null'));
    for (const access of ['read', 'write', 'read-write', 'create'] as const) {
      expect(() => jail.openFile('/fifo', access)).toThrow(failing('EINVAL', '/fifo'));
      expect(() => jail.openFile('/dir', access)).toThrow(failing('EISDIR'));
      expect(() => jail.openFile('/', access)).toThrow(failing('EISDIR'));
    }
    expect(() => jail.openFile('/fifo', 'create-new')).toThrow(failing('EEXIST'));
    expect(jail.lstat('/fifo').type).toBe('other');
  });

  it('changes the tree', () => {
    jail.mkdir('/dir/new', 0o750);
    expect(() => jail.mkdir('/dir/new')).toThrow(failing('EEXIST', '/dir/new'));
    jail.rmdir('/dir/new');
    expect(existsSync(real('dir/new'))).toBe(false);
    expect(() => jail.rmdir('/dir')).toThrow(failing('ENOTEMPTY'));
    expect(() => jail.rmdir('/file')).toThrow(failing('ENOTDIR'));
    expect(() => jail.unlink('/dir')).toThrow(expect.objectContaining({ code: expect.stringMatching(/EISDIR|EPERM/) }));
    jail.link('/file', '/dir/second');
    expect(() => jail.link('/file', '/dir/second')).toThrow(failing('EEXIST'));
    expect(jail.lstat('/file').nlink).toBe(2);
    jail.unlink('/dir/second');
    jail.rename('/file', '/dir/sub/moved');
    expect(readFileSync(real('dir/sub/moved'), 'latin1')).toBe('hello');
    expect(() => jail.rename('/none', '/dir/x')).toThrow(
      expect.objectContaining({ code: 'ENOENT', path: '/none', dest: '/dir/x' }),
    );
    expect(() => jail.rename('/dir', '/dir/sub/x')).toThrow(failing('EINVAL'));
    jail.truncate('/dir/inner', 2);
    expect(readFileSync(real('dir/inner'), 'latin1')).toBe('in');
  });

  it('renames without replacing', () => {
    expect(() => jail.renameNoReplace('/file', '/dir/inner')).toThrow(failing('EEXIST'));
    expect(() => jail.renameNoReplace('/dir', '/file')).toThrow(failing('EEXIST'));
    expect(() => jail.renameNoReplace('/file', '/dangling')).toThrow(failing('EEXIST'));
    jail.renameNoReplace('/file', '/dir/file');
    jail.renameNoReplace('/dir/sub', '/sub');
    expect(readFileSync(real('dir/inner'), 'latin1')).toBe('inner');
    expect(readFileSync(real('dir/file'), 'latin1')).toBe('hello');
    expect(jail.lstat('/sub').type).toBe('dir');
  });

  it('does to the root what the kernel lets be done to one', () => {
    expect(() => jail.mkdir('/')).toThrow(failing('EEXIST'));
    expect(() => jail.rmdir('/')).toThrow(failing('EBUSY'));
    expect(() => jail.unlink('/')).toThrow(failing('EISDIR'));
    expect(() => jail.rename('/', '/dir/x')).toThrow(failing('EBUSY'));
    expect(() => jail.rename('/file', '/')).toThrow(failing('EBUSY'));
    expect(() => jail.readlink('/')).toThrow(failing('EINVAL'));
    expect(() => jail.openFile('/', 'create-new')).toThrow(failing('EISDIR'));
    jail.chmod('/', 0o711);
    expect(jail.lstat('/').mode).toBe(0o711);
  });

  it('sets mode, owner and times, also of what cannot be read', () => {
    jail.chmod('/file', 0);
    jail.chmod('/file', 0o4711);
    expect(jail.lstat('/file').mode).toBe(0o4711);
    jail.chmod('/dir/sub', 0o1777);
    expect(statSync(real('dir/sub')).mode & 0o7777).toBe(0o1777);
    jail.utimes('/dir/inner', 1_000_000_000_500, 1_234_567_890_250);
    expect(statSync(real('dir/inner')).mtimeMs).toBe(1_234_567_890_250);
    jail.utimes('/dir', 0, 1000);
    expect(jail.lstat('/dir').mtimeMs).toBe(1000);
    jail.chown('/file', -1, -1);
    for (const mode of [-1, 0o10000, 0.5, Number.NaN]) {
      expect(() => jail.chmod('/file', mode)).toThrow(failing('EINVAL'));
      expect(() => jail.mkdir('/x', mode)).toThrow(failing('EINVAL'));
      expect(() => jail.openFile('/x', 'create', mode)).toThrow(failing('EINVAL'));
    }
    for (const time of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => jail.utimes('/file', time, 0)).toThrow(failing('EINVAL'));
      expect(() => jail.utimes('/file', 0, time)).toThrow(failing('EINVAL'));
    }
    for (const size of [-1, 0.5, Number.NaN]) expect(() => jail.truncate('/file', size)).toThrow(failing('EINVAL'));
  });

  it.runIf(process.getuid?.() === 0)('gives files away as root', () => {
    jail.chown('/dir/inner', 12, 34);
    expect(jail.lstat('/dir/inner')).toMatchObject({ uid: 12, gid: 34 });
  });

  it('tells the space of the file system', () => {
    const { free, total } = jail.statfs('/dir/inner');
    expect(total).toBeGreaterThan(0);
    expect(free).toBeLessThanOrEqual(total);
  });

  it('lists a directory that stays the same when its path does not', async () => {
    const directory = jail.openDirectory('/dir');
    renameSync(real('dir'), real('moved'));
    symlinkSync(join(folder, 'outside'), real('dir'));
    if (strategy === 'portable') renameSync(real('moved'), real('back'));
    else {
      expect((await directory.names()).sort()).toEqual(['inner', 'sub', 'up']);
      expect(directory.lstat('inner').size).toBe(5);
      expect(directory.lstat('up').type).toBe('link');
      expect(directory.readlink('up')).toBe('../../outside');
      expect(() => directory.lstat('none')).toThrow(failing('ENOENT', '/dir/none'));
    }
    for (const name of ['', '.', '..', 'a/b', '../outside', 'x\0']) {
      expect(() => directory.lstat(name)).toThrow(failing('EINVAL'));
      expect(() => directory.readlink(name)).toThrow(failing('EINVAL'));
    }
    directory.close();
    directory.close();
    expect(() => directory.lstat('inner')).toThrow(failing('EBADF'));
    await expect(directory.names()).rejects.toThrow(failing('EBADF'));
    expect(() => jail.openDirectory('/file')).toThrow(failing('ENOTDIR'));
    expect(() => jail.openDirectory('/none')).toThrow(failing('ENOENT'));
  });

  it.each(holding)('reads the directory it opened, even when closed before its turn', async () => {
    const reads = Array.from({ length: 64 }, () => {
      const directory = jail.openDirectory('/dir');
      const names = directory.names();
      directory.close();
      return names;
    });
    const others = Array.from({ length: 64 }, () => Jail.open(join(folder, 'outside'), { strategy }));
    try {
      for (const names of await Promise.all(reads)) expect(names.sort()).toEqual(['inner', 'sub', 'up']);
    } finally {
      for (const other of others) other.close();
    }
  });

  it('keeps names that are no text', async () => {
    const odd = Buffer.from([0x66, 0xff, 0xc3, 0x28, 0x0a, 0x5c]);
    writeFileSync(Buffer.concat([Buffer.from(`${root}/dir/sub/`), odd]), 'odd');
    writeFileSync(real('dir/sub/größe \u{1f600} \ufffd'), 'wide');
    const names = await jail.readdir('/dir/sub');
    expect(names.sort()).toEqual(['f\udcff\udcc3(\n\\', 'größe \u{1f600} \ufffd']);
    for (const name of names) {
      const path = jail.resolve(`/dir/sub/${name}`);
      expect(path).toBe(`/dir/sub/${name}`);
      expect(jail.lstat(path).type).toBe('file');
      jail.rename(path, `${path}\udcfe`);
      jail.unlink(`${path}\udcfe`);
    }
    expect(readdirSync(real('dir/sub'))).toEqual([]);
  });

  it('has one spelling for each name', () => {
    writeFileSync(real('é'), '');
    expect(jail.resolve('/\udcc3\udca9')).toBe('/é');
    expect(jail.resolve('/dir\\..\\x', { allowMissing: true })).toBe('/dir\\..\\x');
  });

  it('is done for when closed, and can be closed again', () => {
    jail.close();
    jail.close();
    for (const path of ['/', '/file', '/dir/inner']) {
      expect(() => jail.lstat(path)).toThrow(failing('EBADF'));
      expect(() => jail.openDirectory(path)).toThrow(failing('EBADF'));
      expect(() => jail.openFile(path, 'read')).toThrow(failing('EBADF'));
    }
    expect(() => jail.resolve('/file')).toThrow(failing('EBADF'));
    expect(() => jail.mkdir('/new')).toThrow(failing('EBADF'));
  });

  it('needs a directory that can be reached', () => {
    expect(() => Jail.open(real('none'), { strategy })).toThrow(failing('ENOENT', real('none')));
    expect(() => Jail.open(real('file'), { strategy })).toThrow(failing('ENOTDIR'));
    expect(() => Jail.open(`${root}\0`, { strategy })).toThrow(failing('EINVAL'));
    const linked = Jail.open(real('to-dir'), { strategy });
    expect(linked.root).toBe(real('dir'));
    expect(linked.lstat('/inner').size).toBe(5);
    expect(linked.resolve('/..')).toBe('/');
    linked.close();
    const whole = Jail.open('/', { strategy });
    expect(whole.realPath(whole.resolve(`${root}/file`))).toBe(real('file'));
    expect(whole.lstat(real('dir/inner')).size).toBe(5);
    whole.close();
  });

  it.each(holding)('does not serve a directory that is gone but still somebody’s current one', () => {
    const gone = real('gone');
    mkdirSync(gone);
    const before = process.cwd();
    process.chdir(gone);
    try {
      rmdirSync(gone);
      expect(() => Jail.open('.', { strategy })).toThrow(failing('ENOENT'));
    } finally {
      process.chdir(before);
    }
  });

  it('stays where it is when its root is moved', () => {
    if (strategy === 'portable') return;
    renameSync(root, `${root}-moved`);
    mkdirSync(root);
    expect(jail.lstat('/dir/inner').size).toBe(5);
    expect(jail.resolve('/to-dir/inner')).toBe('/dir/inner');
  });

  it('finds an open file by its descriptor, wherever it was renamed to inside', () => {
    const { fd } = jail.openFile('/dir/inner', 'read');
    try {
      if (strategy === 'portable') {
        expect(jail.pathOfOpen(fd)).toBeUndefined();
        return;
      }
      expect(jail.pathOfOpen(fd)).toBe('/dir/inner');
      jail.rename('/dir', '/moved');
      expect(jail.pathOfOpen(fd)).toBe('/moved/inner');
      renameSync(root, `${root}-moved`);
      expect(jail.pathOfOpen(fd)).toBe('/moved/inner');
      renameSync(`${root}-moved`, root);
      renameSync(real('moved'), join(folder, 'outside/moved'));
      expect(jail.pathOfOpen(fd)).toBeUndefined();
      renameSync(join(folder, 'outside/moved'), real('moved'));
      jail.unlink('/moved/inner');
      writeFileSync(real('moved/inner (deleted)'), 'another');
      expect(jail.pathOfOpen(fd)).toBeUndefined();
    } finally {
      closeSync(fd);
    }
  });

  it('works across hard links and directories without read permission', async () => {
    linkSync(real('file'), real('dir/hard'));
    expect(jail.lstat('/dir/hard').ino).toBe(jail.lstat('/file').ino);
    jail.chmod('/dir', 0o311);
    expect(jail.lstat('/dir/inner').size).toBe(5);
    jail.chmod('/dir', 0o755);
    expect((await jail.readdir('/dir')).length).toBe(4);
  });
});

it('takes the best strategy that works here', () => {
  const best = Jail.open(root);
  expect(best.strategy).toBe(STRATEGIES[0]);
  best.close();
});
