import type { ReadStream } from 'node:tty';
import { LineBuffer, type LineInput } from './line-input.ts';

/** The keys of a terminal's line editing, which a terminal in raw mode leaves to the program. */
const KEY = {
  interrupt: 0x03,
  endOfInput: 0x04,
  backspace: 0x08,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  killLine: 0x15,
  literal: 0x16,
  killWord: 0x17,
  suspend: 0x1a,
  quit: 0x1c,
  space: 0x20,
  delete: 0x7f,
} as const;

const SIGNAL_OF_KEY: Readonly<Record<number, NodeJS.Signals>> = {
  [KEY.interrupt]: 'SIGINT',
  [KEY.quit]: 'SIGQUIT',
};

const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'];

/**
 * Lines typed on a terminal that does not show them. Node can only switch echo off together with the terminal's line
 * editing (raw mode), so the usual keys are handled here: erase, kill word, kill line, end of input, interrupt, quit,
 * suspend. The terminal is given back on every way out, signals included.
 */
export class HiddenLineInput implements LineInput {
  readonly #terminal: ReadStream;
  readonly #lines: LineBuffer;
  #typed: number[] = [];
  #nextIsLiteral = false;
  #ended = false;
  #wake: (() => void) | undefined;

  /** @param limit bytes of a line, its line feed included. */
  constructor(fd: number, limit: number) {
    // Loaded where somebody types: a tenth of the start of Node.
    this.#terminal = new (process.getBuiltinModule('node:tty').ReadStream)(fd);
    this.#lines = new LineBuffer(limit);
    this.#terminal.setRawMode(true);
    for (const signal of ENDING_SIGNALS) {
      process.on(signal, this.#onEndingSignal);
    }
    process.on('SIGCONT', this.#onContinue);
    this.#terminal.on('data', (data: Buffer) => {
      this.#type(data);
    });
    const onEnd = (): void => {
      this.#ended = true;
      this.#wake?.();
    };
    this.#terminal.on('end', onEnd);
    // A terminal that hangs up fails to be read: there is no more input.
    this.#terminal.on('error', onEnd);
  }

  async readLine(): Promise<Buffer | undefined> {
    for (;;) {
      const line = this.#lines.take(false);
      if (line !== undefined) {
        return line;
      }
      if (this.#ended) {
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    for (const signal of ENDING_SIGNALS) {
      process.off(signal, this.#onEndingSignal);
    }
    process.off('SIGCONT', this.#onContinue);
    if (!this.#terminal.destroyed) {
      this.#terminal.setRawMode(false);
      this.#terminal.destroy();
    }
    this.#lines.clear();
    this.#typed.fill(0);
    this.#typed = [];
  }

  /** Gives the terminal back and lets the signal do what it does without us. */
  readonly #onEndingSignal = (signal: NodeJS.Signals): void => {
    this.close();
    process.kill(process.pid, signal);
  };

  readonly #onContinue = (): void => {
    this.#terminal.setRawMode(true);
  };

  #type(data: Buffer): void {
    for (const byte of data) {
      if (this.#nextIsLiteral) {
        this.#nextIsLiteral = false;
        this.#typed.push(byte);
      } else {
        this.#key(byte);
      }
    }
    data.fill(0);
    this.#wake?.();
  }

  #key(byte: number): void {
    switch (byte) {
      case KEY.carriageReturn:
      case KEY.lineFeed: {
        this.#typed.push(KEY.lineFeed);
        this.#lines.push(Uint8Array.from(this.#typed));
        this.#typed.fill(0);
        this.#typed = [];
        break;
      }
      case KEY.backspace:
      case KEY.delete: {
        this.#eraseCharacter();
        break;
      }
      case KEY.killLine: {
        this.#typed = [];
        break;
      }
      case KEY.killWord: {
        this.#eraseWord();
        break;
      }
      case KEY.literal: {
        this.#nextIsLiteral = true;
        break;
      }
      case KEY.endOfInput: {
        // On a line that has begun it means nothing to us.
        this.#ended ||= this.#typed.length === 0;
        break;
      }
      case KEY.suspend: {
        this.#terminal.setRawMode(false);
        process.kill(process.pid, 'SIGTSTP');
        break;
      }
      case KEY.interrupt:
      case KEY.quit: {
        this.#onEndingSignal(SIGNAL_OF_KEY[byte] ?? 'SIGINT');
        break;
      }
      default: {
        this.#typed.push(byte);
      }
    }
  }

  /** The last byte, and with it the rest of its UTF-8 character. */
  #eraseCharacter(): void {
    let last = this.#typed.pop();
    while (last !== undefined && (last & 0xc0) === 0x80 && this.#typed.length > 0) {
      last = this.#typed.pop();
    }
  }

  #eraseWord(): void {
    while (this.#typed.at(-1) === KEY.space) {
      this.#typed.pop();
    }
    while (this.#typed.length > 0 && this.#typed.at(-1) !== KEY.space) {
      this.#typed.pop();
    }
  }
}
