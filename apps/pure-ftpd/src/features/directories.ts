// CWD and CDUP [server-protocol §5.1].
import { type CommandResult, FilesystemError, type Outcome } from '@pure-ftpd/server';
import { admitPath, isSystemError, reasonOf } from '@pure-ftpd/server/internal';

import type { Feature } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';

/** Enters a directory. @param directory A path of the client's, or one of a list of aliases. */
export async function enterDirectory(session: PureFtpdSession, directory: string): Promise<Outcome> {
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
function withHome(argument: string, { admittedAccount: account, fs }: PureFtpdSession): string {
  const home = fs.root === '/' ? (account?.home.directory ?? '/') : '/';
  if (argument === '' || argument === '~') return home;
  return argument.startsWith('~/') ? `${home}${argument.slice(1)}` : argument;
}

function changeDirectory(session: PureFtpdSession, argument: string): Promise<CommandResult> {
  return enterDirectory(session, withHome(argument, session));
}

export const directories = {
  name: 'directories',
  rows: {
    CWD: { takesText: true, run: changeDirectory },
    CDUP: { takesText: true, run: changeDirectory, argument: 'ignored' },
  },
} satisfies Feature;
