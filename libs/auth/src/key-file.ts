// Configuration files of SQL and LDAP, read as C reads them [sql.md §2].
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

import { decodeName } from '@pure-ftpd/protocol';

import { LoginMethodError } from './method.ts';

/** What a line sets, and where it stands. */
export interface KeyLine {
  readonly value: string;
  readonly line: number;
}

/** The settings of a file, by their keys as they are spelled in the list of keys; the last line of a key counts. */
export interface KeyFile {
  readonly path: string;
  readonly lines: ReadonlyMap<string, KeyLine>;
  /** Whether anybody may read it. */
  readonly isPublic: boolean;
}

const MAX_FILE_BYTES = 1024 * 1024;
/** As in C, where longer lines end the reading. */
const MAX_LINE_BYTES = 2047;
const OTHERS_MAY_READ = 0o004;

/**
 * Reads a file: a key in any case, blanks, and a value, literally. A line that begins with `#` is none, and behind a value it
 * belongs to the value. A key is known by how the line begins, so that its value may follow without a blank.
 * @throws LoginMethodError with the file, and the line where it is one.
 */
export function readKeyFile(path: string, keys: readonly string[]): KeyFile {
  const { content, isPublic } = contentOf(path);
  const lines = new Map<string, KeyLine>();
  for (const [index, raw] of content.split('\n').entries()) {
    const line = index + 1;
    const fail = (reason: string): never => failAt(path, line, reason);
    if (Buffer.byteLength(raw) > MAX_LINE_BYTES) fail(`the line has more than ${MAX_LINE_BYTES} bytes`);
    const text = meaningOf(raw);
    if (text === '' || text.startsWith('#')) continue;
    const key = keyOf(text, keys) ?? fail(`unknown key: ${/^\S*/.exec(text)?.[0] ?? ''} (a comment has # before it)`);
    const value = text.slice(key.length).trim();
    if (value === '') fail(`${key} has no value: write one, or remove the line`);
    lines.set(key, { value, line });
  }
  return { path, lines, isPublic };
}

/** Where a key stands, for messages: `/etc/pure-ftpd/ldap.conf:3: LDAPServer`; without a line when it is not there. */
export function placeOf({ path, lines }: KeyFile, key: string): string {
  const line = lines.get(key)?.line;
  return `${path}${line === undefined ? '' : `:${line}`}: ${key}`;
}

/** Refuses what a line says. */
export function failAt(path: string, line: number | undefined, reason: string): never {
  throw new LoginMethodError('CONFIGURATION', `${path}${line === undefined ? '' : `:${line}`}: ${reason}`);
}

function contentOf(path: string): { readonly content: string; readonly isPublic: boolean } {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) failAt(path, undefined, 'is no file: give the path of a configuration file');
    if (stats.size > MAX_FILE_BYTES) failAt(path, undefined, 'is larger than a configuration file can be');
    const bytes = readFileSync(descriptor);
    return { content: decodeName(bytes), isPublic: (stats.mode & OTHERS_MAY_READ) !== 0 };
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new LoginMethodError('CONFIGURATION', `${path}: cannot be read: ${error.message}`, { cause: error });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** A NUL ends a line; a tabulator is a blank; other control characters are not there. Of blanks only these are dropped. */
function meaningOf(raw: string): string {
  const [line = ''] = raw.split('\0', 1);
  return (
    line
      .replaceAll('\t', ' ')
      // oxlint-disable-next-line no-control-regex -- they are what has to go
      .replaceAll(/[\u0001-\u001f\u007f]/g, '')
      .replaceAll(/^ +| +$/g, '')
  );
}

/** The longest key that the text begins with. */
function keyOf(text: string, keys: readonly string[]): string | undefined {
  const lower = text.toLowerCase();
  return keys.filter((key) => lower.startsWith(key.toLowerCase())).toSorted((a, b) => b.length - a.length)[0];
}
