// RFC 959 §4.1.1: REINITIALIZE (REIN)
import type { FTPHandler } from '../ftp-handler.ts';
import type { Outcome } from '../replies/outcomes.ts';

export async function rein(session: FTPHandler): Promise<Outcome> {
  await session.flushAccount();
  return { name: 'readyForNewUser' };
}
