import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { isRenameat2Available, O_DIRECTORY, O_PATH, tryRenameNoReplace } from './index.ts';

it.skipIf(!isRenameat2Available())('renames, but never onto something', () => {
  const folder = mkdtempSync(join(tmpdir(), 'renameat2-'));
  const fd = openSync(folder, O_PATH | O_DIRECTORY);
  try {
    writeFileSync(join(folder, 'a'), 'a');
    writeFileSync(join(folder, 'b'), 'b');
    expect(tryRenameNoReplace(fd, Buffer.from('a'), fd, Buffer.from('b'))).toBe(-17);
    expect(tryRenameNoReplace(fd, Buffer.from('a'), fd, Buffer.from('c'))).toBe(0);
    expect(tryRenameNoReplace(fd, Buffer.from('c\0'), fd, Buffer.from('d'))).toBe(-22);
    expect(readFileSync(join(folder, 'b'), 'latin1')).toBe('b');
    expect(readFileSync(join(folder, 'c'), 'latin1')).toBe('a');
  } finally {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
});
