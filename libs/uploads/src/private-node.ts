import type { Stats } from 'node:fs';
import { closeSync, fstatSync, lstatSync, openSync } from 'node:fs';

import { isSystemCode, mkfifo, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } from '@pure-ftpd/posix';

import { UploadPipeError } from './errors.ts';

/** Where the FIFO is. */
export const UPLOAD_PIPE = '/var/run/pure-ftpd.upload.pipe';
/** Where its lock is. */
export const UPLOAD_LOCK = '/var/run/pure-ftpd.upload.lock';

const MODE = 0o600;

/**
 * Opens the FIFO for reading and writing, whoever else has it open; it is made when it is missing. Who has both ends open
 * never waits for the other side, is never told that it is gone, and keeps what is in the pipe from being lost.
 *
 * @throws {UploadPipeError}
 */
export function openPipe(path: string, owner: number): number {
  try {
    mkfifo(path, MODE);
  } catch (error) {
    if (!isSystemCode(error, 'EEXIST')) throw unavailable(path, error);
  }
  return openPrivate(path, O_RDWR | O_NONBLOCK, owner, (stats) => stats.isFIFO());
}

/** Opens the lock file; it is made when it is missing. @throws {UploadPipeError} */
export function openLock(path: string, owner: number): number {
  return openPrivate(path, O_RDWR | O_CREAT | O_NONBLOCK, owner, (stats) => stats.isFile());
}

function openPrivate(path: string, flags: number, owner: number, isKind: (stats: Stats) => boolean): number {
  let fd: number;
  try {
    fd = openSync(path, flags | O_NOFOLLOW, MODE);
  } catch (error) {
    if (isSystemCode(error, 'ELOOP')) throw insecure(path, error);
    throw unavailable(path, error);
  }
  try {
    const stats = fstatSync(fd);
    const named = lstatSync(path);
    const isSafe = isKind(stats) && stats.uid === owner && (stats.mode & 0o7777) === MODE;
    // What we have open must be what others find by the name.
    if (!isSafe || named.ino !== stats.ino || named.dev !== stats.dev) throw insecure(path);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error instanceof UploadPipeError ? error : unavailable(path, error);
  }
}

function insecure(path: string, cause?: unknown): UploadPipeError {
  return new UploadPipeError('INSECURE', path, `Insecure permissions on ${path}`, { cause });
}

function unavailable(path: string, cause: unknown): UploadPipeError {
  return new UploadPipeError('UNAVAILABLE', path, `Unable to open ${path}`, { cause });
}
