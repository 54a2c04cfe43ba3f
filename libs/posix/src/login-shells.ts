import { readFileSync } from 'node:fs';

import { decodeName } from '@pure-ftpd/protocol';

import { isSystemCode } from './system-error.ts';

/** Login shells where /etc/shells is missing, as the C library has them. */
const BUILT_IN = ['/bin/sh', '/bin/csh'];

/** The shells of a text, as getusershell(3) reads it: on each line the first word that begins with a slash; `#` begins a comment. */
export function parseLoginShells(text: string): string[] {
  return text.split('\n').flatMap((line) => /^[^#/]*(\/[^\s#]+)/.exec(line)?.[1] ?? []);
}

/**
 * The shells of people, as shells(5) lists them; names by the surrogateescape rule.
 * @throws NodeJS.ErrnoException when the list is there and cannot be read.
 */
export function loginShells(file = '/etc/shells'): ReadonlySet<string> {
  try {
    return new Set(parseLoginShells(decodeName(readFileSync(file))));
  } catch (error) {
    if (isSystemCode(error, 'ENOENT')) return new Set(BUILT_IN);
    throw error;
  }
}
