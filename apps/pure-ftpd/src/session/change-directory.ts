// CWD and CDUP [server-protocol §5.1].
import { type CommandResult, FilesystemError, type Outcome } from '@pure-ftpd/server';
import { admitPath, reasonOf, isSystemError } from '@pure-ftpd/server/internal';

import type { PureFtpdHandler } from './handler.ts';
import { noticeLines } from './notices.ts';
import { pause } from './pause.ts';

/** A session that fails so often in a row looks for something; it is ended. */
const MAX_FAILURES = 50;

/** Failures are answered ever slower, so that names are not tried out. */
export async function changeDirectory(session: PureFtpdHandler, argument: string): Promise<CommandResult> {
  let outcome = await enter(session, withHome(argument, session));
  // An alias counts only where there is no directory of the name.
  const alias = session.aliases?.get(argument);
  if (outcome.name === 'fileUnavailable' && alias !== undefined) outcome = await enter(session, alias);
  if (outcome.name === 'directoryChanged') {
    session.failedDirectories = 0;
    return { ...outcome, notes: await noticeLines(session, '.message') };
  }
  const { settings } = session;
  if (session.failedDirectories >= MAX_FAILURES) {
    session.close('too many failed changes of directory');
    return undefined;
  }
  await pause(session.failedDirectories * settings.directoryDelayUnit * 1000, session.ending);
  session.failedDirectories += 1;
  return outcome;
}

async function enter(session: PureFtpdHandler, directory: string): Promise<Outcome> {
  const admitted = await admitPath(session, { verb: 'CWD', path: 'follow', permission: 'e' }, directory);
  if ('name' in admitted) return admitted;
  try {
    await session.fs.chdir(admitted.path);
  } catch (error) {
    if (!isSystemError(error) && !(error instanceof FilesystemError)) throw error;
    return { name: 'fileUnavailable', path: directory, reason: reasonOf(error) };
  }
  session.cwd = admitted.path;
  return { name: 'directoryChanged', path: session.cwd };
}

/** Nothing and `~` are the home: the root of a jail, or the directory the session began in. */
function withHome(argument: string, { account, fs }: PureFtpdHandler): string {
  const home = fs.root === '/' ? (account?.home.directory ?? '/') : '/';
  if (argument === '' || argument === '~') return home;
  return argument.startsWith('~/') ? `${home}${argument.slice(1)}` : argument;
}
