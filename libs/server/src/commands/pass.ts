// RFC 959 §4.1.1: PASSWORD (PASS)
import { setTimeout as sleep } from 'node:timers/promises';

import { AuthenticationFailed, isFileError } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { CommandResult } from '../contract/command.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { hookOf, textOf, wrongAnswer } from '../user-code/user-code.ts';

export async function pass(session: Session, password: string): Promise<CommandResult> {
  if (session.authenticated) return { name: 'alreadyLoggedIn' };
  if (session.username === '') return { name: 'userRequired' };
  const { username, attemptedLogins } = session;
  try {
    await validate(session, username, password);
    return session.closed ? undefined : await enter(session, username, password);
  } catch (error) {
    if (!(error instanceof AuthenticationFailed) && !isHomeUnavailable(error)) session.userCode.report(error);
    // Whatever fails before 230 is said, nobody has logged in.
    if (session.authenticated) await session.flushAccount();
    session.attemptedLogins = attemptedLogins;
    if (session.closed) return undefined;
    if (isHomeUnavailable(error)) return endWithoutHome(session, username, error);
    return refuse(session, username, password, error instanceof AuthenticationFailed ? error : undefined);
  }
}

/** @throws AuthenticationFailed, and what the authorizer throws, unless it lets the user in. */
async function validate(session: Session, username: string, password: string): Promise<void> {
  const { authorizer } = session.settings;
  const hook = 'validateAuthentication';
  const answer: unknown = await session.userCode.ask(hook, () =>
    authorizer.validateAuthentication(username, password, session),
  );
  if (answer === true || answer === undefined) return;
  if (answer === false) throw new AuthenticationFailed();
  throw wrongAnswer(hook, answer, 'true, false or nothing');
}

async function enter(session: Session, username: string, password: string): Promise<Outcome> {
  const { authorizer } = session.settings;
  await session.login(username, password);
  const message = textOf(
    'getMsgLogin',
    await session.userCode.ask('getMsgLogin', () => authorizer.getMsgLogin(username)),
  );
  return { name: 'loggedIn', username, message, directory: session.fs.cwd, restricted: true };
}

/** The home cannot be entered. What other hooks say of files is a failure of theirs. */
function isHomeUnavailable(error: unknown): error is Error {
  return isFileError(error) && hookOf(error) === 'openFileSystem';
}

function endWithoutHome(session: Session, username: string, error: Error): undefined {
  session.event({ type: 'loginFailed', username, reason: error.message });
  session.respond({ name: 'homeUnavailable' });
  session.closeWhenDone();
  return undefined;
}

/** @param refusal Why, where the authorizer has said it; undefined when something has failed. */
async function refuse(
  session: Session,
  username: string,
  password: string,
  refusal: AuthenticationFailed | undefined,
): Promise<CommandResult> {
  const words = refusal === undefined || refusal.message === '' ? undefined : refusal.message;
  session.attemptedLogins += 1;
  session.username = '';
  const reason = refusal === undefined ? 'the login could not be judged' : (words ?? 'login refused');
  session.event({ type: 'loginFailed', username, reason });
  await session.userCode.tell('onLoginFailed', () => session.onLoginFailed(username, password));
  // Whoever guesses passwords waits; other sessions do not.
  await sleep(session.settings.authFailedTimeout * 1000, undefined, { ref: false });
  if (session.closed) return undefined;
  const last = session.attemptedLogins >= session.settings.maxLoginAttempts;
  session.respond({ name: 'loginFailed', reason: words, last });
  if (last) session.closeWhenDone();
  return undefined;
}
