import { compilePattern, hasPattern, joinPath, tooManyStars, unquotePattern } from '@pure-ftpd/protocol';

import { isFileError } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { LongWork } from '../long-work.ts';
import { isListable } from './entries.ts';
import { sortedNames } from './sorted.ts';
import { mayUser } from '../user-code/permission.ts';

/** Names and directories looked at for the patterns of one command; more, and none is expanded further. */
const MAX_TESTED = 100_000;

/** Characters all results of the patterns of one command may have together, those on the way included. */
const MAX_RESULT = 1024 * 1024;

/** Names that are tested between two looks at the clock. */
const NAMES_A_LOOK = 64;

export interface Expansion {
  readonly isPattern: boolean;
  /** As the client would name them. */
  readonly paths: readonly string[];
  readonly truncated: boolean;
}

/** Expands the patterns of one command, which share what it may cost. */
export class PatternExpansion {
  readonly #session: Session;
  readonly #work: LongWork;
  #tested = 0;
  #characters = 0;

  constructor(session: Session, work: LongWork) {
    this.#session = session;
    this.#work = work;
  }

  /**
   * The paths a pattern stands for, in byte order; a name without pattern characters stands for itself.
   * @param most No more paths are of use; nor are more directories looked into.
   * @throws {TransferAborted} when nobody is left to expand it for.
   */
  async expand(pattern: string, most: number): Promise<Expansion> {
    if (!hasPattern(pattern)) return { isPattern: false, paths: [unquotePattern(pattern)], truncated: false };
    if (tooManyStars(pattern)) return { isPattern: true, paths: [], truncated: true };
    let truncated = false;
    let bases = [pattern.startsWith('/') ? '/' : ''];
    for (const component of pattern.split('/').filter((part) => part !== '')) {
      if (!hasPattern(component)) {
        const name = unquotePattern(component);
        bases = bases.map((base) => append(base, name));
        continue;
      }
      const matching = await sortedNames(await this.#matching(bases, compilePattern(component)), this.#work);
      truncated ||= this.#isSpent || matching.length > most;
      bases = matching.slice(0, most);
    }
    return { isPattern: true, paths: bases, truncated };
  }

  get #isSpent(): boolean {
    return this.#tested > MAX_TESTED || this.#characters > MAX_RESULT;
  }

  /** The paths of what matches in some directories. */
  async #matching(bases: readonly string[], matches: (name: string) => boolean): Promise<string[]> {
    const found: string[] = [];
    for (const base of bases) {
      this.#tested += 1;
      for (const name of await this.#namesIn(base)) {
        if (this.#isSpent) return found;
        this.#tested += 1;
        if (this.#tested % NAMES_A_LOOK === 0 && this.#work.isDue) await this.#work.turn();
        if (!isListable(name) || !matches(name)) continue;
        const path = append(base, name);
        this.#characters += path.length;
        found.push(path);
      }
      if (this.#work.isDue) await this.#work.turn();
    }
    return found;
  }

  /** The names in a directory; none where there is none, or none the client may see. */
  async #namesIn(base: string): Promise<string[]> {
    const { fs, cwd } = this.#session;
    try {
      const path = await fs.resolve(base === '' ? cwd : joinPath(cwd, base), { follow: true, allowMissing: false });
      if (!(await mayUser(this.#session, 'l', path))) return [];
      const directory = await fs.openDirectory(path);
      try {
        return await directory.names();
      } finally {
        await directory.close();
      }
    } catch (error) {
      if (isFileError(error)) return [];
      throw error;
    }
  }
}

function append(base: string, name: string): string {
  return base === '' || base.endsWith('/') ? base + name : `${base}/${name}`;
}
