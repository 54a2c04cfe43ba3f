// Files whose text is said to users: `.banner` and `.message` [server-options §8].
import { decodeName, joinPath } from '@pure-ftpd/protocol';
import type { FileSystem } from '@pure-ftpd/server';
import { isFileError } from '@pure-ftpd/server/internal';

import { isOfUser } from '../files/user-file-system.ts';

const MAX_LINES = 100;
/** Longer lines become several. */
const MAX_LINE_BYTES = 511;

/** The lines of a file in the current directory; none where it cannot be read. */
export async function noticeLines(
  { fs, cwd }: { readonly fs: FileSystem; readonly cwd: string },
  name: '.banner' | '.message',
): Promise<string[]> {
  try {
    const path = joinPath(cwd, name);
    // Most directories have none: to be told so by an error takes longer than all else that a login does with files.
    if (isOfUser(fs) && !fs.has(path)) return [];
    const file = await fs.open(await fs.resolve(path, { follow: true, allowMissing: false }));
    try {
      const buffer = Buffer.alloc(Math.min(file.size, MAX_LINES * MAX_LINE_BYTES));
      return linesOf(buffer.subarray(0, await file.read(buffer, 0)));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isFileError(error)) return [];
    throw error;
  }
}

function linesOf(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length && lines.length < MAX_LINES;) {
    const newline = bytes.indexOf(0x0a, at);
    const end = Math.min(newline === -1 ? bytes.length : newline + 1, at + MAX_LINE_BYTES);
    // oxlint-disable-next-line no-control-regex -- they are what must not be said
    const line = decodeName(bytes.subarray(at, end))
      .replace(/[\r\n]+$/, '')
      .replaceAll(/[\u0000-\u001f\u007f]/g, '_');
    lines.push(line);
    at = end;
  }
  return lines;
}
