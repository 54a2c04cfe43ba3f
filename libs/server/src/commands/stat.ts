// RFC 959 §4.1.3: STATUS (STAT)
import type { CommandRow } from '../contract/command.ts';
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
  const { transfer, hasEndpoint } = session.data;
  return {
    name: 'serverStatus',
    remoteAddress: session.remoteAddress,
    username: session.authenticated ? session.username : undefined,
    type: session.currentType === 'a' ? 'ascii' : 'binary',
    isAwaited: hasEndpoint,
    transfer: transfer && {
      path: transfer.path,
      moved: transfer.dtp && { bytes: transfer.dtp.transmittedBytes, seconds: transfer.dtp.elapsedSeconds },
    },
  };
}

/** The row of STAT in the table of verbs. */
export const statRow: CommandRow = {
  verb: 'STAT',
  argument: 'optional',
  phase: 'always',
  duringTransfer: true,
  syntax: '[<SP> path]',
  help: 'show the state of the session, or list a path',
  run: stat,
};
