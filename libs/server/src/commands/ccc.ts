// RFC 2228 §3, RFC 4217 §5: CLEAR COMMAND CHANNEL (CCC)
import type { FTPHandler } from '../ftp-handler.ts';
import type { CommandResult } from '../session/command.ts';

export async function ccc(session: FTPHandler): Promise<CommandResult> {
  if (!session.isSecured || !session.authenticated) return { name: 'protectionUnavailable' };
  if (!session.mayClearControl) return { name: 'protectionKept' };
  // Said while it can still be read by nobody else.
  session.respond({ name: 'protectionCleared' });
  await session.stopTls();
  return undefined;
}
