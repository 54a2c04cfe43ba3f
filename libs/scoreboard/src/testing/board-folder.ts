import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file that the C server, or a test of it, has written. */
export function sample(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, '..', '..', 'test-data', name));
}

/** The user whose entries are believed in tests. */
export const OWNER: number = process.geteuid?.() ?? 0;

/** A directory for a scoreboard, removed with what is in it. */
export class BoardFolder implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'scoreboard-'));
  readonly path: string = join(this.#folder, 'board');

  /** A path beside the board. */
  beside(name: string): string {
    return join(this.#folder, name);
  }

  /** Puts a file on the board, which has to be there. */
  put(name: string, content: Uint8Array, mode = 0o600): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
