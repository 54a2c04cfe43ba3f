// Facts of MLST and MLSD. RFC 3659 §7; UNIX.* and sizd as ProFTPD and Pure-FTPd use them.

import type { ListEntry } from './list-line.ts';
import { formatTimestamp } from './time.ts';

export type FactName = 'type' | 'size' | 'sizd' | 'modify' | 'perm' | 'UNIX.mode' | 'UNIX.uid' | 'UNIX.gid' | 'unique';

/** All facts, in the order in which they are written. */
export const FACTS: readonly FactName[] = [
  'type',
  'size',
  'sizd',
  'modify',
  'perm',
  'UNIX.mode',
  'UNIX.uid',
  'UNIX.gid',
  'unique',
];

/** Facts to write, prepared by `selectFacts` so that a listing does not look names up. */
export interface FactSelection {
  /** In the order of `FACTS`. */
  readonly names: readonly FactName[];
  readonly has: Readonly<Record<FactName, boolean>>;
}

/** What an entry does not say about itself. */
export interface FactExtra {
  /** The directory that is listed (`.`), or the one above it (`..`, `/`), in place of the type `dir`. */
  readonly special?: 'cdir' | 'pdir' | undefined;
  /** Value of the fact `perm`, as `permFact` gives it; without it that fact is left out. */
  readonly perm?: string | undefined;
  /** Milliseconds behind `modify`. */
  readonly fraction?: boolean | undefined;
}

/** A selection of these facts; order and repetition do not matter. */
export function selectFacts(names: Iterable<FactName>): FactSelection {
  const wanted = new Set(names);
  return {
    names: FACTS.filter((name) => wanted.has(name)),
    has: {
      type: wanted.has('type'),
      size: wanted.has('size'),
      sizd: wanted.has('sizd'),
      modify: wanted.has('modify'),
      perm: wanted.has('perm'),
      'UNIX.mode': wanted.has('UNIX.mode'),
      'UNIX.uid': wanted.has('UNIX.uid'),
      'UNIX.gid': wanted.has('UNIX.gid'),
      unique: wanted.has('unique'),
    },
  };
}

/**
 * The facts that `OPTS MLST <argument>` asks for, such as `type;Size;`: those of `available` that are named, in any case;
 * what is unknown is ignored, and an empty argument selects none (RFC 3659 §7.9).
 */
export function parseFactSelection(argument: string, available: readonly FactName[] = FACTS): FactSelection {
  const wanted = new Set(argument.split(';').map((name) => name.trim().toLowerCase()));
  return selectFacts(available.filter((name) => wanted.has(name.toLowerCase())));
}

/** `type;size;`: the selection as the reply to OPTS MLST repeats it. Empty when nothing is selected. */
export function formatFactSelection(selection: FactSelection): string {
  return selection.names.map((name) => `${name};`).join('');
}

/** `type*;size*;perm;`: what FEAT says behind `MLST`, an asterisk marking what is selected (RFC 3659 §7.8). */
export function formatFactsFeature(available: readonly FactName[], selection: FactSelection): string {
  return available.map((name) => `${name}${selection.has[name] ? '*' : ''};`).join('');
}

/** A semicolon would end the fact, a blank the facts, a control character perhaps the line. */
const BREAKS_FACT = /[\0-\x20\x7f;]/;
const LINE_BREAKERS = /[\0\r\n]/;

function typeFact(entry: ListEntry, special: 'cdir' | 'pdir' | undefined): string {
  if (entry.type === 'dir') return special ?? 'dir';
  if (entry.type === 'other') return 'unknown';
  if (entry.type === 'file') return 'file';
  const target = entry.target ?? '';
  return BREAKS_FACT.test(target) ? 'OS.unix=symlink' : `OS.unix=slink:${target}`;
}

/**
 * The selected facts of an entry, each with its `;`. A directory has `sizd` where others have `size`. `unique` is device
 * and inode. A symbolic link is `OS.unix=slink:` and its target, or `OS.unix=symlink` without it when the target has a
 * blank, a semicolon or a control character.
 */
export function formatFacts(entry: ListEntry, selection: FactSelection, extra: FactExtra = {}): string {
  const { has } = selection;
  let facts = '';
  if (has.type) facts += `type=${typeFact(entry, extra.special)};`;
  if (entry.type === 'dir') {
    if (has.sizd) facts += `sizd=${entry.size};`;
  } else if (has.size) {
    facts += `size=${entry.size};`;
  }
  if (has.modify) facts += `modify=${formatTimestamp(entry.mtimeMs, { fraction: extra.fraction === true })};`;
  if (has.perm && extra.perm !== undefined) facts += `perm=${extra.perm};`;
  facts += unixFacts(entry, selection);
  if (has.unique) facts += `unique=${deviceDigits(entry.dev)}g${entry.ino.toString(16)};`;
  return facts;
}

let lastDevice = -1;
let lastDeviceDigits = '';

function deviceDigits(device: number): string {
  if (device !== lastDevice) {
    lastDeviceDigits = device.toString(16);
    lastDevice = device;
  }
  return lastDeviceDigits;
}

// The facts of the system that were written last, and of what: most entries of a directory have the same.
let lastMode = -1;
let lastUid = -1;
let lastGid = -1;
let lastSelection: FactSelection | undefined;
let lastFacts = '';

/** Mode, owner and group. */
function unixFacts({ mode, uid, gid }: ListEntry, selection: FactSelection): string {
  if (mode === lastMode && uid === lastUid && gid === lastGid && selection === lastSelection) return lastFacts;
  const { has } = selection;
  lastFacts = '';
  if (has['UNIX.mode']) lastFacts += `UNIX.mode=0${(mode & 0o7777).toString(8)};`;
  if (has['UNIX.uid']) lastFacts += `UNIX.uid=${uid};`;
  if (has['UNIX.gid']) lastFacts += `UNIX.gid=${gid};`;
  lastMode = mode;
  lastUid = uid;
  lastGid = gid;
  lastSelection = selection;
  return lastFacts;
}

/**
 * The line of an entry without CRLF: facts, a space, the name. The name is as it is, but for CR, LF and NUL, which are
 * written as `_` and so cannot start another line.
 */
export function formatFactsLine(entry: ListEntry, selection: FactSelection, extra: FactExtra = {}): string {
  const { name } = entry;
  const oneLine = LINE_BREAKERS.test(name) ? name.replace(/[\0\r\n]/g, '_') : name;
  return `${formatFacts(entry, selection, extra)} ${oneLine}`;
}

/**
 * The fact `perm` (RFC 3659 §7.5.5) of an entry under the permission letters of pyftpdlib: `e` change directory, `l` list,
 * `r` retrieve, `a` append, `d` delete, `f` rename, `m` make directory, `w` store (`M` chmod and `T` set time have no
 * letter here). Depends on nothing but the letters and the type, so a listing needs it once for each type.
 */
export function permFact(perms: string, entry: Pick<ListEntry, 'type'>): string {
  const letters = new Set(perms);
  if (entry.type !== 'dir') return Array.from('adfrw', (letter) => (letters.has(letter) ? letter : '')).join('');
  return (
    (letters.has('w') || letters.has('a') ? 'c' : '') +
    Array.from('deflm', (letter) => (letters.has(letter) ? letter : '')).join('') +
    (letters.has('d') ? 'p' : '')
  );
}
