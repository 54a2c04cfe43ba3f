// The bytes of a report: a file, or standard input.
import { fstatSync, openSync, closeSync, readSync } from 'node:fs';

import { systemErrorText } from '@pure-ftpd/cli';

/** Larger than the report of any server. */
const MAX_BYTES = 16 * 1024 * 1024;

/** A report that cannot be used: the message names it. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}

/**
 * Reads a report.
 * @param name Path of a file; `-` for standard input.
 * @throws ReportError where it cannot be read, or is larger than a report can be.
 */
export function reportBytes(name: string): Buffer {
  let fd: number | undefined;
  try {
    fd = name === '-' ? 0 : openSync(name, 'r');
    if (fstatSync(fd).isDirectory()) throw new ReportError(`${name}: a folder, and no report`);
    return contentOf(fd, name);
  } catch (error) {
    if (error instanceof ReportError) throw error;
    throw new ReportError(`${name}: ${systemErrorText(error)}`, { cause: error });
  } finally {
    if (fd !== undefined && fd !== 0) closeSync(fd);
  }
}

function contentOf(fd: number, name: string): Buffer {
  const parts: Buffer[] = [];
  for (let total = 0; total <= MAX_BYTES;) {
    const part = Buffer.alloc(64 * 1024);
    const count = readSync(fd, part);
    if (count === 0) return Buffer.concat(parts);
    parts.push(part.subarray(0, count));
    total += count;
  }
  throw new ReportError(`${name}: larger than 16 MiB, which no report is`);
}
