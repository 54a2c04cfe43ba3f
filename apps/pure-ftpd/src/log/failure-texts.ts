// Failures that the C server logs, and its words for them [altlog-stats §6.2].
import type { Outcome } from '@pure-ftpd/server';

import type { Level } from './log-entry.ts';
import { strerror } from './strerror.ts';

/** A line, before it is said who it is about. */
export interface LogLine {
  readonly level: Level;
  readonly text: string;
}

/** Nothing failed: what is named is no file that could be fetched. */
const NO_FILE = new Set(['Is a directory', 'Invalid argument', 'Not a regular file']);

function reasonOf(outcome: Outcome): string | undefined {
  if (outcome.name === 'fileUnavailable' || outcome.name === 'renameFailed') return strerror(outcome.reason.text);
  return undefined;
}

/**
 * The line of a command that failed; undefined when there is none.
 * @param argument Of the command, as it was given.
 */
export function failureLine(verb: string, argument: string, outcome: Outcome): LogLine | undefined {
  const reason = reasonOf(outcome);
  if (reason === undefined) return undefined;
  switch (verb) {
    case 'CWD':
    case 'XCWD':
    case 'CDUP':
    case 'XCUP':
      return { level: 'INFO', text: `Can't change directory to ${argument}: ${reason}` };
    case 'RETR':
      return NO_FILE.has(reason) ? undefined : { level: 'ERROR', text: `Can't open ${argument}: ${reason}` };
    case 'STOR':
    case 'APPE':
    case 'STOU':
      return { level: 'ERROR', text: `Can't open that file: ${reason}` };
    case 'MKD':
    case 'XMKD':
      return { level: 'ERROR', text: `Can't create directory: ${reason}` };
    case 'RMD':
    case 'XRMD':
      return { level: 'ERROR', text: `Can't remove directory: ${reason}` };
    case 'RNTO':
      return { level: 'ERROR', text: `Rename/move failure: ${reason}` };
    default:
      return undefined;
  }
}
