// Certificate files: read as a whole, with a limit, and told apart when they are replaced.
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';

import { CertificateError } from './errors.ts';

/** Where a certificate is: a PEM chain and its private key, which may be one file. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** No chain of certificates comes near. */
const MAX_BYTES = 1024 * 1024;

/** The content of a file, and its mode. */
export interface FileText {
  readonly text: string;
  readonly mode: number;
}

/**
 * Reads a file of PEM text.
 * @throws CertificateError with code `UNREADABLE`.
 */
export async function readText(file: string): Promise<FileText> {
  try {
    // Without waiting: a FIFO would hold a thread for ever.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw new CertificateError('UNREADABLE', file, 'not a file');
      const buffer = Buffer.alloc(MAX_BYTES + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
        length += bytesRead;
        if (bytesRead === 0 || length === buffer.length) break;
      }
      if (length > MAX_BYTES) throw new CertificateError('UNREADABLE', file, `longer than ${MAX_BYTES} bytes`);
      const text = buffer.toString('latin1', 0, length);
      buffer.fill(0);
      return { text, mode: stats.mode };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof CertificateError) throw error;
    throw new CertificateError('UNREADABLE', file, reasonOf(error), { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  ELOOP: 'too many symbolic links',
  EISDIR: 'a directory, not a file',
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'EACCES') return `not readable for user ${process.getuid?.() ?? '?'}, whom this process runs as`;
  return REASONS[code] ?? error.message;
}

/**
 * The state of a pair of files: another string once one of them has been replaced, written, or made readable. Files that
 * are not there have a state too.
 */
export async function stateOf({ certFile, keyFile }: CertificateFiles): Promise<string> {
  const files = certFile === keyFile ? [certFile] : [certFile, keyFile];
  return (await Promise.all(files.map(fileState))).join(' ');
}

async function fileState(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  }
}
