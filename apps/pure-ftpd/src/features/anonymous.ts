// What anonymous users may [server-behaviour §5].
import { loadavg } from 'node:os';

import { daemonReason } from '@pure-ftpd/messages';
import type { Rules } from '@pure-ftpd/options';
import type { CommandResult, CommandRow, Outcome, ParsedCommand, Permission } from '@pure-ftpd/server';
import { follow, isFileError } from '@pure-ftpd/server/internal';

import type { Feature, Result } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';
import { ANONYMOUS, isPublic } from '../login/anonymous-account.ts';
import { anonymousAt } from './trusted-address.ts';

/** What the public may do: look, fetch, and bring what is new. What it brings is judged by {@link refusedOverwrite}. */
const LOOKING: ReadonlySet<Permission> = new Set(['e', 'l', 'r']);
const BRINGING: ReadonlySet<Permission> = new Set(['w', 'a']);

const UPLOADS = new Set(['APPE', 'STOR', 'STOU']);

function mayPublic(permission: Permission, rules: Rules): boolean {
  if (permission === 'm') return rules.anonymousDirectories;
  return LOOKING.has(permission) || (rules.anonymousUploads && BRINGING.has(permission));
}

/** Whether the public may use names that begin with a dot. */
export function mayPublicUseDotFiles(use: 'read' | 'write', rules: Rules): boolean {
  return use === 'read' && rules.anonymousReadsDotFiles;
}

/** USER ftp: the session is open at once, without a password. */
async function enterAnonymously(session: PureFtpdSession): Promise<CommandResult> {
  session.username = ANONYMOUS;
  return follow(session, await session.settings.daemon.admission.judgeAnonymous(session, ANONYMOUS));
}

/** Whether a login is an anonymous session: no backend is asked for it. */
function isAnonymousLogin({ localAddress, settings }: PureFtpdSession, username: string): boolean {
  const anonymous = anonymousAt(localAddress, settings.daemon.configuration);
  return anonymous === 'only' || (anonymous === 'also' && /^(?:ftp|anonymous)$/i.test(username));
}

function welcomeBack({ username, cwd }: PureFtpdSession): Outcome {
  return { name: 'loggedIn', username, message: undefined, directory: cwd, restricted: true };
}

function refusedUpload(
  { admittedAccount: account, settings }: PureFtpdSession,
  { verb }: CommandRow,
): Outcome | undefined {
  if (!isPublic(account) || settings.daemon.configuration.rules.anonymousUploads) return undefined;
  return { name: 'permissionDenied', verb };
}

function refusedForLoad(
  { admittedAccount: account, settings }: PureFtpdSession,
  _row: CommandRow,
  { argument }: ParsedCommand,
): Outcome | undefined {
  const { anonymousMaxLoad } = settings.daemon.configuration.rules;
  if (anonymousMaxLoad === undefined || !isPublic(account) || fiveMinuteLoad() < anonymousMaxLoad) return undefined;
  return { name: 'fileUnavailable', path: argument, reason: daemonReason('tooBusy') };
}

function fiveMinuteLoad(): number {
  return loadavg()[1] ?? 0;
}

/** What anonymous users have brought is theirs to fetch only when somebody else has taken it over (`-s`). */
async function refusedAsUpload(session: PureFtpdSession, path: string): Promise<Outcome | undefined> {
  try {
    if ((await session.fs.stat(path)).uid !== session.admittedAccount?.uid) return undefined;
  } catch (error) {
    // Opening it will say what is wrong.
    if (isFileError(error)) return undefined;
    throw error;
  }
  return { name: 'fileUnavailable', path, reason: daemonReason('notApproved') };
}

/**
 * What is there already is not the public's to change, unless it is empty.
 * @param replaces Whether the upload would change what has its name.
 */
async function refusedOverwrite(
  session: PureFtpdSession,
  path: string,
  replaces: boolean,
): Promise<Outcome | undefined> {
  if (session.restartPosition > 0) {
    session.restartPosition = 0;
    return { name: 'permissionDenied', verb: 'STOR' };
  }
  if (!replaces) return undefined;
  try {
    const stats = await session.fs.lstat(path);
    return stats.type === 'file' && stats.size === 0 ? undefined : { name: 'permissionDenied', verb: 'STOR' };
  } catch {
    // Nothing there, or nothing to be seen: making the file will tell.
    return undefined;
  }
}

async function unless(refusal: Promise<Outcome | undefined>, run: () => Result): Promise<CommandResult> {
  return (await refusal) ?? run();
}

export const anonymous = {
  name: 'anonymous users',
  policies: [
    { at: 'last', verbs: UPLOADS, judge: refusedUpload },
    { at: 'last', verbs: new Set(['RETR']), judge: refusedForLoad },
  ],
  around: {
    USER: (run) => (session: PureFtpdSession, username) => {
      if (isPublic(session.admittedAccount)) return welcomeBack(session);
      if (!session.authenticated && isAnonymousLogin(session, username)) return enterAnonymously(session);
      return run(session, username);
    },
    // Clients send a password for anonymous, too: it is not asked for, and not wrong.
    PASS: (run) => (session: PureFtpdSession, password) =>
      isPublic(session.admittedAccount) ? welcomeBack(session) : run(session, password),
    RETR: (run) => (session: PureFtpdSession, path) =>
      isPublic(session.admittedAccount) && session.settings.daemon.configuration.rules.antiWarez
        ? unless(refusedAsUpload(session, path), () => run(session, path))
        : run(session, path),
    STOR: (run) => (session: PureFtpdSession, path) =>
      isPublic(session.admittedAccount)
        ? unless(refusedOverwrite(session, path, !session.settings.numberedUploads), () => run(session, path))
        : run(session, path),
    APPE: (run) => (session: PureFtpdSession, path) =>
      isPublic(session.admittedAccount)
        ? unless(refusedOverwrite(session, path, true), () => run(session, path))
        : run(session, path),
  },
  permits({ admittedAccount: account, settings }, permission) {
    return !isPublic(account) || mayPublic(permission, settings.daemon.configuration.rules);
  },
} satisfies Feature;
