// RFC 959 §4.1.1: LOGOUT (QUIT)
import type { Session } from '../contract/session.ts';
import type { CommandResult, CommandRow } from '../contract/command.ts';
import { textOf } from '../user-code/user-code.ts';

/** A transfer that runs is finished first: QUIT waits its turn like any command. */
export async function quit(session: Session): Promise<CommandResult> {
  const message = session.authenticated ? await farewell(session) : undefined;
  const { bytesReceived, bytesSent } = session;
  session.respond({ name: 'goodbye', message, bytesReceived, bytesSent });
  session.closeWhenDone();
  return undefined;
}

/** What the authorizer wants to be said; nothing, where it fails: the session ends in any case. */
async function farewell(session: Session): Promise<string | undefined> {
  const { authorizer } = session.settings;
  if (session.account !== undefined) return session.account.msgQuit;
  try {
    return textOf(
      'getMsgQuit',
      await session.userCode.ask('getMsgQuit', () => authorizer.getMsgQuit(session.username, session)),
    );
  } catch (error) {
    session.userCode.report(error);
    return undefined;
  }
}

/** The row of QUIT in the table of verbs. */
export const quitRow: CommandRow = {
  verb: 'QUIT',
  argument: 'none',
  phase: 'always',
  syntax: '',
  help: 'log out and disconnect',
  run: quit,
};
