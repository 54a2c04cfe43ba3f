// SITE CHMOD: change the mode of a file
import { fileOutcome } from '../errors.ts';
import type { FTPHandler } from '../ftp-handler.ts';
import { admitPath } from '../session/policy.ts';
import type { Outcome } from '../replies/outcomes.ts';

export async function siteChmod(session: FTPHandler, argument: string): Promise<Outcome> {
  const match = /^([0-7]{1,4}) (.+)$/s.exec(argument);
  if (match?.[1] === undefined || match[2] === undefined) {
    return { name: 'argumentInvalid', verb: 'SITE CHMOD', reason: 'an octal mode and a file name are expected' };
  }
  const mode = Number.parseInt(match[1], 8);
  const admitted = await admitPath(session, { path: 'follow', permission: 'M', verb: 'SITE CHMOD' }, match[2]);
  if ('name' in admitted) return admitted;
  try {
    await session.fs.chmod(admitted.path, mode);
  } catch (error) {
    return fileOutcome(error, admitted.path);
  }
  return { name: 'modeChanged' };
}
