// RFC 959 §4.1.1: CHANGE WORKING DIRECTORY (CWD), CHANGE TO PARENT DIRECTORY (CDUP)
import { fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

export async function cwd(session: Session, path: string): Promise<Outcome> {
  try {
    await session.fs.chdir(path);
  } catch (error) {
    return fileOutcome(error, path);
  }
  session.cwd = path;
  return { name: 'directoryChanged', path };
}
