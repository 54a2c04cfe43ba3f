import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

import { StartError } from '@pure-ftpd/options';
import { errorText, isSystemError } from '@pure-ftpd/server/internal';

/** Bytes of a secret: more are none. */
const MOST = 4096;

/**
 * The secret in a file: its bytes without the end of the line.
 * @param option Whose file it is.
 * @param least Bytes that it has at least: fewer are guessed.
 * @throws StartError when it is none, or others may read it.
 */
export function readSecret(option: string, file: string, least: number): Buffer {
  const refused = (reason: string): StartError => new StartError(`${option}: ${file}: ${reason}`);
  try {
    return read(file, least, refused);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw refused(errorText(error));
  }
}

function read(file: string, least: number, refused: (reason: string) => StartError): Buffer {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw refused('it is no file');
    if (stats.uid !== 0 && stats.uid !== process.geteuid?.()) throw refused(`it belongs to uid ${stats.uid}`);
    if ((stats.mode & 0o077) !== 0) throw refused('others may read it (chmod 600)');
    const bytes = Buffer.alloc(MOST + 1);
    const length = readSync(fd, bytes, 0, bytes.length, 0);
    if (length > MOST) throw refused(`it has more than ${MOST} bytes`);
    const secret = Buffer.from(
      bytes
        .subarray(0, length)
        .toString('latin1')
        .replace(/[\r\n]+$/, ''),
      'latin1',
    );
    if (secret.length < least) throw refused(`it has fewer than ${least} bytes`);
    return secret;
  } finally {
    closeSync(fd);
  }
}
