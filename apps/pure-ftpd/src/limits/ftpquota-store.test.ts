import { closeSync, constants, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { type FileSystem, MemoryFilesystem, MemoryStore, quota, StorageLimitExceeded } from '@pure-ftpd/server';
import { temporaryFolder } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { FtpquotaStore } from './ftpquota-store.ts';

/** A folder with a `.ftpquota`, and stores as several processes have them. */
function counted(): Disposable & { readonly text: string; store(): FtpquotaStore; write(text: string): void } {
  const folder = temporaryFolder();
  const file = path.join(folder.path, '.ftpquota');
  const descriptor = openSync(folder.path, constants.O_RDONLY | constants.O_DIRECTORY);
  return {
    get text() {
      return readFileSync(file, 'latin1');
    },
    store: () => new FtpquotaStore(() => descriptor),
    write: (text) => writeFileSync(file, text),
    [Symbol.dispose]() {
      closeSync(descriptor);
      folder[Symbol.dispose]();
    },
  };
}

async function put(fs: FileSystem, name: string, bytes: number): Promise<void> {
  const upload = await fs.createUpload(name, { mode: 0o644, atomic: true });
  try {
    await upload.file.write([Buffer.alloc(bytes)], 0);
  } catch (error) {
    await upload.discard();
    throw error;
  }
  await upload.commit();
}

test('files of another kind are counted in .ftpquota', async () => {
  using folder = counted();
  folder.write('3 500\n');
  const limits = { files: 5, bytes: 2000 };
  const files = new MemoryFilesystem('/', new MemoryStore());
  const fs = quota(files, { store: folder.store(), account: 'user', limits });
  expect(await fs.usage()).toEqual({ files: 3, bytes: 500 });
  await put(fs, '/file', 1500);
  expect(folder.text).toBe('4 2000\n');
  await expect(put(fs, '/more', 1)).rejects.toBeInstanceOf(StorageLimitExceeded);
  await fs.remove('/file');
  expect(folder.text).toBe('3 500\n');
});

test('several processes never charge more than there is, and lose nothing', async () => {
  using folder = counted();
  const memory = new MemoryStore();
  const limits = { files: 30, bytes: 3000 };
  const sessions = Array.from({ length: 8 }, () =>
    quota(new MemoryFilesystem('/', memory), { store: folder.store(), account: 'user', limits }),
  );
  const uploads = sessions.flatMap((fs, session) =>
    Array.from({ length: 10 }, (_, number) => put(fs, `/${session}-${number}`, 100)),
  );
  const refused = (await Promise.allSettled(uploads)).filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(50);
  expect(folder.text).toBe('30 3000\n');
});

test('a file that is none lets nothing be stored', async () => {
  using folder = counted();
  folder.write('none');
  const files = new MemoryFilesystem('/', new MemoryStore());
  const fs = quota(files, { store: folder.store(), account: 'user', limits: {} });
  await expect(fs.mkdir('/sub', 0o755)).rejects.toMatchObject({ name: 'QuotaFileError', code: 'MALFORMED' });
  await expect(files.lstat('/sub')).rejects.toMatchObject({ code: 'ENOENT' });
});
