import { closeSync, lstatSync, mkdtempSync, openSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import {
  isMkfifoAvailable,
  isOpenatAvailable,
  mkfifo,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  tryOpenat,
} from './index.ts';

it.skipIf(!isMkfifoAvailable() || !isOpenatAvailable())(
  'makes a FIFO where nothing is, and opens names in a directory',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'mkfifo-'));
    const directory = openSync(folder, O_PATH | O_DIRECTORY);
    try {
      mkfifo(join(folder, 'fifo'), 0o600);
      expect(lstatSync(join(folder, 'fifo')).isFIFO()).toBe(true);
      mkfifo(join(folder, 'byte\udcff'), 0o600);
      expect(readdirSync(folder, 'latin1').toSorted()).toEqual(['byte\xff', 'fifo']);
      symlinkSync('nowhere', join(folder, 'link'));
      expect(() => mkfifo(join(folder, 'link'), 0o600)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
      expect(() => mkfifo('a\0b', 0o600)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
      expect(tryOpenat(directory, 'link', O_RDONLY | O_NOFOLLOW)).toBe(-40);
      expect(tryOpenat(directory, 'nowhere', O_RDONLY)).toBe(-2);
      const fifo = tryOpenat(directory, 'fifo', O_PATH);
      expect(fifo).toBeGreaterThan(2);
      closeSync(fifo);
    } finally {
      closeSync(directory);
      rmSync(folder, { recursive: true });
    }
  },
);
