import type { Permission } from '../authorizers/authorizer.ts';
import type { FTPHandler } from '../ftp-handler.ts';
import type { Outcome } from '../replies/outcomes.ts';

/** A command line, taken apart. */
export interface ParsedCommand {
  /** In capitals; of a SITE command both words, `SITE CHMOD`. */
  readonly verb: string;
  readonly argument: string;
}

/**
 * What a command answers: an outcome, a reply in full (`'200 Done.'`), or nothing when it has answered itself.
 */
export type CommandResult = Outcome | string | undefined;

/** One row of the command table: all there is to know about a verb but what it does. */
export interface CommandRow {
  readonly verb: string;
  /** Whether an argument is needed, tolerated, or an error; `ignored` takes any and passes none. */
  readonly argument: 'none' | 'optional' | 'required' | 'ignored';
  /** What becomes of the argument before anything else looks at it. */
  readonly prepare?: (argument: string) => string;
  /** When it may be used. */
  readonly phase: 'always' | 'loggedIn';
  /** The permission it needs on its path. */
  readonly permission?: Permission;
  /**
   * Makes the argument a path: `follow` follows a link in the last place, `link` means the link itself, `create` is
   * a name that may be new. Without it the command gets its argument as it is.
   */
  readonly path?: 'follow' | 'link' | 'create';
  /** The path that is meant without being said, or whatever was said. */
  readonly implied?: string;
  /** Needs a data connection. */
  readonly transfers?: true;
  /** May be executed while a transfer runs; others wait for its end. */
  readonly duringTransfer?: true;
  /** What FEAT says of it. */
  readonly feature?: string | ((session: FTPHandler) => string | undefined);
  /** Shape of its argument, for HELP. */
  readonly syntax: string;
  /** What it does, for HELP. */
  readonly help: string;
  /** Calls the handler's method of the verb. */
  run(session: FTPHandler, argument: string): CommandResult | Promise<CommandResult>;
}

/** The verbs a handler knows. */
export type CommandTable = ReadonlyMap<string, CommandRow>;

/** A table from its rows. */
export function commandTable(rows: Iterable<CommandRow>): CommandTable {
  return new Map(Array.from(rows, (row) => [row.verb, row]));
}
