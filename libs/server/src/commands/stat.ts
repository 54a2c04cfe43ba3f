// RFC 959 §4.1.3: STATUS (STAT)
import { parseListArgument } from '@pure-ftpd/protocol';

import { fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import { type ListSummary, listText } from '../listing/list-text.ts';
import type { Outcome } from '../replies/outcomes.ts';
import type { ListCommandOptions } from './list.ts';

export function stat(session: Session, argument: string): Outcome | Promise<Outcome> {
  if (argument === '') return statSession(session);
  return session.authenticated ? statPath(session, argument) : { name: 'loginRequired' };
}

/** Lists what the user may list. @param options A place that is not there is an error, unless they say that it lists as empty. */
export async function statPath(session: Session, argument: string, options: ListCommandOptions = {}): Promise<Outcome> {
  const summary: ListSummary = { entries: 0, truncated: false };
  const lines: string[] = [];
  try {
    for await (const slice of listText(session, parseListArgument(argument), summary))
      for (const line of slice) lines.push(line);
  } catch (error) {
    const outcome = fileOutcome(error, argument);
    if (options.missingIsEmpty !== true) return outcome;
  }
  return { name: 'pathStatus', path: argument, lines };
}

/** The state of the session, of use while a transfer runs. */
function statSession(session: Session): Outcome {
  const { transfer } = session.data;
  const lines = [
    `Connected from: ${session.remoteAddress}`,
    session.authenticated ? `Logged in as: ${session.username}` : 'Waiting for a login',
    `TYPE: ${session.currentType === 'a' ? 'ASCII' : 'binary'}; STRU: file; MODE: stream`,
  ];
  if (transfer === undefined) lines.push(session.data.hasEndpoint ? 'Data connection awaited' : 'No data connection');
  else {
    lines.push(`Transfer of ${transfer.path}`);
    if (transfer.dtp !== undefined) {
      lines.push(
        `Bytes transferred: ${transfer.dtp.transmittedBytes}`,
        `Seconds: ${transfer.dtp.elapsedSeconds.toFixed(0)}`,
      );
    }
  }
  return { name: 'serverStatus', lines };
}
