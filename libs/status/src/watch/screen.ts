import { writeAll } from '@pure-ftpd/cli';

const ALTERNATE = '\u001B[?1049h';
const NORMAL = '\u001B[?1049l';
const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
/** Lines that are too long are cut, not wrapped: a terminal that became narrower must not get another layout. */
const NO_WRAP = '\u001B[?7l';
const WRAP = '\u001B[?7h';
const HOME = '\u001B[H';
const CLEAR_LINE = '\u001B[K';
const CLEAR_BELOW = '\u001B[J';
const RESET = '\u001B[m';
/** A terminal that knows these shows a frame whole; others pass over them. */
const BEGIN_FRAME = '\u001B[?2026h';
const END_FRAME = '\u001B[?2026l';

/** Signals that end the program. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

const CTRL_C = '\u0003';
const CTRL_Z = '\u001A';

/**
 * The terminal as long as the live table has it: another screen, no cursor, keys unseen. However the program ends, but for
 * SIGKILL, the terminal is left as it was.
 */
export class Screen implements Disposable {
  readonly #onResize: () => void;
  readonly #ended = Promise.withResolvers<void>();
  readonly #atExit = (): void => this.#leave();
  readonly #end = (): void => this.#ended.resolve();
  readonly #goOn = (): void => {
    this.#enter();
    this.#onResize();
  };
  readonly #suspend = (): void => {
    this.#leave();
    process.kill(process.pid, 'SIGSTOP');
  };
  readonly #onKeys = (keys: string): void => this.#press(keys);
  #isEntered = false;

  /** @param onResize The terminal has another size, or has to be drawn anew. */
  constructor(onResize: () => void) {
    this.#onResize = onResize;
    process.on('exit', this.#atExit);
    for (const signal of ENDING) process.on(signal, this.#end);
    process.on('SIGCONT', this.#goOn);
    process.on('SIGTSTP', this.#suspend);
    process.stdout.on('resize', onResize);
    // The terminal has gone away.
    process.stdout.on('error', this.#end);
    if (process.stdin.isTTY) process.stdin.setEncoding('utf8').on('data', this.#onKeys).on('error', this.#end);
    this.#enter();
  }

  /** Resolves when the user, or a signal, ends it. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Some terminals do not know their size. */
  get columns(): number {
    return process.stdout.columns || 80;
  }

  get rows(): number {
    return process.stdout.rows || 24;
  }

  /** Shows these lines, and nothing else. */
  draw(lines: readonly string[]): void {
    if (!this.#isEntered) return;
    const frame = lines.slice(0, this.rows).map((line) => `${CLEAR_LINE}${line}${RESET}`);
    writeAll(1, Buffer.from(`${BEGIN_FRAME}${HOME}${frame.join('\r\n')}${CLEAR_BELOW}${END_FRAME}`));
  }

  [Symbol.dispose](): void {
    this.#leave();
    process.off('exit', this.#atExit);
    for (const signal of ENDING) process.off(signal, this.#end);
    process.off('SIGCONT', this.#goOn);
    process.off('SIGTSTP', this.#suspend);
    process.stdout.off('resize', this.#onResize).off('error', this.#end);
    process.stdin.off('data', this.#onKeys).off('error', this.#end).pause();
  }

  #enter(): void {
    if (this.#isEntered) return;
    this.#isEntered = true;
    if (process.stdin.isTTY) process.stdin.setRawMode(true).resume();
    writeAll(1, Buffer.from(`${ALTERNATE}${HIDE_CURSOR}${NO_WRAP}`));
  }

  #leave(): void {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    writeAll(1, Buffer.from(`${RESET}${WRAP}${SHOW_CURSOR}${NORMAL}`));
  }

  #press(keys: string): void {
    if (/[qQ]/.test(keys) || keys.includes(CTRL_C) || keys === '\u001B') this.#ended.resolve();
    else if (keys.includes(CTRL_Z)) this.#suspend();
  }
}
