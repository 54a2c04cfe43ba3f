// RFC 959 §4.1.3: PRINT WORKING DIRECTORY (PWD)
import type { FTPHandler } from '../ftp-handler.ts';
import type { Outcome } from '../replies/outcomes.ts';

export function pwd(session: FTPHandler): Outcome {
  return { name: 'currentDirectory', path: session.fs.cwd };
}
