// What the rules of the server refuse, before anything is looked up [server-behaviour §5, §8].
import { BlockList, isIPv6 } from 'node:net';
import { loadavg } from 'node:os';

import { daemonReason } from '@pure-ftpd/messages';
import type { CommandRow, Outcome, ParsedCommand, Permission } from '@pure-ftpd/server';

import { isOfUser } from '../files/user-file-system.ts';
import type { Configuration } from '../options/configuration.ts';
import { isPublic } from './anonymous.ts';
import type { PureFtpdHandler } from './handler.ts';

const PASSIVE = new Set(['EPSV', 'ESTA', 'P@SW', 'PASV']);

const UPLOADING = new Set(['APPE', 'STOR', 'STOU']);

/** Commands that read what is in a file or a directory of the name. */
const READING = new Set(['CWD', 'HASH', 'RETR', 'XCWD']);

/** Commands that change something, and where in their argument the name is. */
const WRITING = new Map<string, RegExp>([
  ...['APPE', 'DELE', 'MKD', 'RMD', 'RNFR', 'RNTO', 'STOR', 'XMKD', 'XRMD'].map((verb) => [verb, /^(.*)$/s] as const),
  ...['CHMOD', 'MFF', 'MFMT', 'SITE CHMOD'].map((verb) => [verb, /^\S+ +(.*)$/s] as const),
  ['SITE UTIME', /^(?:\d{4,14} )?(.*?)(?: \d{8,14} \d{8,14} \d{8,14} UTC)?$/is],
]);

/** A name in a path that begins with a dot, and is neither `.` nor `..`. */
const DOT_FILE = /(?:^|\/)\.(?!\.?(?:\/|$))/;

/** Whether users of this connection are all anonymous, or none, or some. */
export function anonymousAt(
  localAddress: string,
  { anonymous, rules: { trustedAddress } }: Configuration,
): Configuration['anonymous'] {
  if (trustedAddress === undefined) return anonymous;
  // There are many ways to write an IPv6 address.
  const trusted = new BlockList();
  trusted.addAddress(trustedAddress, isIPv6(trustedAddress) ? 'ipv6' : 'ipv4');
  return trusted.check(localAddress, isIPv6(localAddress) ? 'ipv6' : 'ipv4') ? anonymous : 'only';
}

export function refusedByRules(
  session: PureFtpdHandler,
  { verb }: CommandRow,
  { argument }: ParsedCommand,
): Outcome | undefined {
  const { rules } = session.settings.daemon.configuration;
  if (!rules.passive && PASSIVE.has(verb)) return { name: 'commandNotUnderstood', verb };
  if (session.account === undefined) return undefined;
  const { trusted } = session;
  if ((verb === 'DELE' && !rules.deletes && !trusted) || (verb === 'RNFR' && !rules.renames))
    return { name: 'permissionDenied', verb };
  const isAnonymous = isPublic(session.account);
  if (isAnonymous && !rules.anonymousUploads && UPLOADING.has(verb)) return { name: 'permissionDenied', verb };
  const { anonymousMaxLoad } = rules;
  if (verb === 'RETR' && isAnonymous && anonymousMaxLoad !== undefined && fiveMinuteLoad() >= anonymousMaxLoad)
    return { name: 'fileUnavailable', path: argument, reason: daemonReason('tooBusy') };
  const written = WRITING.get(verb);
  if (written !== undefined) {
    const path = written.exec(argument)?.[1] ?? argument;
    return mayUseDotFiles(session, 'write') || !DOT_FILE.test(path) ? undefined : refusedName(path);
  }
  if (!READING.has(verb) || mayUseDotFiles(session, 'read') || !DOT_FILE.test(argument)) return undefined;
  return refusedName(argument);
}

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

/**
 * Whether the rules about dot files let somebody use what a path was resolved to: a link of another name makes no
 * difference. What is above the home is not the user's choice, and who was let into a directory is in it: neither counts.
 */
export function mayReachDotFile(session: PureFtpdHandler, permission: Permission, path: string): boolean {
  const use = DOT_FILE_USE[permission];
  const { fs, cwd } = session;
  if (use === undefined || mayUseDotFiles(session, use) || !isOfUser(fs)) return true;
  const ruled = fs.ruledPath(path, FOLLOWING.has(permission));
  const above = [fs.ruledHome, fs.ruledPath(cwd, true)].filter(
    (base) => ruled === base || ruled.startsWith(`${base}/`),
  );
  return !DOT_FILE.test(ruled.slice(Math.max(0, ...above.map(({ length }) => length))));
}

function mayUseDotFiles({ account, trusted, settings }: PureFtpdHandler, use: 'read' | 'write'): boolean {
  const { rules } = settings.daemon.configuration;
  if (isPublic(account)) return use === 'read' && rules.anonymousReadsDotFiles;
  return trusted || rules.dotFiles === 'used' || (use === 'read' && rules.dotFiles === 'notWritten');
}

function refusedName(path: string): Outcome {
  return { name: 'nameRefused', path, reason: daemonReason('dotFile') };
}

function fiveMinuteLoad(): number {
  return loadavg()[1] ?? 0;
}
