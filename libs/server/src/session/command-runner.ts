// From lines to replies: one command after the other, and those that may be done while a transfer runs.
import { isUnnameable, type ParsedLine } from '@pure-ftpd/protocol';

import type { CommandResult, CommandTable, ParsedCommand } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { reason } from '../replies/reasons.ts';
import { refusalIn } from '../user-code/before.ts';
import { isPromise, type UserCode, wrongAnswer } from '../user-code/user-code.ts';
import { CommandLoop } from './command-loop.ts';
import { HeardCharset } from './heard-charset.ts';
import type { ControlChannel } from './control-channel.ts';
import { lookUp, perform } from './dispatch.ts';

/** Bytes of replies the client may leave untaken before its commands wait. */
const OUTPUT_LIMIT = 64 * 1024;

/** A session whose commands are run. */
export interface CommandedSession extends Session {
  readonly userCode: UserCode;
  /** What is said of a verb that is not in the table. */
  unknownCommand(command: ParsedCommand): Outcome;
  /** Answers a line that is no command. */
  unreadableLine(kind: 'malformed' | 'overlong'): void;
  /** The outcome of a command before it is said. */
  concluded(command: ParsedCommand, outcome: Outcome): Outcome;
}

/** How lines are read. */
export interface LineSettings {
  readonly maxLineLength: number;
  readonly controlBytes: 'keep' | 'underscore';
}

/** What a runner needs of the life of its session. */
export interface SessionLife {
  /** Whether no further command is executed. */
  isEnding(): boolean;
  /** The session has just done something for its client. */
  wasUsed(): void;
}

/** The commands of one session. */
export class CommandRunner {
  readonly loop: CommandLoop;
  readonly #session: CommandedSession;
  readonly #table: CommandTable;
  readonly #life: SessionLife;
  /** The verb of the command that runs. */
  #command: string | undefined;
  /** Whether anybody was logged in when it began. */
  #wasLoggedIn = false;
  /** It is an upload. */
  #isStoring = false;

  constructor(
    session: CommandedSession,
    table: CommandTable,
    channel: ControlChannel,
    life: SessionLife,
    settings: LineSettings,
  ) {
    this.#session = session;
    this.#table = table;
    this.#life = life;
    this.loop = new CommandLoop(
      {
        execute: (line) => this.#execute(line),
        isTransferring: () => session.data.transfer !== undefined,
        mayOvertake: (line, behindOthers) => this.#mayOvertake(line, behindOthers),
        pauseInput: () => channel.pause(),
        resumeInput: () => channel.resume(),
        turnBegins: () => channel.hold(),
        turnEnds: () => channel.flush(),
        isWritable: () => channel.writableLength < OUTPUT_LIMIT,
        isClosed: () => life.isEnding(),
        crashed: (error) => this.#crashed(error),
      },
      // One by one: settings are a class, which inherits most of them, and a copy has what is its own.
      {
        maxLineLength: settings.maxLineLength,
        controlBytes: settings.controlBytes,
        charset: session.settings.charsets && new HeardCharset(session, session.settings.charsets),
      },
    );
  }

  /** The verb of the command that runs. */
  get command(): string | undefined {
    return this.#command;
  }

  /** Whether an upload runs. */
  get isStoring(): boolean {
    return this.#isStoring && this.loop.running !== undefined;
  }

  /** Does something before the first command, and answers with what comes of it. */
  runFirst(first: () => CommandResult | Promise<CommandResult>): void {
    this.loop.run(async () => this.#finish(await first(), { verb: '', argument: '' }));
  }

  #execute(line: ParsedLine): void | Promise<void> {
    const session = this.#session;
    this.#life.wasUsed();
    if (line.kind !== 'command') {
      session.unreadableLine(line.kind);
      return;
    }
    const { row, command } = lookUp(this.#table, line);
    session.event({ type: 'command', verb: line.verb, argument: line.verb === 'PASS' ? '' : line.argument });
    if (row === undefined) {
      session.respond(atOnce('unknownCommand', session.unknownCommand(command)));
      return;
    }
    if (session.wire !== undefined && isUnnameable(line.argument)) {
      this.#finish({ name: 'nameRefused', path: line.argument, reason: reason('nameUnwritable') }, command);
      return;
    }
    // One that overtakes another leaves it the one that runs.
    const overtaken = this.loop.running === undefined ? undefined : this.#command;
    this.#command = command.verb;
    if (overtaken === undefined) this.#wasLoggedIn = session.authenticated;
    const result = perform(session, row, command);
    if (overtaken !== undefined) this.#command = overtaken;
    if (!(result instanceof Promise)) {
      this.#finish(result, command);
      return;
    }
    if (row.stores !== true) return result.then((value) => this.#finish(value, command));
    this.#isStoring = true;
    return result
      .finally(() => {
        this.#isStoring = false;
        session.announcedBytes = undefined;
      })
      .then((value) => this.#finish(value, command));
  }

  #finish(result: CommandResult, command: ParsedCommand): void {
    if (typeof result === 'string') this.#session.respond(result);
    else if (result !== undefined) this.#session.respond(atOnce('concluded', this.#session.concluded(command, result)));
    this.#life.wasUsed();
    if (this.loop.running === undefined) this.#command = undefined;
  }

  #mayOvertake(line: ParsedLine, behindOthers: boolean): boolean {
    if (line.kind !== 'command' || this.#session.data.transfer === undefined) return false;
    const { row } = lookUp(this.#table, line);
    // Replies keep the order of commands; only ABOR is said to be heard at once.
    return row?.duringTransfer === true && (!behindOthers || row.verb === 'ABOR');
  }

  #crashed(error: unknown): void {
    const session = this.#session;
    const refusal = refusalIn(error);
    if (refusal === undefined) session.userCode.report(error);
    try {
      if (session.authenticated && !this.#wasLoggedIn) {
        // A login that was not told to the client is none.
        session.respond({ name: 'serviceUnavailable', reason: 'internal' });
        session.closeWhenDone();
      } else session.respond(refusal ?? { name: 'internalError' });
    } catch (failure) {
      // A catalogue that has no words for anything.
      session.userCode.report(failure);
      session.close('nothing can be said');
    }
  }
}

/** @throws TypeError for an outcome that is promised: the reply would be late, and others before it. */
function atOnce(hook: string, outcome: Outcome): Outcome {
  if (isPromise(outcome)) throw wrongAnswer(hook, outcome, 'an outcome');
  return outcome;
}
