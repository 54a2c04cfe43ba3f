import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** A folder for each test of the file, removed after it. The function gives a path inside. */
export function useTemporaryFolder(): (name?: string) => string {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'puredb-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  return (name = '') => join(folder, name);
}
