// RFC 959 §4.1.1: REINITIALIZE (REIN); RFC 4217 §13: over TLS
import type { FTPHandler } from '../ftp-handler.ts';
import type { CommandResult } from '../session/command.ts';

export async function rein(session: FTPHandler): Promise<CommandResult> {
  await session.flushAccount();
  session.protection = 'clear';
  session.protectionBufferSet = false;
  if (!session.isSecured) return { name: 'readyForNewUser' };
  // The client is as it was when it connected: in clear.
  session.respond({ name: 'readyForNewUser' });
  await session.stopTls();
  return undefined;
}
