// PASS [server-behaviour §2, server-protocol §6].
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Account, LoginAttempt } from '@pure-ftpd/auth';
import { encodeName, printableName } from '@pure-ftpd/protocol';
import { type CommandResult, errorText, isSystemError, type Outcome } from '@pure-ftpd/server';

import type { PureFtpdHandler } from './handler.ts';

/** Longer passwords are refused unseen. */
const MAX_PASSWORD_BYTES = 511;

/** Milliseconds below which every answer to PASS waits at random. */
const JITTER_MS = 15;

export async function pass(session: PureFtpdHandler, password: string): Promise<CommandResult> {
  if (session.authenticated) return { name: 'alreadyLoggedIn' };
  if (session.username === '') return { name: 'userRequired' };
  const login = session.username;
  const bytes = encodeName(password);
  if (bytes.length > MAX_PASSWORD_BYTES) return { name: 'loginFailed', reason: undefined, last: false };
  const { log, logins } = session.settings.daemon;
  await pause(randomInt(JITTER_MS), session.ended);
  const attempt: LoginAttempt = {
    login,
    password: bytes,
    localAddress: session.localAddress,
    localPort: session.localPort,
    clientAddress: session.remoteAddress,
    encrypted: session.isSecured,
    signal: session.ended,
    log: (level, text) => log.write(level === 'error' ? 'ERROR' : 'WARNING', text, session.subject),
  };
  // A refusal is answered after its delay, whatever it took to find.
  const result = await logins.authenticate(attempt, session.loginDelay(session.attemptedLogins + 1));
  if (session.closed) return undefined;
  if (result.kind === 'accepted') return admit(session, login, result.account);
  if (result.kind === 'refused') return refuse(session, login, result.reason);
  if (result.kind === 'unknown') return refuse(session, login, 'no such account');
  log.write('ERROR', result.reason, session.subject);
  return end(session, { name: 'serviceUnavailable', reason: 'authentication' });
}

/** The password is right: what the server and the account say of it now. */
async function admit(session: PureFtpdHandler, login: string, account: Account): Promise<CommandResult> {
  const { configuration } = session.settings.daemon;
  const unserved =
    account.uid < configuration.minUid
      ? `user id ${account.uid} is below ${configuration.minUid}`
      : settingNotServed(account);
  if (unserved !== undefined) {
    session.event({ type: 'loginFailed', username: login, reason: unserved });
    // As long as a wrong password would take now, but not counted as one.
    await pause(session.loginDelay(session.attemptedLogins), session.ended);
    session.username = '';
    return { name: 'accountNotServed' };
  }
  return enter(session, login, account);
}

/** Opens the session of an account, unless it has too many, or no home. */
export async function enter(session: PureFtpdHandler, login: string, account: Account): Promise<CommandResult> {
  const { accountSessions } = session.settings.daemon;
  if (!accountSessions.enter(account.login, account.limits.maxSessions ?? 0)) {
    session.event({ type: 'loginFailed', username: login, reason: 'too many sessions of this account' });
    return end(session, { name: 'tooManySessionsOfUser' });
  }
  session.account = account;
  try {
    // Nothing needs the password any more.
    await session.login(login, '');
  } catch (error) {
    session.account = undefined;
    accountSessions.leave(account.login);
    if (!isSystemError(error)) throw error;
    const reason = `home directory ${printableName(account.home.field)}: ${errorText(error)}`;
    session.event({ type: 'loginFailed', username: login, reason });
    return end(session, { name: 'homeUnavailable' });
  }
  const { restricted } = session;
  return { name: 'loggedIn', username: login, message: undefined, directory: session.fs.cwd, restricted };
}

/**
 * Why an account cannot be served yet: a limit that nobody would enforce is worse than no service.
 */
function settingNotServed({ limits }: Account): string | undefined {
  if (limits.uploadBandwidth !== undefined || limits.downloadBandwidth !== undefined)
    return 'the account has a bandwidth limit, which is not supported yet';
  if (limits.uploadRatio !== undefined || limits.downloadRatio !== undefined)
    return 'the account has a ratio, which is not supported yet';
  if (limits.quotaFiles !== undefined || limits.quotaSize !== undefined)
    return 'the account has a quota, which is not supported yet';
  return undefined;
}

/** The answer to a failure; the last one ends the session. */
function refuse(session: PureFtpdHandler, login: string, reason: string): CommandResult {
  session.attemptedLogins += 1;
  session.username = '';
  session.event({ type: 'loginFailed', username: login, reason });
  const last = session.attemptedLogins >= session.settings.maxLoginAttempts;
  if (!last) return { name: 'loginFailed', reason: undefined, last };
  session.settings.daemon.log.write('ERROR', 'too many failed logins', session.subject);
  return end(session, { name: 'loginFailed', reason: undefined, last });
}

/** Says it, and ends the session. */
function end(session: PureFtpdHandler, outcome: Outcome): undefined {
  session.respond(outcome);
  session.closeWhenDone();
  return undefined;
}

/** Waits; until the session ends at the longest. */
export async function pause(milliseconds: number, ended: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal: ended, ref: false });
  } catch (error) {
    if (!ended.aborted) throw error;
  }
}
