import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { isRenameat2Available, O_DIRECTORY, O_PATH, RENAME_EXCHANGE, RENAME_NOREPLACE, tryRenameat2 } from './index.ts';

it.skipIf(!isRenameat2Available())('renames without replacing, and swaps', () => {
  const folder = mkdtempSync(join(tmpdir(), 'renameat2-'));
  const fd = openSync(folder, O_PATH | O_DIRECTORY);
  const rename = (from: string, to: string, flags: number): number =>
    tryRenameat2(fd, Buffer.from(from), fd, Buffer.from(to), flags);
  try {
    writeFileSync(join(folder, 'a'), 'a');
    writeFileSync(join(folder, 'b'), 'b');
    expect(rename('a', 'b', RENAME_NOREPLACE)).toBe(-17);
    expect(rename('a', 'c', RENAME_NOREPLACE)).toBe(0);
    expect(rename('c\0', 'd', RENAME_NOREPLACE)).toBe(-22);
    expect(readFileSync(join(folder, 'b'), 'latin1')).toBe('b');
    expect(readFileSync(join(folder, 'c'), 'latin1')).toBe('a');
    expect(rename('b', 'c', RENAME_EXCHANGE)).toBe(0);
    expect(readFileSync(join(folder, 'b'), 'latin1')).toBe('a');
  } finally {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
});
