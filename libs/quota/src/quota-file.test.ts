import { closeSync, mkdirSync, openSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';

import { mkfifo, tryLockFile } from '@pure-ftpd/posix';
import { openDescriptors } from '@pure-ftpd/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { QuotaFile } from './index.ts';
import { AccountFolder } from './testing/account-folder.ts';

describe('a quota file', () => {
  let account: AccountFolder;
  let file: QuotaFile;
  let descriptors: number;
  beforeEach(() => {
    descriptors = openDescriptors();
    account = new AccountFolder();
    file = new QuotaFile(account.root, { lockLimitMs: 20 });
  });
  afterEach(() => {
    account[Symbol.dispose]();
    const left = openDescriptors() - descriptors;
    if (left !== 0) throw new Error(`${left} descriptors are left open`);
  });

  it('is made empty and private when it is missing, and then says that nothing is used', async () => {
    expect(await file.withLock((locked) => locked.usage)).toEqual({ files: 0n, bytes: 0n });
    expect(account.recorded).toBe('');
    expect(statSync(account.file('.ftpquota')).mode & 0o777).toBe(0o600);
  });

  it('is not made when that is not wanted', async () => {
    const looked = new QuotaFile(account.root, { create: false });
    await expect(looked.withLock(() => 0)).rejects.toMatchObject({ code: 'UNREADABLE', cause: { code: 'ENOENT' } });
    expect(() => looked.withLockSync(() => 0)).toThrow(expect.objectContaining({ code: 'UNREADABLE' }));
  });

  it('is written to the byte, also over a longer content', () => {
    writeFileSync(account.file('.ftpquota'), '1000000 99999999999999\n', { mode: 0o644 });
    file.withLockSync((locked) => locked.write({ files: 5n, bytes: 320n }));
    expect(account.recorded).toBe('5 320\n');
    expect(statSync(account.file('.ftpquota')).mode & 0o777).toBe(0o644);
  });

  it('is left as it is when nothing changes', () => {
    writeFileSync(account.file('.ftpquota'), '3 4 5');
    file.withLockSync((locked) => locked.write({ files: 3n, bytes: 4n }));
    expect(account.recorded).toBe('3 4 5');
  });

  it('is refused when its content is none, and can still be written', () => {
    writeFileSync(account.file('.ftpquota'), 'garbage');
    expect(() => file.withLockSync((locked) => locked.usage)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
    file.withLockSync((locked) => locked.write({ files: 0n, bytes: 0n }));
    expect(account.recorded).toBe('0 0\n');
  });

  it.each([
    ['a link', (path: string) => symlinkSync('target', path)],
    ['a directory', (path: string) => mkdirSync(path)],
    ['a FIFO', (path: string) => mkfifo(path, 0o600)],
  ])('is refused when it is %s', async (_, make) => {
    writeFileSync(account.file('target'), '1 1\n');
    make(account.file('.ftpquota'));
    await expect(file.withLock(() => 0)).rejects.toMatchObject({ code: 'NOT_A_FILE' });
  });

  it('is given up when somebody keeps it locked, and had when he lets go', async () => {
    const other = openSync(account.file('.ftpquota'), 'w+');
    try {
      expect(tryLockFile(other, 'exclusive')).toBe(true);
      await expect(file.withLock(() => 0)).rejects.toMatchObject({ code: 'BUSY' });
      expect(() => file.withLockSync(() => 0)).toThrow(expect.objectContaining({ code: 'BUSY' }));
    } finally {
      closeSync(other);
    }
    expect(await file.withLock(() => 1)).toBe(1);
  });

  it('is the one that has the name, not one that was deleted while it was locked', async () => {
    const other = openSync(account.file('.ftpquota'), 'w+');
    expect(tryLockFile(other, 'exclusive')).toBe(true);
    const patient = new QuotaFile(account.root);
    const written = patient.withLock((locked) => locked.write({ files: 1n, bytes: 2n }));
    unlinkSync(account.file('.ftpquota'));
    closeSync(other);
    await written;
    expect(account.recorded).toBe('1 2\n');
  });
});
