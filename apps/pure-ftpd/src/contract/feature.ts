// What a feature of the daemon consists of: all there is to know about a quota, an anonymous user, an old client is in one file.
import type {
  Awaitable,
  CommandResult,
  CommandRow,
  Outcome,
  ParsedCommand,
  Permission,
  SessionEvent,
  TransferDetails,
} from '@pure-ftpd/server';
import type { Slots } from '@pure-ftpd/server/internal';

import type { PureFtpdSession } from './session.ts';

/** What a verb answers, now or later. */
export type Result = CommandResult | Promise<CommandResult>;

/** What a verb does. A feature may take a session of {@link PureFtpdSession} with its own state: no others are served. */
export type Run = CommandRow['run'];

/** What is another in a row of the command table. */
export type RowChange = Partial<Pick<CommandRow, 'argument' | 'phase' | 'permission' | 'prepare' | 'run'>> & {
  /** The verb looks at its argument itself: no path is made of it. */
  readonly takesText?: true;
};

/** One rule that commands must pass. */
export interface FeaturePolicy {
  /** Before all others, or when the argument is known to be there and the user to be logged in. */
  readonly at: 'first' | 'last';
  /** The verbs it is asked for; without it, all. Other spellings (XMKD) go with their verb. */
  readonly verbs?: ReadonlySet<string>;
  judge(this: void, session: PureFtpdSession, row: CommandRow, command: ParsedCommand): Outcome | undefined;
}

export type TransferEvent = Extract<SessionEvent, { readonly type: 'transfer' }>;

/** A part of what the daemon does. The list of them is compiled once: what a feature does not have costs a command nothing. */
export interface Feature {
  readonly name: string;
  /** Changes to the rows of the library's table, by verb; other spellings go with their verb. */
  readonly rows?: Readonly<Record<string, RowChange>>;
  /** Verbs that the library does not have. */
  readonly newRows?: readonly CommandRow[];
  /** Other spellings of verbs: the spelling, and the verb. */
  readonly spellings?: Readonly<Record<string, string>>;
  readonly policies?: readonly FeaturePolicy[];
  /** What is done around a verb, by verb; the feature that comes first in the list is the outermost. */
  readonly around?: Readonly<Record<string, (run: Run) => Run>>;
  /** Fields of a session, which the feature has for itself. */
  readonly state?: Slots;
  /** Whether a user may do something, on a virtual path or in general: every feature must agree. */
  permits?(this: void, session: PureFtpdSession, permission: Permission, path: string | undefined): boolean;
  /** Adds to what a user is told who has logged in. */
  welcome?(this: void, session: PureFtpdSession, outcome: Outcome): Awaitable<Outcome>;
  /** The outcome of a command, whoever refused it, before it is said. */
  concluded?(this: void, session: PureFtpdSession, command: ParsedCommand, outcome: Outcome): Outcome;
  /** What it hears. */
  readonly on?: {
    /** A client is there, and not greeted yet. */
    connect?(this: void, session: PureFtpdSession): Awaitable<void>;
    /** A transfer is over. */
    transfer?(this: void, session: PureFtpdSession, event: TransferEvent): void;
    /** A file was stored; its client hears of it when this has come back. */
    stored?(this: void, session: PureFtpdSession, path: string, details: TransferDetails): Awaitable<void>;
  };
}
