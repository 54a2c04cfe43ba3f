// RFC 959 §4.1.1: CHANGE WORKING DIRECTORY (CWD), CHANGE TO PARENT DIRECTORY (CDUP)
import { fileOutcome } from '../errors.ts';
import type { FTPHandler } from '../ftp-handler.ts';
import type { Outcome } from '../replies/outcomes.ts';

export async function cwd(session: FTPHandler, path: string): Promise<Outcome> {
  try {
    await session.fs.chdir(path);
  } catch (error) {
    return fileOutcome(error, path);
  }
  return { name: 'directoryChanged', path: session.fs.cwd };
}
