// Lines of LIST and STAT, in the form of `ls -l` that every client reads.

import { decodeName, encodeText, replaceControls } from './names.ts';
import type { ListDates } from './time.ts';

export type EntryType = 'file' | 'dir' | 'link' | 'other';

/** One entry of a directory, as lstat says it. */
export interface ListEntry {
  readonly name: string;
  readonly type: EntryType;
  /** Permissions with set-id and sticky bits; the bits of the file type may be there, and tell kinds of `other` apart. */
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  /** Shown in place of `uid`. */
  readonly owner?: string | undefined;
  /** Shown in place of `gid`. */
  readonly group?: string | undefined;
  /** In bytes. */
  readonly size: number;
  readonly mtimeMs: number;
  readonly dev: number;
  readonly ino: number;
  /** Of a symbolic link; unknown when it could not be read. */
  readonly target?: string | undefined;
}

const OWNER_WIDTH = 10;
const FIRST_WIDE_SIZE = 10_000_000_000;
const RIGHTS = ['---', '--x', '-w-', '-wx', 'r--', 'r-x', 'rw-', 'rwx'];
const TYPE_LETTERS = { file: '-', dir: 'd', link: 'l' } as const;
const OTHER_KINDS: Readonly<Record<number, string>> = { 0o010000: 'p', 0o020000: 'c', 0o060000: 'b', 0o140000: 's' };

function typeLetter(type: EntryType, mode: number): string {
  return type === 'other' ? (OTHER_KINDS[mode & 0o170000] ?? '?') : TYPE_LETTERS[type];
}

/** One triple of `ls`; `flag` is the letter of a special bit that is set: `s` or `t`. */
function triple(bits: number, flag: string): string {
  const rights = RIGHTS[bits & 7] ?? '---';
  if (flag === '') return rights;
  return rights.slice(0, 2) + ((bits & 1) === 0 ? flag.toUpperCase() : flag);
}

/**
 * The ten letters of `ls -l`, such as `-rw-r--r--`, with `s S t T` for set-id and sticky bits. For `other` the first is
 * that of the file type in `mode` (`p c b s`), or `?` when it is not there.
 */
export function modeString(type: EntryType, mode: number): string {
  return (
    typeLetter(type, mode) +
    triple(mode >> 6, (mode & 0o4000) === 0 ? '' : 's') +
    triple(mode >> 3, (mode & 0o2000) === 0 ? '' : 's') +
    triple(mode, (mode & 0o1000) === 0 ? '' : 't')
  );
}

/** What `-F` puts behind a name: `/`, `@`, `*` for a file its owner or others may execute, or nothing. */
export function classifySuffix(type: EntryType, mode: number): string {
  if (type === 'dir') return '/';
  if (type === 'link') return '@';
  return type === 'file' && (mode & 0o101) !== 0 ? '*' : '';
}

/** Ten bytes wide, cut or filled up with spaces. */
function ownerColumn(owner: string): string {
  if (/^[!-~]{1,10}$/.test(owner)) return owner.padEnd(OWNER_WIDTH);
  const bytes = encodeText(replaceControls(owner));
  return decodeName(bytes.subarray(0, OWNER_WIDTH)) + ' '.repeat(Math.max(0, OWNER_WIDTH - bytes.length));
}

/**
 * The line of one entry, without CRLF: mode, links, owner, group, size, date and name, in the columns of Pure-FTPd. A
 * symbolic link shows ` -> ` and its target, `..` when the target is unknown. `suffix` (see `classifySuffix`) follows.
 *
 * Control characters in names and targets are written as `_`, so that an entry is always one line.
 */
export function formatListLine(entry: ListEntry, dates: ListDates, suffix = ''): string {
  const { type, size } = entry;
  const width = size < FIRST_WIDE_SIZE ? 10 : 18;
  const name = type === 'link' ? `${entry.name} -> ${entry.target ?? '..'}` : entry.name;
  return `${firstColumns(entry)} ${padded(size, width)} ${dates.format(entry.mtimeMs)} ${replaceControls(name)}${suffix}`;
}

/** What the first columns were worked out of last, and they: most entries of a directory have the same. */
let last: Omit<ListEntry, 'name' | 'size' | 'mtimeMs' | 'dev' | 'ino' | 'target'> | undefined;
let lastColumns = '';

/** Mode, links, owner and group. */
function firstColumns(entry: ListEntry): string {
  if (
    last?.mode === entry.mode &&
    last.nlink === entry.nlink &&
    last.uid === entry.uid &&
    last.gid === entry.gid &&
    last.type === entry.type &&
    last.owner === entry.owner &&
    last.group === entry.group
  )
    return lastColumns;
  const { type, mode, nlink, uid, gid, owner, group } = entry;
  const owners = `${ownerColumn(owner ?? String(uid))} ${ownerColumn(group ?? String(gid))}`;
  lastColumns = `${modeString(type, mode)} ${String(nlink).padStart(4)} ${owners}`;
  // Not the entry itself: its owner may use it for the next file.
  last = { type, mode, nlink, uid, gid, owner, group };
  return lastColumns;
}

const BLANKS = ' '.repeat(18);

/** A number at the right end of a column; `padStart` takes longer. */
function padded(number: number, width: number): string {
  const digits = `${number}`;
  return digits.length < width ? BLANKS.slice(digits.length - width) + digits : digits;
}
