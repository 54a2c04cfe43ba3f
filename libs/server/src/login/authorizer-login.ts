import { setTimeout as sleep } from 'node:timers/promises';

import { asError } from '@pure-ftpd/protocol';

import type { AuthenticatorOf, Denial, Judgement } from '../contract/authenticator.ts';
import type { CommandResult } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import { AuthenticationFailed, isFileError } from '../errors.ts';
import { deny, end } from './follow-judgement.ts';
import { hookOf, textOf, wrongAnswer } from '../user-code/user-code.ts';

/** A login as pyftpdlib has it: the session's authorizer is asked, by the name of the user. */
export const authorizerLogin: AuthenticatorOf<Session> = {
  async judge(session, username, password): Promise<Judgement> {
    try {
      await validate(session, username, password);
    } catch (error) {
      return refusal(session, username, password, error);
    }
    return { kind: 'admitted', begin: () => begin(session, username, password), release: () => undefined };
  },
};

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

/** Opens the session of the user. Whatever fails before 230 is said, nobody has logged in. */
async function begin(session: Session, username: string, password: string): Promise<CommandResult> {
  const { attemptedLogins } = session;
  try {
    await session.login(username, password);
    const { authorizer } = session.settings;
    const message = await session.userCode.ask('getMsgLogin', () => authorizer.getMsgLogin(username));
    const directory = session.cwd;
    return { name: 'loggedIn', username, message: textOf('getMsgLogin', message), directory, restricted: true };
  } catch (error) {
    // Told while it is known whose login it was.
    const denial = isHomeUnavailable(error) ? undefined : refusal(session, username, password, error);
    if (session.authenticated) await session.flushAccount();
    session.attemptedLogins = attemptedLogins;
    return denial === undefined ? endWithoutHome(session, username, asError(error).message) : deny(session, denial);
  }
}

/** The home cannot be entered. What other hooks say of files is a failure of theirs. */
function isHomeUnavailable(error: unknown): boolean {
  return isFileError(error) && hookOf(error) === 'openFileSystem';
}

function endWithoutHome(session: Session, username: string, reason: string): undefined {
  if (session.closed) return undefined;
  session.event({ type: 'loginFailed', username, reason });
  return end(session, { name: 'homeUnavailable' });
}

/** What is not the authorizer's refusal is a failure of its, which is told to the developer. */
function refusal(session: Session, username: string, password: string, error: unknown): Denial {
  const isRefusal = error instanceof AuthenticationFailed;
  if (!isRefusal) session.userCode.report(error);
  const words = isRefusal && error.message !== '' ? error.message : undefined;
  return {
    kind: 'refused',
    words,
    settle: async () => {
      const reason = isRefusal ? (words ?? 'login refused') : 'the login could not be judged';
      session.event({ type: 'loginFailed', username, reason });
      await session.userCode.tell('onLoginFailed', () => session.onLoginFailed(username, password));
      // Whoever guesses passwords waits; other sessions do not.
      await sleep(session.settings.authFailedTimeout * 1000, undefined, { ref: false });
    },
  };
}
