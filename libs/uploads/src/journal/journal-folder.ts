// The folder of a journal: a fixed set of files, so that who has them open needs no right to the folder any more.
import type { Stats } from 'node:fs';
import { closeSync, fstatSync, fsyncSync, lstatSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';

import { isSystemCode, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } from '@pure-ftpd/posix';

import { JournalError } from './journal-error.ts';

/** Files that events are in, one after the other, and from the first again. */
export const SEGMENTS = 16;
/** Names under which a journal may be read. */
const MOST_READERS = 8;

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** The files of a journal, open. */
export interface JournalFiles {
  /** Events, in the order of the ring. */
  readonly segments: readonly number[];
  /** The positions of readers. */
  readonly readers: readonly number[];
  /** Who changes anything has it locked. */
  readonly lock: number;
}

/**
 * Opens the files of a journal, and makes what is missing of them. Folder and files belong to this process's user, and nobody else may
 * get at them; no link is followed.
 *
 * @throws {JournalError}
 */
export function openJournal(folder: string): JournalFiles {
  const opened: number[] = [];
  const open = (name: string): number => {
    const fd = openOwn(join(folder, name));
    opened.push(fd);
    return fd;
  };
  try {
    const own = openFolder(folder);
    opened.push(own);
    const files = {
      segments: Array.from({ length: SEGMENTS }, (_, index) => open(`events-${String(index).padStart(2, '0')}`)),
      readers: Array.from({ length: MOST_READERS }, (_, index) => open(`reader-${index}`)),
      lock: open('lock'),
    };
    // The names of new files are kept, too.
    fsyncSync(own);
    closeSync(own);
    return files;
  } catch (error) {
    for (const fd of opened) closeSync(fd);
    throw error instanceof JournalError ? error : unavailable(folder, error);
  }
}

/** Closes them. */
export function closeJournal({ segments, readers, lock }: JournalFiles): void {
  for (const fd of [...segments, ...readers, lock]) closeSync(fd);
}

function openFolder(folder: string): number {
  try {
    mkdirSync(folder, { mode: FOLDER_MODE });
  } catch (error) {
    if (!isSystemCode(error, 'EEXIST')) throw error;
  }
  const stats = lstatSync(folder);
  if (!stats.isDirectory()) throw insecure(folder, 'is no folder');
  requireOwn(folder, stats, FOLDER_MODE);
  return openSync(folder, 'r');
}

function openOwn(path: string): number {
  let fd: number;
  try {
    fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, FILE_MODE);
  } catch (error) {
    if (isSystemCode(error, 'ELOOP')) throw insecure(path, 'is a link', error);
    if (isSystemCode(error, 'EISDIR') || isSystemCode(error, 'ENXIO')) throw insecure(path, 'is no file', error);
    throw unavailable(path, error);
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw insecure(path, 'is no file');
    if (stats.nlink !== 1) throw insecure(path, 'has another name');
    requireOwn(path, stats, FILE_MODE);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function requireOwn(path: string, { uid, mode }: Stats, expected: number): void {
  const own = process.geteuid?.();
  if (uid !== own) throw insecure(path, `belongs to uid ${uid}, not to ${own}`);
  if ((mode & 0o7777) !== expected)
    throw insecure(path, `has mode ${(mode & 0o7777).toString(8)}, not ${expected.toString(8)}`);
}

function insecure(path: string, why: string, cause?: unknown): JournalError {
  return new JournalError('INSECURE', `${path} ${why}`, { cause });
}

function unavailable(path: string, cause: unknown): JournalError {
  return new JournalError('UNAVAILABLE', `${path} cannot be opened`, { cause });
}
