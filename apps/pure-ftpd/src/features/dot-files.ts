// Names that begin with a dot, and who may use them [server-behaviour §8].
import { daemonReason } from '@pure-ftpd/messages';
import type { CommandRow, Outcome, ParsedCommand, Permission } from '@pure-ftpd/server';

import type { Feature } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';
import { isPublic } from '../login/anonymous-account.ts';
import { isOfUser } from '../files/user-file-system.ts';
import { mayPublicUseDotFiles } from './anonymous.ts';

/** Commands that read what is in a file or a directory of the name. */
const READING = new Set(['CWD', 'HASH', 'RETR']);

/** Commands that change something, and where in their argument the name is. */
const WRITING = new Map<string, RegExp>([
  ...['APPE', 'DELE', 'MKD', 'RMD', 'RNFR', 'RNTO', 'STOR'].map((verb) => [verb, /^(.*)$/s] as const),
  ...['MFF', 'MFMT', 'SITE CHMOD'].map((verb) => [verb, /^\S+ +(.*)$/s] as const),
  ['SITE UTIME', /^(?:\d{4,14} )?(.*?)(?: \d{8,14} \d{8,14} \d{8,14} UTC)?$/is],
]);

/** A name in a path that begins with a dot, and is neither `.` nor `..`. */
const DOT_FILE = /(?:^|\/)\.(?!\.?(?:\/|$))/;

/** Permissions on what a name leads to, and whether they are about reading it; those to list and to look are for all names. */
const DOT_FILE_USE: Partial<Record<Permission, 'read' | 'write'>> = {
  e: 'read',
  r: 'read',
  a: 'write',
  d: 'write',
  f: 'write',
  m: 'write',
  w: 'write',
  M: 'write',
  T: 'write',
};

/** Permissions that are used on what a link in the last place leads to. */
const FOLLOWING: ReadonlySet<Permission> = new Set(['e', 'r', 'M', 'T']);

function mayUseDotFiles(
  { admittedAccount: account, trusted, settings }: PureFtpdSession,
  use: 'read' | 'write',
): boolean {
  const { rules } = settings.daemon.configuration;
  if (isPublic(account)) return mayPublicUseDotFiles(use, rules);
  return trusted || rules.dotFiles === 'used' || (use === 'read' && rules.dotFiles === 'notWritten');
}

function refusedReading(session: PureFtpdSession, _row: CommandRow, { argument }: ParsedCommand): Outcome | undefined {
  return isServed(session) && DOT_FILE.test(argument) && !mayUseDotFiles(session, 'read')
    ? refusedName(argument)
    : undefined;
}

function refusedWriting(session: PureFtpdSession, row: CommandRow, { argument }: ParsedCommand): Outcome | undefined {
  if (!isServed(session) || mayUseDotFiles(session, 'write')) return undefined;
  const path = WRITING.get(row.methods?.[0] ?? row.verb)?.exec(argument)?.[1] ?? argument;
  return DOT_FILE.test(path) ? refusedName(path) : undefined;
}

function isServed({ admittedAccount: account }: PureFtpdSession): boolean {
  return account !== undefined;
}

function refusedName(path: string): Outcome {
  return { name: 'nameRefused', path, reason: daemonReason('dotFile') };
}

/**
 * Whether the rules about dot files let somebody use what a path was resolved to: a link of another name makes no
 * difference. What is above the home is not the user's choice, and who was let into a directory is in it: neither counts.
 */
function mayReach(session: PureFtpdSession, permission: Permission, path: string): boolean {
  const use = DOT_FILE_USE[permission];
  const { fs, cwd } = session;
  if (use === undefined || mayUseDotFiles(session, use) || !isOfUser(fs)) return true;
  const ruled = fs.ruledPath(path, FOLLOWING.has(permission));
  const above = [fs.ruledHome, fs.ruledPath(cwd, true)].filter(
    (base) => ruled === base || ruled.startsWith(`${base}/`),
  );
  return !DOT_FILE.test(ruled.slice(Math.max(0, ...above.map(({ length }) => length))));
}

/** A listing with dot files, where the server shows them to everybody (`-D`). */
function listed({ settings }: PureFtpdSession, argument: string): string {
  return settings.daemon.configuration.rules.listsDotFiles ? `-a ${argument}` : argument;
}

export const dotFiles = {
  name: 'dot files',
  policies: [
    { at: 'last', verbs: READING, judge: refusedReading },
    { at: 'last', verbs: new Set(WRITING.keys()), judge: refusedWriting },
  ],
  around: {
    LIST: (run) => (session: PureFtpdSession, argument) => run(session, listed(session, argument)),
    STAT: (run) => (session: PureFtpdSession, argument) =>
      run(session, argument === '' ? argument : listed(session, argument)),
  },
  permits: (session, permission, path) => path === undefined || mayReach(session, permission, path),
} satisfies Feature;
