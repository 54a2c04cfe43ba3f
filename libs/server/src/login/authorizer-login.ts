import { setTimeout as sleep } from 'node:timers/promises';

import { asError } from '@pure-ftpd/protocol';

import type { AuthenticatorOf, Denial, Judgement } from '../contract/authenticator.ts';
import type { CommandResult } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import { AuthenticationFailed, FilesystemError, isFileError } from '../errors.ts';
import { isUserAccount, isUserLimits } from '../authorizers/user-account.ts';
import { safeWords } from '../replies/safe-words.ts';
import type { UserAccount, UserLimits } from '../contract/account.ts';
import { deny, end } from './follow-judgement.ts';
import { hookOf, textOf, wrongAnswer } from '../user-code/user-code.ts';

/** A login as pyftpdlib has it: the session's authorizer is asked, by the name of the user. */
export const authorizerLogin: AuthenticatorOf<Session> = {
  async judge(session, username, password): Promise<Judgement> {
    let account: UserAccount | undefined;
    let limits: UserLimits | undefined;
    try {
      account = await validate(session, username, password);
      limits = account === undefined ? await limitsOf(session, username) : account.limits;
    } catch (error) {
      return refusal(session, username, password, error);
    }
    const { userShares } = session.server;
    const share = limits === undefined ? undefined : userShares.enter(account?.name ?? username, limits);
    if (limits !== undefined && share === undefined) return { kind: 'tooMany' };
    return {
      kind: 'admitted',
      begin() {
        session.share = share;
        return begin(session, username, password, account);
      },
      release() {
        if (share !== undefined) userShares.leave(share);
      },
    };
  },
};

/** @throws AuthenticationFailed, and what the authorizer throws, unless it lets the user in. */
async function validate(session: Session, username: string, password: string): Promise<UserAccount | undefined> {
  const { authorizer } = session.settings;
  const hook = 'validateAuthentication';
  const answer: unknown = await session.userCode.ask(hook, () =>
    authorizer.validateAuthentication(username, password, session),
  );
  if (answer === true || answer === undefined) return undefined;
  if (answer === false) throw new AuthenticationFailed();
  if (isUserAccount(answer)) return answer;
  throw wrongAnswer(hook, answer, 'true, false, nothing or an account');
}

/** What the authorizer says that all sessions of the user may take. */
async function limitsOf(session: Session, username: string): Promise<UserLimits | undefined> {
  const { authorizer } = session.settings;
  if (authorizer.getLimits === undefined) return undefined;
  const answer: unknown = await session.userCode.ask('getLimits', () => authorizer.getLimits?.(username, session));
  if (answer === undefined || isUserLimits(answer)) return answer;
  throw wrongAnswer('getLimits', answer, 'limits or nothing');
}

/** Opens the session of the user. Whatever fails before 230 is said, nobody has logged in. */
async function begin(
  session: Session,
  username: string,
  password: string,
  account: UserAccount | undefined,
): Promise<CommandResult> {
  const { attemptedLogins } = session;
  try {
    await session.login(account?.name ?? username, password, account);
    const { authorizer } = session.settings;
    const message =
      account === undefined
        ? await session.userCode.ask('getMsgLogin', () => authorizer.getMsgLogin(username, session))
        : account.msgLogin;
    const directory = session.cwd;
    return { name: 'loggedIn', username, message: textOf('getMsgLogin', message), directory, restricted: true };
  } catch (error) {
    // Told while it is known whose login it was.
    const denial = isHomeUnavailable(error) ? undefined : refusal(session, username, password, error);
    if (session.authenticated || session.share !== undefined) await session.flushAccount();
    session.attemptedLogins = attemptedLogins;
    return denial === undefined ? endWithoutHome(session, username, error) : deny(session, denial);
  }
}

/** The home cannot be entered. What other hooks say of files is a failure of theirs. */
function isHomeUnavailable(error: unknown): boolean {
  return isFileError(error) && hookOf(error) === 'openFileSystem';
}

function endWithoutHome(session: Session, username: string, error: unknown): undefined {
  if (session.closed) return undefined;
  session.event({ type: 'loginFailed', username, reason: asError(error).message });
  const isSaid = error instanceof FilesystemError && error.reason.name === undefined;
  return end(session, { name: 'homeUnavailable', notes: isSaid ? [error.reason] : [] });
}

/** What is not the authorizer's refusal is a failure of its, which is told to the developer. */
function refusal(session: Session, username: string, password: string, error: unknown): Denial {
  const isRefusal = error instanceof AuthenticationFailed || error instanceof FilesystemError;
  if (!isRefusal) session.userCode.report(error);
  const words = isRefusal && error.message !== '' ? safeWords(error.message) : undefined;
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
