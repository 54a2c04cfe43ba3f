import { printableName } from '@pure-ftpd/protocol';
import type { CommandResult } from '@pure-ftpd/server';
import { end, errorText, isFileError } from '@pure-ftpd/server/internal';

import type { Admitted } from '../contract/admission.ts';
import type { PureFtpdSession } from '../contract/session.ts';

/** Opens the session of an account that was admitted, in the process that serves it, unless it has no home. */
export async function enter(session: PureFtpdSession, login: string, admitted: Admitted): Promise<CommandResult> {
  const { account } = admitted;
  session.admitted = admitted;
  try {
    // Nothing needs the password any more.
    await session.login(login, '');
  } catch (error) {
    session.admitted = undefined;
    admitted.release();
    if (!isFileError(error)) throw error;
    const reason = `home directory ${printableName(account.home.field)}: ${errorText(error)}`;
    session.event({ type: 'loginFailed', username: login, reason });
    return end(session, { name: 'homeUnavailable' });
  }
  const { restricted, cwd } = session;
  return session.welcome({ name: 'loggedIn', username: login, message: undefined, directory: cwd, restricted });
}
