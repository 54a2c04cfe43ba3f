import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { MemoryFilesystem, MemoryStore, StorageLimitExceeded } from '@pure-ftpd/server';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { LocalFileSystem } from './local-file-system.ts';
import { ownerAccess } from './owner-access.ts';
import { quota } from './quota.ts';
import { resolvedLinks } from './resolved-links.ts';
import { quotaIn, type UserFileSystem } from './user-file-system.ts';

/** Files of another kind, whose every operation is a promise. */
class MemoryFiles extends MemoryFilesystem implements UserFileSystem {
  readonly ruledHome = '/';
  readonly quota = undefined;

  has(): boolean {
    return true;
  }

  ruledPath(where: string): string {
    return where;
  }
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pure-ftpd-layers-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function local(): LocalFileSystem {
  const group = { gid: 1, name: 'own' };
  return new LocalFileSystem(folder, { temporary: { prefix: '.pureftpd-upload.' }, group, linkRoots: undefined });
}

const unwanted = (): never => expect.unreachable();

test('the owner keeps access, whatever is inside', async () => {
  const memory = new MemoryFiles('/', new MemoryStore());
  await memory.mkdir('/sub', 0o755);
  const kept = ownerAccess(memory, true);
  await kept.chmod('/sub', 0o050);
  expect((await kept.stat('/sub')).mode & 0o777).toBe(0o750);
  const free = ownerAccess(memory, false);
  await free.chmod('/sub', 0o050);
  expect((await free.stat('/sub')).mode & 0o777).toBe(0o050);
  await free.chmod('/', 0);
  expect((await free.stat('/')).mode & 0o777).toBe(0o700);
});

test('links are what they lead to, where that is inside', async () => {
  writeFileSync(path.join(folder, 'file'), '12345');
  symlinkSync('file', path.join(folder, 'link'));
  symlinkSync('/etc/passwd', path.join(folder, 'outside'));
  const fs = resolvedLinks(local());
  const directory = await fs.openDirectory('/');
  expect(await directory.lstat('link')).toMatchObject({ type: 'file', size: 5 });
  expect(await directory.lstat('outside')).toMatchObject({ type: 'link' });
  await directory.close();
  await fs.close();
});

test('a quota is seen through the layers around it', async () => {
  const fs = ownerAccess(resolvedLinks(quota(local(), { files: 2n, bytes: 100n }, unwanted)), true);
  expect(quotaIn(fs)?.limits).toEqual({ files: 2n, bytes: 100n });
  await fs.mkdir('/sub', 0o755);
  const upload = await fs.createUpload('/file', { mode: 0o644, atomic: true });
  await upload.file.write([Buffer.alloc(60)], 0);
  await upload.commit();
  expect(await quotaIn(fs)?.usage()).toEqual({ files: 2n, bytes: 60n });
  expect(await quotaIn(fs)?.hasRoomFor(1)).toBe(false);
  await expect(fs.mkdir('/more', 0o755)).rejects.toBeInstanceOf(StorageLimitExceeded);
  await fs.remove('/file');
  await fs.close();
  expect(readFileSync(path.join(folder, '.ftpquota'), 'latin1').trim()).toBe('1 0');
  expect(quotaIn(new MemoryFiles('/', new MemoryStore()))).toBeUndefined();
});
