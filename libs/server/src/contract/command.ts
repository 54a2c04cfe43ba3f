import type { CommandRowOf, CommandTableOf, PolicyOf } from './command-row.ts';
import type { Session } from './session.ts';

export type { CommandResult, ParsedCommand } from './command-row.ts';

/** One row of the command table: all there is to know about a verb. */
export type CommandRow = CommandRowOf<Session>;

/** The verbs a handler knows. */
export type CommandTable = CommandTableOf<Session>;

/** One rule a command must pass before it runs: an outcome refuses it. */
export type Policy = PolicyOf<Session>;
