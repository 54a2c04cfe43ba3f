// draft-somers-ftp-mfxx §3.1: MODIFY FACT: MODIFICATION TIME (MFMT)
import type { CommandRow } from '../contract/command.ts';
import { parseTimestamp } from '@pure-ftpd/protocol';

import { fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import { admitPath } from '../session/policy.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { reason } from '../replies/reasons.ts';

/** @param parse Reads the time; the default takes the form of RFC 3659 and no other. */
export async function mfmt(session: Session, argument: string, parse = parseTimestamp): Promise<Outcome> {
  const space = argument.indexOf(' ');
  const name = space === -1 ? '' : argument.slice(space + 1);
  if (name === '') return { name: 'argumentInvalid', verb: 'MFMT', reason: reason('timeAndNameExpected') };
  const mtimeMs = parse(argument.slice(0, space));
  if (mtimeMs === undefined) return { name: 'argumentInvalid', verb: 'MFMT', reason: reason('timeExpected') };
  return setModified(session, name, mtimeMs);
}

/** How its path is admitted. */
const CHANGE = { path: 'follow', permission: 'T', verb: 'MFMT', before: 'onBeforeChangeFacts' } as const;

/** Sets when a file was last changed; also for SITE UTIME. */
export async function setModified(session: Session, name: string, mtimeMs: number): Promise<Outcome> {
  const admitted = await admitPath(session, CHANGE, name);
  if ('name' in admitted) return admitted;
  try {
    await session.fs.utime(admitted.path, mtimeMs);
  } catch (error) {
    return fileOutcome(error, admitted.path);
  }
  return { name: 'modificationSet', mtimeMs, path: name };
}

/** The row of MFMT in the table of verbs. */
export const mfmtRow: CommandRow = {
  verb: 'MFMT',
  needs: 'utime',
  argument: 'required',
  phase: 'loggedIn',
  permission: 'T',
  feature: 'MFMT',
  syntax: '<SP> time <SP> path',
  help: 'set when a file was modified',
  run: mfmt,
};
