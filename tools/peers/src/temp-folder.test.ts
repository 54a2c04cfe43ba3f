import { existsSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tempFolder } from './temp-folder.ts';

test('a temporary folder is gone with all it holds at the end of the block', () => {
  let path = '';
  {
    using folder = tempFolder();
    path = folder.path;
    writeFileSync(folder.file('a'), 'content');
    expect(existsSync(folder.file('a'))).toBe(true);
  }
  expect(existsSync(path)).toBe(false);
});
