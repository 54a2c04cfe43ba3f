import { temporaryFolder } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import type { FileSystem } from '../contract/file-system.ts';
import type { Upload, UploadOptions } from '../contract/virtual-file.ts';
import { StorageLimitExceeded } from '../errors.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { AbstractedFS } from '../filesystem/abstracted-fs.ts';
import { MemoryFilesystem } from '../filesystem/memory-filesystem.ts';
import { MemoryStore } from '../filesystem/memory-store.ts';
import { RemoteQuotaStore } from '../testing/remote-quota-store.ts';
import { startTestServer } from '../testing/test-server.ts';
import { countFiles } from './count-files.ts';
import { MemoryQuotaStore } from './memory-quota-store.ts';
import { quota, type QuotaFileSystem } from './quota.ts';
import type { QuotaLimits, QuotaStore } from './quota-store.ts';

const WHOLE: UploadOptions = { mode: 0o644, atomic: true };
const IN_PLACE: UploadOptions = { mode: 0o644, atomic: false };

interface Account {
  readonly files: MemoryFilesystem;
  readonly store: QuotaStore;
  /** The files of another session. */
  readonly session: () => QuotaFileSystem;
}

function account(limits: QuotaLimits, store: QuotaStore = new MemoryQuotaStore()): Account {
  const memory = new MemoryStore();
  const session = (): QuotaFileSystem => quota(new MemoryFilesystem('/', memory), { store, account: 'user', limits });
  return { files: new MemoryFilesystem('/', memory), store, session };
}

async function write(upload: Upload, bytes: number, at = upload.offset): Promise<void> {
  await upload.file.write([Buffer.alloc(bytes, 'x')], at);
}

async function put(fs: FileSystem, path: string, bytes: number, options = WHOLE): Promise<string | void> {
  const upload = await fs.createUpload(path, options);
  try {
    await write(upload, bytes);
  } catch (error) {
    await upload.discard();
    throw error;
  }
  return upload.commit();
}

const refused = StorageLimitExceeded;

describe('what is stored is charged', () => {
  test('files, folders and bytes, and given back when they are gone', async () => {
    const fs = account({}).session();
    await fs.mkdir('/sub', 0o755);
    await put(fs, '/sub/file', 100);
    expect(await fs.usage()).toEqual({ files: 2, bytes: 100 });
    await put(fs, '/sub/file', 30);
    expect(await fs.usage()).toEqual({ files: 2, bytes: 30 });
    await put(fs, '/other', 5);
    await fs.rename('/other', '/sub/file');
    expect(await fs.usage()).toEqual({ files: 2, bytes: 5 });
    await fs.rename('/sub/file', '/sub/file');
    await fs.remove('/sub/file');
    await fs.rmdir('/sub');
    expect(await fs.usage()).toEqual({ files: 0, bytes: 0 });
  });

  test.each([
    ['as a whole', WHOLE],
    ['in place', IN_PLACE],
  ])('what an upload %s leaves, however it ends', async (_how, options) => {
    const { files, session } = account({});
    const fs = session();
    await put(fs, '/file', 50, options);
    const broken = await fs.createUpload('/file', options);
    await write(broken, 20);
    await broken.discard();
    expect(await fs.usage()).toEqual(await countFiles(files));
    const empty = await fs.createUpload('/empty', options);
    await empty.commit();
    await put(fs, '/file', 7, { ...options, append: true });
    await put(fs, '/file', 3, { ...options, offset: 10 });
    expect(await fs.usage()).toEqual({ files: 2, bytes: 13 });
    expect(await put(fs, '/file', 4, { ...options, numbered: true })).toBe('/file.1');
    expect(await fs.usage()).toEqual({ files: 3, bytes: 17 });
  });

  test('what was there before is counted once, for all sessions', async () => {
    const { files, session, store } = account({});
    await files.mkdir('/sub', 0o755);
    await put(files, '/sub/file', 12);
    const counts = await Promise.all([session().usage(), session().usage()]);
    expect(counts).toEqual([counts[0], { files: 2, bytes: 12 }]);
    expect(await store.usage('user', () => expect.unreachable())).toEqual(counts[0]);
  });

  test('on a disk, where a link counts as a file', async () => {
    using folder = temporaryFolder();
    const store = new MemoryQuotaStore();
    const fs = quota(new AbstractedFS(folder.path), { store, account: 'user', limits: { bytes: 1000 } });
    await put(fs, '/file', 600);
    await put(fs, '/file', 900);
    await expect(put(fs, '/other', 101)).rejects.toBeInstanceOf(refused);
    await put(fs, '/file', 100, { ...WHOLE, append: true });
    expect(await fs.usage()).toEqual({ files: 1, bytes: 1000 });
    expect(await countFiles(fs)).toEqual({ files: 1, bytes: 1000 });
    expect((await fs.statfs('/')).free).toBe(0);
    await fs.close();
  });
});

describe('what finds no room is refused', () => {
  test('a file or folder too many, before it is made', async () => {
    const { files, session } = account({ files: 2 });
    const fs = session();
    await put(fs, '/one', 1);
    await fs.mkdir('/two', 0o755);
    await expect(fs.mkdir('/three', 0o755)).rejects.toBeInstanceOf(refused);
    await expect(fs.createUpload('/three', WHOLE)).rejects.toBeInstanceOf(refused);
    await put(fs, '/one', 2);
    expect(await countFiles(files)).toEqual({ files: 2, bytes: 2 });
  });

  test('bytes too many, before they are written', async () => {
    const { session } = account({ bytes: 100 });
    const fs = session();
    const upload = await fs.createUpload('/file', WHOLE);
    await write(upload, 60);
    await expect(write(upload, 41, 60)).rejects.toBeInstanceOf(refused);
    expect(await fs.usage()).toEqual({ files: 1, bytes: 60 });
    await upload.discard();
    expect(await fs.usage()).toEqual({ files: 0, bytes: 0 });
  });

  test('what an upload replaces is free for it, unless it is gone before its end', async () => {
    const { files, session } = account({ bytes: 100 });
    const [fs, other] = [session(), session()];
    await put(fs, '/file', 60);
    await put(fs, '/file', 90);
    const upload = await fs.createUpload('/file', WHOLE);
    await write(upload, 100);
    await other.remove('/file');
    await put(other, '/mine', 0);
    expect(await upload.commit()).toBeUndefined();
    expect(await fs.usage()).toEqual(await countFiles(files));
    const next = await fs.createUpload('/file', WHOLE);
    await write(next, 100);
    await other.rename('/file', '/kept');
    await expect(next.commit()).rejects.toBeInstanceOf(refused);
    expect(await fs.usage()).toEqual({ files: 2, bytes: 100 });
    expect(await countFiles(files)).toEqual({ files: 2, bytes: 100 });
  });

  test('what fails for another reason costs nothing', async () => {
    const fs = account({ files: 10 }).session();
    await fs.mkdir('/sub', 0o755);
    await expect(fs.mkdir('/sub', 0o755)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(fs.createUpload('/none/file', WHOLE)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(fs.remove('/none')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(fs.rename('/none', '/sub')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await fs.usage()).toEqual({ files: 1, bytes: 0 });
  });

  test('a file that is removed while it is written is charged until its writer ends', async () => {
    const { files, session } = account({ bytes: 100 });
    const [fs, other] = [session(), session()];
    const upload = await fs.createUpload('/file', IN_PLACE);
    await write(upload, 60);
    await other.remove('/file');
    expect(await fs.usage()).toEqual({ files: 1, bytes: 60 });
    await expect(put(other, '/next', 41)).rejects.toBeInstanceOf(refused);
    await upload.commit();
    expect(await fs.usage()).toEqual({ files: 0, bytes: 0 });
    expect(await countFiles(files)).toEqual({ files: 0, bytes: 0 });
  });

  test('a file that is renamed while it is written is charged under its new name', async () => {
    const { files, session } = account({});
    const [fs, other] = [session(), session()];
    await fs.mkdir('/sub', 0o755);
    const upload = await fs.createUpload('/sub/file', IN_PLACE);
    await write(upload, 60);
    await other.rename('/sub', '/moved');
    await write(upload, 10, 60);
    await upload.commit();
    expect(await fs.usage()).toEqual(await countFiles(files));
  });
});

describe('a store that promises', () => {
  test('is asked ahead of what comes, and by the byte when room is short', async () => {
    const store = new RemoteQuotaStore(1000);
    const { session } = account({ bytes: 1500 }, store);
    const fs = session();
    const upload = await fs.createUpload('/file', WHOLE);
    const before = store.calls;
    for (let at = 0; at < 1000; at += 100) await write(upload, 100, at);
    expect(store.calls - before).toBe(1);
    await write(upload, 500, 1000);
    await expect(write(upload, 1, 1500)).rejects.toBeInstanceOf(refused);
    await upload.commit();
    expect(await fs.usage()).toEqual({ files: 1, bytes: 1500 });
  });

  test('that is away lets nothing be stored, and says so once something was', async () => {
    const store = new RemoteQuotaStore();
    const memory = new MemoryStore();
    const reported: unknown[] = [];
    const files = new MemoryFilesystem('/', memory);
    const report = (error: unknown): void => void reported.push(error);
    const fs = quota(files, { store, account: 'user', limits: { bytes: 100 }, report });
    store.isAway = true;
    await expect(fs.mkdir('/sub', 0o755)).rejects.toThrow('the store is away');
    store.isAway = false;
    const [upload, lost] = [await fs.createUpload('/file', WHOLE), await fs.createUpload('/lost', WHOLE)];
    await write(upload, 10);
    store.isAway = true;
    await expect(write(lost, 10)).rejects.toThrow('the store is away');
    await lost.discard();
    await expect(upload.commit()).rejects.toThrow('the store is away');
    store.isAway = false;
    await put(fs, '/file', 10);
    store.isAway = true;
    await fs.remove('/file');
    store.isAway = false;
    expect(await countFiles(files)).toEqual({ files: 0, bytes: 0 });
    // Too much, never too little.
    expect(await fs.usage()).toEqual({ files: 3, bytes: 20 });
    expect(reported).toHaveLength(3);
  });

  test('hears of each account by its name', async () => {
    const store = new MemoryQuotaStore();
    const of = (name: string): QuotaFileSystem =>
      quota(new MemoryFilesystem('/', new MemoryStore()), { store, account: name, limits: { bytes: 10 } });
    const [anne, bob] = [of('anne'), of('bob')];
    await Promise.all([put(anne, '/file', 10), put(bob, '/file', 9)]);
    expect([await anne.usage(), await bob.usage()]).toEqual([
      { files: 1, bytes: 10 },
      { files: 1, bytes: 9 },
    ]);
  });
});

test('clients hear 552, and what the store says the developer hears', async () => {
  const store = new RemoteQuotaStore();
  class Handler extends FTPHandler {
    override async openFileSystem(username: string): Promise<FileSystem> {
      const fs = await super.openFileSystem(username);
      return quota(fs, { store, account: username, limits: { files: 2, bytes: 1000 } });
    }
  }
  await using ftp = await startTestServer(Handler);
  const client = await ftp.login();
  expect((await client.transmit('STOR file', Buffer.alloc(1000))).code).toBe(226);
  expect((await client.transmit('STOR more', 'x')).code).toBe(552);
  expect((await client.command('MKD sub')).code).toBe(257);
  expect((await client.command('MKD more')).code).toBe(552);
  expect((await client.command('AVBL')).text).toBe('213 0');
  expect((await client.receive('NLST')).data.toString()).toBe('file\r\nsub\r\n');
  expect((await client.command('DELE file')).code).toBe(250);
  store.isAway = true;
  expect((await client.command('MKD more')).code).toBe(451);
  expect(ftp.errors.map(({ message }) => message)).toEqual(['the store is away']);
});
