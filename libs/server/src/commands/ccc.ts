// RFC 2228 §3, RFC 4217 §5: CLEAR COMMAND CHANNEL (CCC)
import type { Session } from '../contract/session.ts';
import type { CommandResult } from '../contract/command.ts';

export async function ccc(session: Session): Promise<CommandResult> {
  if (!session.isSecured || !session.authenticated) return { name: 'protectionUnavailable' };
  if (!session.mayClearControl) return { name: 'protectionKept' };
  // Said while it can still be read by nobody else.
  session.respond({ name: 'protectionCleared' });
  await session.tls.stop();
  return undefined;
}
