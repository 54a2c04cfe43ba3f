import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { isSystemError } from '@pure-ftpd/server/internal';

import type { NewIdentity } from '../become.ts';

/**
 * Where a spare worker practises: a folder that only whose rights it has may enter. It lies in one of root's, so that nobody can put
 * another in its place, and is emptied without a way through what is in it: root follows nothing that others have made.
 */
export class PracticeFolder {
  /** What the spare worker is told. */
  readonly path: string;
  readonly #outer: string;

  /** @throws a system error when it cannot be made. */
  constructor({ uid, gid }: NewIdentity) {
    this.#outer = mkdtempSync(path.join(tmpdir(), 'pure-ftpd-spare-'));
    this.path = path.join(this.#outer, 'home');
    try {
      chmodSync(this.#outer, 0o711);
      mkdirSync(this.path, { mode: 0o700 });
      chownSync(this.path, uid, gid);
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /** Removes it, with what the practice may have left. Called again it does nothing. @throws a system error. */
  remove(): void {
    for (const entry of entriesOf(this.path)) {
      const inner = path.join(this.path, entry.name);
      if (entry.isDirectory()) rmdirSync(inner);
      else unlinkSync(inner);
    }
    for (const folder of [this.path, this.#outer]) unlessGone(() => rmdirSync(folder));
  }
}

function entriesOf(folder: string): ReturnType<typeof readEntries> {
  return unlessGone(() => readEntries(folder)) ?? [];
}

function readEntries(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}

function unlessGone<Result>(call: () => Result): Result | undefined {
  try {
    return call();
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
