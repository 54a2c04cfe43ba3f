import { printableName } from '@pure-ftpd/protocol';
import type { CommandResult } from '@pure-ftpd/server';
import { end, errorText, isSystemError } from '@pure-ftpd/server/internal';

import type { Admitted } from '../login/admission.ts';
import { isPublic } from './anonymous.ts';
import type { PureFtpdHandler } from './handler.ts';
import { noticeLines } from './notices.ts';
import { limitNotices, usageLines } from './usage-lines.ts';

/** Opens the session of an account that was admitted, in the process that serves it, unless it has no home. */
export async function enter(session: PureFtpdHandler, login: string, admitted: Admitted): Promise<CommandResult> {
  const { account } = admitted;
  session.admitted = admitted;
  try {
    // Nothing needs the password any more.
    await session.login(login, '');
  } catch (error) {
    session.admitted = undefined;
    admitted.release();
    if (!isSystemError(error)) throw error;
    const reason = `home directory ${printableName(account.home.field)}: ${errorText(error)}`;
    session.event({ type: 'loginFailed', username: login, reason });
    return end(session, { name: 'homeUnavailable' });
  }
  const banner = await noticeLines(session, '.banner');
  // Old clients expect to be asked for a password, also when none is needed.
  if (isPublic(account) && session.settings.daemon.configuration.brokenClients)
    return { name: 'passwordRequired', username: login, flushed: false, notes: banner };
  const notices = limitNotices(account, session.trusted, session.settings.daemon.configuration);
  return {
    name: 'loggedIn',
    username: login,
    message: isPublic(account) || banner.length === 0 ? undefined : banner.join('\n'),
    directory: session.cwd,
    restricted: session.restricted,
    notes: isPublic(account) ? [...notices, ...banner] : notices,
    remarks: await usageLines(session.fs),
  };
}
