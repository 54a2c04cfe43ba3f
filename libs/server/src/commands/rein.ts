// RFC 959 §4.1.1: REINITIALIZE (REIN); RFC 4217: over TLS
import type { Session } from '../contract/session.ts';
import type { CommandResult, CommandRow } from '../contract/command.ts';

export async function rein(session: Session): Promise<CommandResult> {
  await session.flushAccount();
  session.language = session.settings.words?.initial ?? '';
  session.protection = 'clear';
  session.protectionBufferSet = false;
  if (!session.isSecured) return { name: 'readyForNewUser' };
  // The client is as it was when it connected: in clear.
  session.respond({ name: 'readyForNewUser' });
  await session.tls.stop();
  return undefined;
}

/** The row of REIN in the table of verbs. */
export const reinRow: CommandRow = {
  verb: 'REIN',
  argument: 'none',
  phase: 'loggedIn',
  syntax: '',
  help: 'log out, stay connected',
  run: rein,
};
