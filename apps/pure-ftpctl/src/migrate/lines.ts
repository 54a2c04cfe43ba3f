// Files of lines, of which some are comments.
import { readFileSync } from 'node:fs';

import { systemErrorText } from '@pure-ftpd/cli';
import { decodeName } from '@pure-ftpd/protocol';

import { CommandError, ExitStatus } from '../exit-status.ts';

/** Larger than any list of users that is one. */
const MAX_BYTES = 256 * 1024 * 1024;

/** A line that says something. */
export interface Line {
  /** File and number. */
  readonly where: string;
  readonly text: string;
}

/** @throws CommandError */
export function contentOf(path: string): Buffer {
  try {
    const bytes = readFileSync(path);
    if (bytes.length <= MAX_BYTES) return bytes;
  } catch (error) {
    throw new CommandError(`${path}: ${systemErrorText(error)}`, ExitStatus.failed, { cause: error });
  }
  throw new CommandError(`${path}: larger than 256 MiB`, ExitStatus.failed);
}

/** Lines without their ends; those that are empty or begin with `#` are left out. @throws CommandError */
export function linesOf(path: string): Line[] {
  return decodeName(contentOf(path))
    .split(/\r?\n/)
    .map((text, index) => ({ where: `${path}:${index + 1}`, text }))
    .filter(({ text }) => text.trim() !== '' && !/^\s*#/.test(text));
}
