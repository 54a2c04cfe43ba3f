// RFC 959 §4.1.1: PASSWORD (PASS)
import { setTimeout as sleep } from 'node:timers/promises';

import { AuthenticationFailed, isFileError } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { CommandResult } from '../contract/command.ts';

export async function pass(session: Session, password: string): Promise<CommandResult> {
  if (session.authenticated) return { name: 'alreadyLoggedIn' };
  if (session.username === '') return { name: 'userRequired' };
  const { username } = session;
  const { authorizer } = session.settings;
  try {
    await authorizer.validateAuthentication(username, password, session);
  } catch (error) {
    if (!(error instanceof AuthenticationFailed)) throw error;
    return refuse(session, username, password, error);
  }
  if (session.closed) return undefined;
  try {
    await session.login(username, password);
  } catch (error) {
    if (!isFileError(error)) throw error;
    session.event({ type: 'loginFailed', username, reason: error.message });
    session.respond({ name: 'homeUnavailable' });
    session.closeWhenDone();
    return undefined;
  }
  return {
    name: 'loggedIn',
    username,
    message: authorizer.getMsgLogin(username),
    directory: session.fs.cwd,
    restricted: true,
  };
}

async function refuse(
  session: Session,
  username: string,
  password: string,
  error: AuthenticationFailed,
): Promise<CommandResult> {
  session.attemptedLogins += 1;
  session.username = '';
  session.event({ type: 'loginFailed', username, reason: error.message === '' ? 'login refused' : error.message });
  await session.onLoginFailed(username, password);
  // Whoever guesses passwords waits; other sessions do not.
  await sleep(session.settings.authFailedTimeout * 1000, undefined, { ref: false });
  if (session.closed) return undefined;
  const last = session.attemptedLogins >= session.settings.maxLoginAttempts;
  session.respond({ name: 'loginFailed', reason: error.message === '' ? undefined : error.message, last });
  if (last) session.closeWhenDone();
  return undefined;
}
