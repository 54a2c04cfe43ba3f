// RFC 959 §4.1.3: RENAME FROM (RNFR)
import { FilesystemError, fileOutcome } from '../errors.ts';
import type { FTPHandler } from '../ftp-handler.ts';
import type { Outcome } from '../replies/outcomes.ts';

export async function rnfr(session: FTPHandler, path: string): Promise<Outcome> {
  session.renameFrom = undefined;
  try {
    if (path === '/') throw new FilesystemError('The root directory cannot be renamed');
    await session.fs.lstat(path);
  } catch (error) {
    return fileOutcome(error, path);
  }
  session.renameFrom = path;
  return { name: 'renameReady' };
}
