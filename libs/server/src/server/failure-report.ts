// What becomes of a failure that nobody else takes care of.
import { printableName } from '@pure-ftpd/protocol';

import type { FailureContext } from '../contract/user-code.ts';
import type { FTPHandler } from '../face/ftp-handler.ts';
import { LogHooks, whereFailed } from '../face/log-hooks.ts';

/** Hooks that hear of failures, or of everything: theirs are not told to them. */
const LISTENERS = /^(?:log|logline|logerror|logPrefix|onEvent|subscriber\b.*)$/;

/**
 * Prints a failure on the standard error, unless the session's `logerror` has been told.
 * @param session Undefined when it could not even be made.
 */
export function printFailure(error: Error, session: FTPHandler | undefined, about: FailureContext): void {
  const isTold = session !== undefined && session.logerror !== LogHooks.prototype.logerror;
  if (isTold && !LISTENERS.test(about.hook ?? '')) return;
  const client = session === undefined ? '' : ` from ${session.remoteAddress}`;
  const user = about.username === '' ? '' : ` of ${printableName(about.username)}`;
  const where = whereFailed(about);
  console.error(`FTP session${user}${client}: ${where === '' ? '' : `${where}: `}`, error);
}
