// SITE UTIME, in both forms clients know: `time file`, and `file atime mtime ctime UTC`
import type { CommandRow } from '../contract/command.ts';
import { parseLooseTimestamp } from '@pure-ftpd/protocol';

import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { setModified } from './mfmt.ts';
import { reason } from '../replies/reasons.ts';

const LONG_FORM = /^(?<file>.+) \d{8,14} (?<mtime>\d{8,14}) \d{8,14} UTC$/is;
const SHORT_FORM = /^(?<mtime>\d{4,14}) (?<file>.+)$/s;

export function siteUtime(session: Session, argument: string): Outcome | Promise<Outcome> {
  const { file, mtime } = LONG_FORM.exec(argument)?.groups ?? SHORT_FORM.exec(argument)?.groups ?? {};
  const mtimeMs = mtime === undefined ? undefined : parseLooseTimestamp(mtime);
  if (file === undefined || mtimeMs === undefined) {
    return {
      name: 'argumentInvalid',
      verb: 'SITE UTIME',
      reason: reason('timesExpected'),
    };
  }
  return setModified(session, file, mtimeMs);
}

/** The row of SITE UTIME in the table of verbs. */
export const siteUtimeRow: CommandRow = {
  verb: 'SITE UTIME',
  needs: 'utime',
  argument: 'required',
  phase: 'loggedIn',
  permission: 'T',
  syntax: '<SP> time <SP> path',
  help: 'set when a file was modified',
  run: siteUtime,
};
