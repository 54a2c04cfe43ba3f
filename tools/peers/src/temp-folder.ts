import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of a test's own, removed with all it holds when the variable that was declared with `using` goes out of scope. */
export interface TempFolder extends Disposable {
  readonly path: string;
  /** The path of a file in it. */
  file(...names: readonly string[]): string;
  remove(): void;
}

/** Makes a new folder which every user may enter, since servers under test change their user. */
export function tempFolder(): TempFolder {
  const path = mkdtempSync(join(tmpdir(), 'pure-ftpd-test-'));
  chmodSync(path, 0o755);
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  return { path, file: (...names) => join(path, ...names), remove, [Symbol.dispose]: remove };
}
