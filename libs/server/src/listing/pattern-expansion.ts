import { compilePattern, hasPattern, joinPath, tooManyStars, unquotePattern } from '@pure-ftpd/protocol';

import { isFileError } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import { compareNames, isListable } from './entries.ts';

/** Names looked at for one pattern; more, and it is not expanded further. */
const MAX_TESTED = 100_000;

/** Characters all results of a pattern may have together. */
const MAX_RESULT = 1024 * 1024;

export interface Expansion {
  readonly isPattern: boolean;
  /** As the client would name them. */
  readonly paths: readonly string[];
  readonly truncated: boolean;
}

/** The paths a pattern of LIST stands for, in byte order; a name without pattern characters stands for itself. */
export async function expandPattern(session: Session, pattern: string): Promise<Expansion> {
  if (!hasPattern(pattern)) return { isPattern: false, paths: [unquotePattern(pattern)], truncated: false };
  if (tooManyStars(pattern)) return { isPattern: true, paths: [], truncated: true };
  let tested = 0;
  let characters = 0;
  let bases = [pattern.startsWith('/') ? '/' : ''];
  for (const component of pattern.split('/').filter((part) => part !== '')) {
    if (!hasPattern(component)) {
      const name = unquotePattern(component);
      bases = bases.map((base) => append(base, name));
      continue;
    }
    const matches = compilePattern(component);
    const next: string[] = [];
    for (const base of bases) {
      for (const name of await namesIn(session, base)) {
        tested += 1;
        if (tested > MAX_TESTED || characters > MAX_RESULT) return { isPattern: true, paths: next, truncated: true };
        if (!isListable(name) || !matches(name)) continue;
        const path = append(base, name);
        characters += path.length;
        next.push(path);
      }
    }
    bases = next;
  }
  return { isPattern: true, paths: bases.toSorted(compareNames), truncated: false };
}

function append(base: string, name: string): string {
  return base === '' || base.endsWith('/') ? base + name : `${base}/${name}`;
}

/** The names in a directory; none where there is none, or none the client may see. */
async function namesIn(session: Session, base: string): Promise<string[]> {
  const { fs } = session;
  try {
    const path = await fs.resolve(base === '' ? '.' : joinPath(fs.cwd, base), { follow: true, allowMissing: false });
    if (!session.hasPerm('l', path)) return [];
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
