import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

import { StartError } from '@pure-ftpd/options';
import { errorText, isSystemError } from '@pure-ftpd/server/internal';

/** Bytes of a secret: fewer are guessed, and more are none. */
const LEAST = 16;
const MOST = 4096;

/**
 * The secret in a file: its bytes without the end of the line.
 * @throws StartError when it is none, or others may read it.
 */
export function readSecret(file: string): Buffer {
  try {
    return read(file);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw refused(file, errorText(error));
  }
}

function read(file: string): Buffer {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw refused(file, 'it is no file');
    if (stats.uid !== 0 && stats.uid !== process.geteuid?.()) throw refused(file, `it belongs to uid ${stats.uid}`);
    if ((stats.mode & 0o077) !== 0) throw refused(file, 'others may read it (chmod 600)');
    const bytes = Buffer.alloc(MOST + 1);
    const length = readSync(fd, bytes, 0, bytes.length, 0);
    if (length > MOST) throw refused(file, `it has more than ${MOST} bytes`);
    const secret = Buffer.from(
      bytes
        .subarray(0, length)
        .toString('latin1')
        .replace(/[\r\n]+$/, ''),
      'latin1',
    );
    if (secret.length < LEAST) throw refused(file, `it has fewer than ${LEAST} bytes`);
    return secret;
  } finally {
    closeSync(fd);
  }
}

function refused(file: string, reason: string): StartError {
  return new StartError(`--webhook-secret-file: ${file}: ${reason}`);
}
