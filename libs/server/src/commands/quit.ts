// RFC 959 §4.1.1: LOGOUT (QUIT)
import type { Session } from '../contract/session.ts';
import type { CommandResult } from '../contract/command.ts';

/** A transfer that runs is finished first: QUIT waits its turn like any command. */
export function quit(session: Session): CommandResult {
  const message = session.authenticated ? session.settings.authorizer.getMsgQuit(session.username) : undefined;
  const { bytesReceived, bytesSent } = session;
  session.respond({ name: 'goodbye', message, bytesReceived, bytesSent });
  session.closeWhenDone();
  return undefined;
}
