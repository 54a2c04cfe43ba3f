// From bytes of the control connection to command lines. RFC 959 §5.3, RFC 2640 §2, and the framing of Pure-FTPd.

import type { WireCodec } from './charsets.ts';
import { decodeName, hasControlBytes } from './names.ts';

export interface CommandParserOptions {
  /** Bytes of the longest line accepted, its LF included. Default 4112. */
  readonly maxLineLength?: number;
  /**
   * What becomes of the bytes 0x00-0x1F and 0x7F inside a line: `keep` (default) leaves them in place, NUL too;
   * `underscore` turns each into `_`, as Pure-FTPd does.
   */
  readonly controlBytes?: 'keep' | 'underscore';
  /** What bytes from 0x80 on mean, each time a line is parsed; without it UTF-8, and bytes that are not valid are kept, see `decodeName`. */
  readonly charset?: Pick<WireCodec, 'decode' | 'ffIsLetter'> | undefined;
}

export type ParsedLine =
  | {
      readonly kind: 'command';
      /** In upper case; only `A-Z`, `0-9` and `@`. */
      readonly verb: string;
      /** All that follows the one space after the verb, decoded by `decodeName`; empty when there is none. */
      readonly argument: string;
      /** Whether a space followed the verb. */
      readonly hasArgument: boolean;
      /** Its bytes, where they are more than ASCII, and there is a charset: they mean something else in another one. */
      readonly raw?: Uint8Array | undefined;
    }
  /** The line does not start with a verb that ends at a space or with the line. */
  | { readonly kind: 'malformed'; readonly line: string; readonly raw?: Uint8Array | undefined }
  /** The line is longer than allowed. Said once a line; the rest of it is skipped. */
  | { readonly kind: 'overlong' };

const LF = 0x0a;
const CR = 0x0d;
const DEL = 0x7f;
const UNDERSCORE = 0x5f;
const FIRST_TELNET_BYTE = 0xf0;
const DEFAULT_MAX_LINE_LENGTH = 4112;
const LEAST_CAPACITY = 256;
/** Memory kept for a part of a line; a larger block is given back. */
const IDLE_CAPACITY = 8192;
const VERB = /^[A-Za-z0-9@]+(?= |$)/;
const PLAIN_LINE = /^[ -~]*$/;

const EMPTY = Buffer.alloc(0);

function underscored(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte < 0x20 || byte === DEL ? UNDERSCORE : byte));
}

/**
 * Splits what a client sends into command lines.
 *
 * - LF ends a line and one CR before it is dropped; empty lines are skipped.
 * - Bytes from 0xF0 at the start of a line are skipped: they are Telnet (IAC IP, IAC DM before ABOR), whether or not
 *   the urgent byte arrived with them. No UTF-8 letter that can start a verb has such a byte.
 * - A line has to be complete within `maxLineLength` bytes; what goes beyond is never stored.
 *
 * Lines are parsed one at a time when `next` asks for them. Whoever pushes faster than they ask must stop reading from
 * the socket while `buffered` is high: that is the only memory here without a bound of its own.
 */
export class CommandParser {
  readonly #maxLineLength: number;
  readonly #underscore: boolean;
  readonly #charset: CommandParserOptions['charset'];
  /** Unread bytes are `#storage[#start, #end)`, of which those before `#scanned` hold no LF. */
  #storage: Buffer = EMPTY;
  #start = 0;
  #scanned = 0;
  #end = 0;
  #skipping = false;

  /** @throws {RangeError} when `maxLineLength` is not a positive integer. */
  constructor(options: CommandParserOptions = {}) {
    const { maxLineLength = DEFAULT_MAX_LINE_LENGTH, controlBytes = 'keep' } = options;
    if (!Number.isSafeInteger(maxLineLength) || maxLineLength < 1) {
      throw new RangeError(`maxLineLength must be a positive integer, not ${maxLineLength}`);
    }
    this.#maxLineLength = maxLineLength;
    this.#underscore = controlBytes === 'underscore';
    this.#charset = options.charset;
  }

  /** Bytes pushed and not yet read as a line. */
  get buffered(): number {
    return this.#end - this.#start;
  }

  /** Appends what was received. The parser may keep `chunk` itself: do not write to it afterwards. */
  push(chunk: Buffer): void {
    let rest = chunk;
    if (this.#skipping) {
      const lineEnd = chunk.indexOf(LF);
      if (lineEnd === -1) return;
      this.#skipping = false;
      rest = chunk.subarray(lineEnd + 1);
    }
    if (rest.length === 0) return;
    const unread = this.buffered;
    if (unread === 0 && rest.length >= LEAST_CAPACITY) {
      this.#reset(rest, rest.length);
      return;
    }
    if (this.#end + rest.length > this.#storage.length) {
      // Doubling keeps the copying linear however small the chunks are.
      this.#reallocate(Math.max(2 * unread, unread + rest.length, LEAST_CAPACITY));
    }
    rest.copy(this.#storage, this.#end);
    this.#end += rest.length;
  }

  /** The next line, or `undefined` when no complete line is there. */
  next(): ParsedLine | undefined {
    for (;;) {
      const lineEnd = this.#findLineEnd();
      if (lineEnd === -1) {
        if (this.buffered < this.#maxLineLength) {
          this.#trim();
          return undefined;
        }
        this.#skipping = true;
        this.#reset(EMPTY, 0);
        return { kind: 'overlong' };
      }
      const start = this.#start;
      this.#start = lineEnd + 1;
      this.#scanned = this.#start;
      if (this.#start - start > this.#maxLineLength) return { kind: 'overlong' };
      const line = this.#parse(start, lineEnd);
      if (line) return line;
    }
  }

  /**
   * All bytes pushed and not yet read, which the parser forgets; it is as new afterwards. For handing the connection
   * to another reader, and for dropping what was sent in clear behind AUTH TLS (RFC 4217 §4).
   */
  take(): Buffer {
    const unread = Buffer.from(this.#storage.subarray(this.#start, this.#end));
    this.#reset(EMPTY, 0);
    this.#skipping = false;
    return unread;
  }

  #reset(storage: Buffer, end: number): void {
    this.#storage = storage;
    this.#start = 0;
    this.#scanned = 0;
    this.#end = end;
  }

  #reallocate(capacity: number): void {
    const storage = Buffer.allocUnsafeSlow(capacity);
    const { buffered } = this;
    const scanned = this.#scanned - this.#start;
    this.#storage.copy(storage, 0, this.#start, this.#end);
    this.#reset(storage, buffered);
    this.#scanned = scanned;
  }

  /** Gives large memory back before a wait for more bytes. */
  #trim(): void {
    if (this.#storage.length <= IDLE_CAPACITY) return;
    if (this.buffered === 0) this.#reset(EMPTY, 0);
    else if (this.buffered <= IDLE_CAPACITY / 2) this.#reallocate(Math.max(2 * this.buffered, LEAST_CAPACITY));
  }

  #findLineEnd(): number {
    const found = this.#scanned === this.#end ? -1 : this.#storage.indexOf(LF, this.#scanned);
    if (found !== -1 && found < this.#end) return found;
    this.#scanned = this.#end;
    return -1;
  }

  #parse(lineStart: number, lineEnd: number): ParsedLine | undefined {
    const storage = this.#storage;
    let start = lineStart;
    let end = lineEnd;
    if (end > start && storage[end - 1] === CR) end -= 1;
    while (start < end && (storage[start] ?? 0) >= FIRST_TELNET_BYTE) start += 1;
    if (start === end) return undefined;

    const line = storage.toString('latin1', start, end);
    // A brace may begin an escape.
    if (PLAIN_LINE.test(line) && (this.#charset === undefined || !line.includes('{'))) return parsedLine(line);
    const bytes = storage.subarray(start, end);
    const clean = this.#underscore && hasControlBytes(line) ? underscored(bytes) : bytes;
    return this.#charset === undefined ? parsedLine(decodeName(clean)) : this.parseAgain(Buffer.from(clean));
  }

  /** A line anew: `raw` of one that was parsed, where the charset may be another one since. */
  parseAgain(raw: Uint8Array): ParsedLine {
    const charset = this.#charset;
    const verb = VERB.exec(Buffer.from(raw).toString('latin1'))?.[0];
    // Passwords are bytes, in whatever charset they were set.
    if (charset === undefined || verb?.toUpperCase() === 'PASS') return parsedLine(decodeName(raw));
    return { ...parsedLine(charset.decode(charset.ffIsLetter ? withSingleFf(raw) : raw)), raw };
  }
}

function parsedLine(line: string): Exclude<ParsedLine, { readonly kind: 'overlong' }> {
  const verb = VERB.exec(line)?.[0];
  if (verb === undefined) return { kind: 'malformed', line };
  return {
    kind: 'command',
    verb: verb.toUpperCase(),
    argument: line.slice(verb.length + 1),
    hasArgument: line.length > verb.length,
  };
}

/** Each pair of 0xFF as one: Telnet sends a letter of that byte so. */
function withSingleFf(bytes: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\xff\xff', '\xff'), 'latin1');
}
