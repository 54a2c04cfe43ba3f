// RFC 3659 §3: FILE MODIFICATION TIME (MDTM)
import { fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

export async function mdtm(session: Session, path: string): Promise<Outcome> {
  try {
    const stats = await session.fs.stat(path);
    return stats.type === 'file' ? { name: 'fileModified', mtimeMs: stats.mtimeMs } : { name: 'notRegularFile', path };
  } catch (error) {
    return fileOutcome(error, path);
  }
}
