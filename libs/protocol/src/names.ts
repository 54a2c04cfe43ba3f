// Names are bytes on the wire and on disk, strings in the program. The codec is PEP 383 (surrogateescape): valid UTF-8
// decodes as usual, and each byte that is not part of valid UTF-8 becomes the lone surrogate U+DC00 + byte.

import { isUtf8 } from 'node:buffer';

const ESCAPE = 0xdc00;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Thrown by `encodeName` for a string that stands for no bytes. */
export class NameError extends Error {
  override readonly name = 'NameError';
  readonly code = 'NAME_NOT_ENCODABLE';
}

/** Length of the valid UTF-8 sequence that starts at `at`, 0 when there is none (Unicode table 3-7). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const second = bytes[at + 1] ?? 0;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let index = 2; index < length; index++) {
    if (((bytes[at + index] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/**
 * The string for a name's bytes. Never fails and loses nothing: `encodeName` gives the same bytes back. Surrogates that
 * were written as three bytes (CESU-8) are not valid UTF-8, so each of those bytes is escaped. A NUL is kept.
 */
export function decodeName(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  let text = '';
  let validFrom = 0;
  let at = 0;
  while (at < buffer.length) {
    const length = sequenceLength(buffer, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += buffer.toString('utf8', validFrom, at) + String.fromCharCode(ESCAPE + (buffer[at] ?? 0));
    at += 1;
    validFrom = at;
  }
  return text + buffer.toString('utf8', validFrom);
}

function encode(name: string, unescapable: (surrogate: number) => number): Buffer {
  if (name.isWellFormed()) return Buffer.from(name, 'utf8');
  const parts: Buffer[] = [];
  let from = 0;
  for (const { 0: surrogate, index } of name.matchAll(LONE_SURROGATE)) {
    const unit = surrogate.charCodeAt(0);
    const byte = unit >= ESCAPE + 0x80 && unit <= ESCAPE + 0xff ? unit - ESCAPE : unescapable(unit);
    if (index > from) parts.push(Buffer.from(name.slice(from, index), 'utf8'));
    parts.push(Buffer.of(byte));
    from = index + 1;
  }
  parts.push(Buffer.from(name.slice(from), 'utf8'));
  return Buffer.concat(parts);
}

/**
 * The bytes of a name; the inverse of `decodeName`.
 *
 * A lone surrogate outside U+DC80-U+DCFF stands for no byte and never comes from `decodeName`: it is refused, because
 * any substitute would let two names that differ in the program be the same file.
 *
 * @throws {NameError} for such a surrogate.
 */
export function encodeName(name: string): Buffer {
  return encode(name, (unit) => {
    throw new NameError(`A name cannot contain the lone surrogate U+${unit.toString(16).toUpperCase()}`);
  });
}

/** As `encodeName`, for text that is shown and not looked up: a surrogate that stands for no byte becomes `?`. */
export function encodeText(text: string): Buffer {
  return encode(text, () => 0x3f);
}

// C0, backslash, DEL and C1; the Arabic letter mark, LRM and RLM; line and paragraph separator with the bidi embeddings;
// the bidi isolates.
const UNPRINTABLE = /[\0-\x1f\\\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const UNPRINTABLES = new RegExp(`${UNPRINTABLE.source}|${LONE_SURROGATE.source}`, 'g');

function escapeUnit(character: string): string {
  if (character === '\\') return '\\\\';
  const unit = character.charCodeAt(0);
  if (unit <= 0x7f) return `\\x${unit.toString(16).padStart(2, '0')}`;
  if (unit >= ESCAPE + 0x80 && unit <= ESCAPE + 0xff) return `\\x${(unit - ESCAPE).toString(16)}`;
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

/**
 * A name as a person or a log may see it: always one line, nothing invisible that moves or reorders text, and no two
 * names look the same. Control characters and undecodable bytes show as `\xNN` (the byte), C1 and bidi controls, line
 * separators and other lone surrogates as `\uNNNN`, the backslash as `\\`.
 */
export function printableName(name: string): string {
  if (!UNPRINTABLE.test(name) && name.isWellFormed()) return name;
  return name.replace(UNPRINTABLES, escapeUnit);
}

const CONTROL_BYTE = /[\0-\x1f\x7f]/;
const LINE_BREAKER = /[\0\r\n]/;

/** Whether the name has a C0 control character or DEL. */
export function hasControlBytes(name: string): boolean {
  return CONTROL_BYTE.test(name);
}

/** Whether the name can stand in a line of a reply or a listing as it is: no CR, LF or NUL. */
export function fitsOneLine(name: string): boolean {
  return !LINE_BREAKER.test(name);
}

/** The text with each C0 control character and DEL as `_`, which is also what the command parser makes of them. */
export function replaceControls(text: string): string {
  return CONTROL_BYTE.test(text) ? text.replace(/[\0-\x1f\x7f]/g, '_') : text;
}
