import type { Awaitable } from './virtual-file.ts';
import type { Outcome } from '../replies/outcomes.ts';
import type { Permission } from './authorizer.ts';
import type { BeforeHookName } from './hooks.ts';
import type { Capabilities } from './file-system.ts';

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
export interface CommandRowOf<Session> {
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
  /** The hook that is asked before it is done to its path. */
  readonly before?: BeforeHookName;
  /** The path that is used instead of the argument. */
  readonly implied?: string;
  /** What the user's file system has to be able to do; where it cannot, the command is refused with 502, and not in FEAT. */
  readonly needs?: keyof Capabilities;
  /** Needs a data connection. */
  readonly transfers?: true;
  /** Stores what the client sends, which may go on when the client has hung up. */
  readonly stores?: true;
  /** May be executed while a transfer runs; others wait for its end. */
  readonly duringTransfer?: true;
  /** What FEAT says of it. */
  readonly feature?: string | ((session: Session) => string | undefined);
  /**
   * The verbs whose `ftp_` methods stand for this one where a subclass overrides them, the first that is overridden; its own
   * unless told otherwise.
   */
  readonly methods?: readonly string[];
  /** Shape of its argument, for HELP. */
  readonly syntax: string;
  /** What it does, for HELP. */
  readonly help: string;
  /** What it must pass before it runs, in place of the policies of the class. */
  readonly policies?: readonly PolicyOf<Session>[];
  /** What the verb does. A subclass may override it by a method of the name `ftp_VERB`. */
  run(this: void, session: Session, argument: string): CommandResult | Promise<CommandResult>;
}

/** The verbs a handler knows. */
export type CommandTableOf<Session> = ReadonlyMap<string, CommandRowOf<Session>>;

/**
 * One rule a command must pass before it runs: an outcome refuses it. Like what a verb does, it may be written for the sessions
 * of the class that has it.
 */
export type PolicyOf<Session> = {
  judge(
    this: void,
    session: Session,
    row: CommandRowOf<Session>,
    command: ParsedCommand,
  ): Awaitable<Outcome | undefined>;
}['judge'];
