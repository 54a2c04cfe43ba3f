import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { isFileLockAvailable, tryLockFile, unlockFile } from '@pure-ftpd/posix';
import { temporaryFolder } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';
import { AppendedFile } from './appended-file.ts';

/** Turns of the event loop that are more than a line needs. */
const MANY_TURNS = 500;

describe.skipIf(!isFileLockAvailable())('the lock of a file', () => {
  test('is waited for, and given back after the line', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'log');
    writeFileSync(path, '');
    const file = new AppendedFile(path, () => [], 60_000);
    const other = openSync(path, 'r+');
    try {
      await file.open();
      expect(tryLockFile(other, 'exclusive')).toBe(true);
      const appended = file.append(Buffer.from('line\n'));
      for (let count = 0; count < MANY_TURNS; count += 1) await turn();
      expect(readFileSync(path, 'latin1')).toBe('');
      unlockFile(other);
      await appended;
      expect(readFileSync(path, 'latin1')).toBe('line\n');
      expect(tryLockFile(other, 'exclusive')).toBe(true);
    } finally {
      closeSync(other);
      await file.close();
    }
  });

  test('does not keep the log from being written by who never gives it back', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'log');
    writeFileSync(path, '');
    const file = new AppendedFile(path, () => [], 10);
    const other = openSync(path, 'r+');
    try {
      await file.open();
      expect(tryLockFile(other, 'exclusive')).toBe(true);
      await file.append(Buffer.from('first\n'));
      await file.append(Buffer.from('second\n'));
      expect(readFileSync(path, 'latin1')).toBe('first\nsecond\n');
    } finally {
      closeSync(other);
      await file.close();
    }
  });
});
