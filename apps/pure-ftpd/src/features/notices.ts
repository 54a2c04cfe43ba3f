// Files whose text is said to users: `.banner` and `.message` [server-options §8].
import { decodeName, joinPath } from '@pure-ftpd/protocol';
import type { CommandResult, Outcome } from '@pure-ftpd/server';
import { isFileError } from '@pure-ftpd/server/internal';

import type { Feature } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';
import { isPublic } from '../login/anonymous-account.ts';
import { isOfUser } from '../files/user-file-system.ts';

const MAX_LINES = 100;
/** Longer lines become several. */
const MAX_LINE_BYTES = 511;

/** The lines of a file in the current directory; none where it cannot be read. */
async function noticeLines({ fs, cwd }: PureFtpdSession, name: '.banner' | '.message'): Promise<string[]> {
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

/** Users are told in the greeting itself, anonymous ones in lines before it. */
async function withBanner(session: PureFtpdSession, outcome: Outcome): Promise<Outcome> {
  const banner = await noticeLines(session, '.banner');
  if (banner.length === 0) return outcome;
  if (isPublic(session.admittedAccount) || outcome.name !== 'loggedIn')
    return { ...outcome, notes: [...(outcome.notes ?? []), ...banner] };
  return { ...outcome, message: banner.join('\n') };
}

async function withMessage(session: PureFtpdSession, result: CommandResult): Promise<CommandResult> {
  if (typeof result !== 'object' || result.name !== 'directoryChanged') return result;
  return { ...result, notes: await noticeLines(session, '.message') };
}

const changed: NonNullable<Feature['around']>[string] = (run) => async (session: PureFtpdSession, argument) =>
  withMessage(session, await run(session, argument));

export const notices = {
  name: 'notices',
  around: { CWD: changed, CDUP: changed },
  welcome: withBanner,
} satisfies Feature;
