// The greeting of `-F`: an entry of a file, by chance [server-options §8].
import { randomInt } from 'node:crypto';
import { constants, fstatSync, openSync, read } from 'node:fs';
import { promisify } from 'node:util';

import { decodeName } from '@pure-ftpd/protocol';
import { errorText, isSystemError } from '@pure-ftpd/server/internal';

import type { PureFtpdSession } from '../contract/session.ts';

const MAX_BYTES = 2047;
const READABLE_BY_ALL = 0o444;
const SEPARATOR = '%';

const readAt = promisify(read);

/**
 * Opens the file, for as long as the process lives: who greets may have no way to it later on.
 * @returns Its descriptor, or why it cannot be used.
 */
export function openFortunes(path: string): number | { readonly reason: string } {
  try {
    // Opening a pipe must not wait for its writer.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return { reason: errorText(error) };
  }
}

/** The lines of an entry, none where it is empty; or why the file cannot be used. */
async function fortuneLines(descriptor: number): Promise<string[] | { readonly reason: string }> {
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return { reason: 'not a regular file' };
    if ((stats.mode & READABLE_BY_ALL) !== READABLE_BY_ALL) return { reason: 'not readable by everybody' };
    if (stats.size < 2) return { reason: 'nothing is in it' };
    const chosen = randomInt(stats.size);
    const from = Math.max(0, chosen - MAX_BYTES);
    const buffer = Buffer.alloc(2 * MAX_BYTES);
    const { bytesRead } = await readAt(descriptor, buffer, 0, buffer.length, from);
    return entryAround(buffer.subarray(0, bytesRead), chosen - from);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return { reason: errorText(error) };
  }
}

/** The entry that a byte is in; of a line that separates, the one before it. */
function entryAround(bytes: Buffer, offset: number): string[] {
  const lines = bytes.toString('latin1').split('\n');
  let at = bytes.subarray(0, offset).toString('latin1').split('\n').length - 1;
  if (lines[at] === SEPARATOR && at > 0) at -= 1;
  const first = lines.lastIndexOf(SEPARATOR, at) + 1;
  const next = lines.indexOf(SEPARATOR, Math.max(first, at));
  const text = lines.slice(first, next === -1 ? lines.length : next).join('\n');
  const entry = text.slice(0, MAX_BYTES).replace(/^\n+/, '').trimEnd();
  return entry === '' ? [] : entry.split('\n').map(shown);
}

/** From bytes as characters. */
function shown(line: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what must not be said
  return decodeName(Buffer.from(line.replaceAll(/[\u0000-\u001f\u007f]/g, '_'), 'latin1'));
}

/** The lines for a session; none where the file cannot be used, which the log says. */
export async function drawFortune({ settings, subject }: PureFtpdSession): Promise<readonly string[]> {
  const { fortunes, daemon } = settings;
  const { fortunesFile } = daemon.configuration;
  if (fortunesFile === undefined || fortunes === undefined) return [];
  const drawn = typeof fortunes === 'number' ? await fortuneLines(fortunes) : fortunes;
  if (!('reason' in drawn)) return drawn;
  daemon.log.write('ERROR', `-F ${fortunesFile}: ${drawn.reason}`, subject);
  return [];
}
