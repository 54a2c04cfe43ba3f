import { MAX_REQUEST_BYTES } from '@pure-ftpd/certificates';
import { MAX_ID, type QuestionDaemon, UsageError } from '@pure-ftpd/cli/daemon';
import { nameProcess, openSystemLog } from '@pure-ftpd/posix';

import { answer } from './answer.ts';

/** pure-certd [spec quota-upload-auth-cert §4]. */
export const DAEMON: QuestionDaemon = {
  name: 'pure-certd',
  subject: 'cert',
  knows: 'the certificates',
  maxQuestion: MAX_REQUEST_BYTES,
  prepare: () => nameProcess('pure-certd'),
  openLog: () => openSystemLog('pure-certd'),
  identity: (user = '0', group = '0') => ({ uid: id('UID', user), gid: id('GID', group) }),
  answer,
};

/** An id that is none would be root's for the C program. */
function id(what: string, text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > MAX_ID) throw new UsageError(`Illegal ${what} - Must be a number`);
  return Number(text);
}
