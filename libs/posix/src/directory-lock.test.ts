import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { isDirectoryLockAvailable, tryLockDirectory } from './directory-lock.ts';

describe.skipIf(!isDirectoryLockAvailable())('a lock of a directory', () => {
  test('is had by many, or by one alone, and ends with its descriptor', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lock-'));
    const [one = -1, two = -1, three = -1] = [1, 2, 3].map(() => openSync(folder, 'r'));
    try {
      expect([tryLockDirectory(one, 'shared'), tryLockDirectory(two, 'shared')]).toEqual([true, true]);
      expect(tryLockDirectory(three, 'exclusive')).toBe(false);
      closeSync(one);
      expect(tryLockDirectory(two, 'exclusive')).toBe(true);
      expect(tryLockDirectory(three, 'shared')).toBe(false);
      closeSync(two);
      expect(tryLockDirectory(three, 'shared')).toBe(true);
    } finally {
      closeSync(three);
      rmSync(folder, { recursive: true });
    }
  });

  test('is for open directories', () => {
    expect(() => tryLockDirectory(-1, 'shared')).toThrow('EBADF');
  });
});
