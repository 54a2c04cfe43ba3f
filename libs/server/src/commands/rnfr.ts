// RFC 959 §4.1.3: RENAME FROM (RNFR)
import { FilesystemError, fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { reason } from '../replies/reasons.ts';

export async function rnfr(session: Session, path: string): Promise<Outcome> {
  session.renameFrom = undefined;
  try {
    if (path === '/') throw new FilesystemError(reason('rootRenamed'));
    await session.fs.lstat(path);
  } catch (error) {
    return fileOutcome(error, path);
  }
  session.renameFrom = path;
  return { name: 'renameReady' };
}
