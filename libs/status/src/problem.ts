import { systemErrorText } from '@pure-ftpd/cli';
import { ControlError } from '@pure-ftpd/control';
import { ScoreboardError } from '@pure-ftpd/scoreboard';

import { ReportError } from './reports/report-file.ts';

/** Why a source could not be looked at, a line for an administrator; undefined for an error that is none of a source. */
export function problemOf(error: unknown): string | undefined {
  if (error instanceof ReportError || error instanceof ControlError) return error.message;
  if (!(error instanceof ScoreboardError)) return undefined;
  const { message, cause, code } = error;
  if (code === 'SCOREBOARD_MISSING') return `${message}: no server has run here yet`;
  return cause === undefined ? message : `${message}: ${systemErrorText(cause)}`;
}
