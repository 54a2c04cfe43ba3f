// RFC 959 §4.1.3: REMOVE DIRECTORY (RMD)
import { FilesystemError, fileOutcome } from '../errors.ts';
import type { FTPHandler } from '../ftp-handler.ts';
import type { Outcome } from '../replies/outcomes.ts';

export async function rmd(session: FTPHandler, path: string): Promise<Outcome> {
  try {
    if (path === '/') throw new FilesystemError('The root directory cannot be removed');
    await session.fs.rmdir(path);
  } catch (error) {
    return fileOutcome(error, path);
  }
  session.event({ type: 'directoryRemoved', path: session.fs.realPath(path) });
  return { name: 'directoryRemoved' };
}
