import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The root of an account, for one test. */
export class AccountFolder implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), 'quota-'));
  readonly root: number = openSync(this.path, 'r');

  file(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  /** The bytes of its quota file. */
  get recorded(): string {
    return readFileSync(this.file('.ftpquota'), 'latin1');
  }

  [Symbol.dispose](): void {
    closeSync(this.root);
    rmSync(this.path, { recursive: true });
  }
}
