/**
 * What may be wrong with a scoreboard.
 *
 * - `SCOREBOARD_MISSING`: there is no such directory;
 * - `SCOREBOARD_UNTRUSTED`: it is no directory, a link, or not the right user's;
 * - `SCOREBOARD_ACCESS`: the system refused; `cause` has its error;
 * - `SCOREBOARD_WRITE`: an entry could not be made or written; `cause` has the system's error.
 */
export type ScoreboardErrorCode =
  | 'SCOREBOARD_MISSING'
  | 'SCOREBOARD_UNTRUSTED'
  | 'SCOREBOARD_ACCESS'
  | 'SCOREBOARD_WRITE';

/** The scoreboard cannot be used. The message is one line for an administrator. */
export class ScoreboardError extends Error {
  override readonly name = 'ScoreboardError';
  readonly code: ScoreboardErrorCode;

  constructor(code: ScoreboardErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
  }
}

/** `ENOENT` and its kind, of an error of Node. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
