import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isFileLockAvailable, lockFile, lockFileSync, tryLockFile, unlockFile } from './index.ts';

describe.skipIf(!isFileLockAvailable())('locks of files', () => {
  let folder: string;
  let file: string;
  const open: number[] = [];
  const opened = (flags = 'a+'): number => {
    const fd = openSync(file, flags);
    open.push(fd);
    return fd;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'file-lock-'));
    file = join(folder, 'file');
  });
  afterEach(() => {
    for (const fd of open.splice(0)) closeSync(fd);
    rmSync(folder, { recursive: true });
  });

  it('exclude each other within one process, and end with the descriptor', () => {
    const [first, second] = [opened(), openSync(file, 'a+')];
    expect(tryLockFile(second, 'exclusive')).toBe(true);
    expect(tryLockFile(first, 'exclusive')).toBe(false);
    expect(tryLockFile(first, 'shared')).toBe(false);
    closeSync(second);
    expect(tryLockFile(first, 'exclusive')).toBe(true);
  });

  it('are kept when another descriptor of the file is closed', () => {
    const [first, second] = [opened(), opened()];
    expect(tryLockFile(first, 'exclusive')).toBe(true);
    closeSync(openSync(file, 'r'));
    expect(tryLockFile(second, 'exclusive')).toBe(false);
  });

  it('are shared by readers', () => {
    const [first, second] = [opened(), opened()];
    expect(tryLockFile(first, 'shared')).toBe(true);
    expect(tryLockFile(second, 'shared')).toBe(true);
    unlockFile(first);
    expect(tryLockFile(first, 'exclusive')).toBe(false);
    unlockFile(second);
    expect(tryLockFile(first, 'exclusive')).toBe(true);
  });

  it('are waited for, with a limit', async () => {
    const [first, second] = [opened(), opened()];
    expect(tryLockFile(first, 'exclusive')).toBe(true);
    await expect(lockFile(second, 'exclusive', { limitMs: 5 })).rejects.toMatchObject({ code: 'EAGAIN' });
    expect(() => lockFileSync(second, 'exclusive', { limitMs: 5 })).toThrow(
      expect.objectContaining({ code: 'EAGAIN' }),
    );
    const waiting = lockFile(second, 'exclusive');
    unlockFile(first);
    await waiting;
    expect(tryLockFile(first, 'exclusive')).toBe(false);
  });

  it('need a descriptor that is open for what they are for', () => {
    opened();
    expect(() => tryLockFile(opened('r'), 'exclusive')).toThrow(expect.objectContaining({ code: 'EBADF' }));
  });
});
