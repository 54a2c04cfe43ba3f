import { CommandParser, type CommandParserOptions, encodeName, type ParsedLine } from '@pure-ftpd/protocol';

/** Bytes of commands that may wait before the client is made to wait. */
const INPUT_LIMIT = 64 * 1024;

/** Commands kept aside while a transfer runs; more wait unread. */
const DEFERRED_LIMIT = 64;

/** Commands executed in one go before other sessions have their turn. */
const TURN = 64;

/** What the loop needs of its session. */
export interface CommandSink {
  /** Executes a line; a promise holds back the next ones. */
  execute(line: ParsedLine): void | Promise<void>;
  /** Whether a command runs during which others may be executed: a transfer. */
  isTransferring(): boolean;
  /** Whether a line may be executed while an earlier one still runs. */
  mayOvertake(line: ParsedLine, behindOthers: boolean): boolean;
  /** Stops and resumes reading from the client. */
  pauseInput(): void;
  resumeInput(): void;
  /** False when the client does not take its replies: nothing more is executed until it does. */
  isWritable(): boolean;
  /** Several lines are about to be executed: what is said of them may go out as one. */
  turnBegins(): void;
  turnEnds(): void;
  isClosed(): boolean;
  /** A defect: a command threw. */
  crashed(error: unknown): void;
}

/**
 * Turns bytes into commands executed one after the other, in order and none lost. While one runs, those that may be
 * executed meanwhile (ABOR, STAT, NOOP) are; the others wait.
 */
export class CommandLoop {
  readonly #sink: CommandSink;
  readonly #parser: CommandParser;
  readonly #options: CommandParserOptions;
  #running: Promise<void> | undefined;
  #deferred: ParsedLine[] = [];
  #inputPaused = false;
  #turning = false;

  constructor(sink: CommandSink, options: CommandParserOptions) {
    this.#sink = sink;
    this.#parser = new CommandParser(options);
    this.#options = options;
  }

  /** Bytes from the client. */
  push(chunk: Buffer): void {
    this.#parser.push(chunk);
    if (!this.#inputPaused && this.#parser.buffered > INPUT_LIMIT) {
      this.#inputPaused = true;
      this.#sink.pauseInput();
    }
    this.turn();
  }

  /** Whether anything was read and not executed. */
  get hasUnread(): boolean {
    return this.#deferred.length > 0 || this.#parser.buffered > 0;
  }

  /** Forgets and returns what was read and not executed. */
  takeUnread(): Buffer {
    const deferred = this.#deferred.map((line) => bytesOf(line, this.#options));
    this.#deferred = [];
    return Buffer.concat([...deferred, this.#parser.take()]);
  }

  /** Whether a command waits for the end of the one that runs. */
  isWaiting(verb: string): boolean {
    this.turn();
    while (this.#running !== undefined && this.#deferred.length < DEFERRED_LIMIT) {
      const line = this.#parser.next();
      if (line === undefined) break;
      this.#deferred.push(line);
    }
    return this.#deferred.some((line) => line.kind === 'command' && line.verb === verb);
  }

  /** Executes what is no line of the client's as if it were one: the next ones wait for its end. */
  run(task: () => void | Promise<void>): void {
    this.#execute(task);
  }

  /** The end of the command that runs now, if one does. */
  get running(): Promise<void> | undefined {
    return this.#running;
  }

  /** Executes what can be executed now. Call it when the client takes replies again. */
  turn(): void {
    if (this.#turning) return;
    this.#turning = true;
    this.#sink.turnBegins();
    let executed = 0;
    let isFull = false;
    try {
      while (!this.#sink.isClosed()) {
        isFull = executed === TURN || !this.#sink.isWritable();
        if (isFull) break;
        const line = this.#next();
        if (line === undefined) break;
        this.#execute(() => this.#sink.execute(line));
        executed += 1;
      }
      if (this.#inputPaused && !this.#sink.isClosed() && this.#parser.buffered <= INPUT_LIMIT / 2) {
        this.#inputPaused = false;
        this.#sink.resumeInput();
      }
    } finally {
      this.#turning = false;
      this.#sink.turnEnds();
    }
    // What was held may have gone out at once: nobody tells of that.
    if (isFull && this.#sink.isWritable()) setImmediate(() => this.turn());
  }

  /** The next line that may be executed. */
  #next(): ParsedLine | undefined {
    if (this.#running === undefined) return this.#nextDeferred() ?? this.#parser.next();
    // Bytes stay bytes where nothing can overtake: another process may have to read them.
    while (this.#sink.isTransferring() && this.#deferred.length < DEFERRED_LIMIT) {
      const line = this.#parser.next();
      if (line === undefined) return undefined;
      if (this.#sink.mayOvertake(line, this.#deferred.length > 0)) return line;
      this.#deferred.push(line);
    }
    return undefined;
  }

  /** The first of the lines kept aside: what was executed since may have changed the charset. */
  #nextDeferred(): ParsedLine | undefined {
    const line = this.#deferred.shift();
    return line === undefined || line.kind === 'overlong' || line.raw === undefined
      ? line
      : this.#parser.parseAgain(line.raw);
  }

  #execute(task: () => void | Promise<void>): void {
    let result: void | Promise<void>;
    try {
      result = task();
    } catch (error) {
      this.#sink.crashed(error);
      return;
    }
    if (result === undefined) return;
    const guarded = result.catch((error: unknown) => this.#sink.crashed(error));
    // A command that overtook does not become the one the others wait for.
    if (this.#running !== undefined) return;
    const running = guarded.then(() => {
      this.#running = undefined;
      this.turn();
    });
    this.#running = running;
  }
}

/** A line that is parsed to the same again. */
function bytesOf(line: ParsedLine, { maxLineLength = 0 }: CommandParserOptions): Buffer {
  if (line.kind === 'overlong') return Buffer.alloc(maxLineLength + 1, 'x').fill('\n', maxLineLength);
  const text = line.kind === 'malformed' ? line.line : line.verb + (line.hasArgument ? ` ${line.argument}` : '');
  return Buffer.concat([line.raw ?? encodeName(text), Buffer.from('\r\n')]);
}
