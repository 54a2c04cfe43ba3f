// Replies of the control connection. RFC 959 §4.2: codes, and replies of several lines.

import type { WireCodec } from './charsets.ts';
import { encodeText, replaceControls } from './names.ts';

/** A reply before it is bytes. */
export interface Reply {
  /** 100-599. */
  readonly code: number;
  /** The texts, without code. */
  readonly lines: readonly string[];
  /** Lines without a code that follow the first of `lines`: features, facts, a listing. */
  readonly embedded?: readonly string[];
  /** Embedded lines start where they start; otherwise each is put behind one space. */
  readonly rawEmbedded?: boolean;
}

const SHOWN_AS_IS = /^[ -~]*$/;
const CONTROL_BUT_TAB = /[\0-\x08\x0a-\x1f\x7f]/g;
const LOOKS_LIKE_REPLY = /^[0-9]{3}/;

/** A line of a listing as it is, but for what would end it early or let it pass for the last line of the reply. */
function rawLine(line: string): string {
  const text = line.replace(CONTROL_BUT_TAB, '_');
  return LOOKS_LIKE_REPLY.test(text) ? ` ${text}` : text;
}

/**
 * The bytes of a reply. Each text becomes `NNN-text`, the last `NNN text`; every line ends with CRLF. With `embedded`
 * the first line always has the hyphen, and when it is the only one, an empty `NNN ` ends the reply.
 *
 * Text cannot start a line or forge a reply: C0 control characters and DEL are written as `_` (a TAB in a raw embedded
 * line stays), and a raw line that starts with three digits is moved one space to the right (RFC 959 §4.2). Bytes of
 * names go out as they came in; other lone surrogates as `?`.
 *
 * @param wire How the session speaks; UTF-8 without it.
 * @throws {RangeError} when the code is not an integer from 100 to 599, or there are no lines.
 */
export function formatReply(reply: Reply, wire?: WireCodec): Buffer {
  const { code, lines, embedded, rawEmbedded = false } = reply;
  if (!Number.isInteger(code) || code < 100 || code > 599) throw new RangeError(`Not a reply code: ${code}`);
  const [first] = lines;
  if (first === undefined) throw new RangeError(`Reply ${code} has no text`);
  if (lines.length === 1 && embedded === undefined) {
    if (wire === undefined && SHOWN_AS_IS.test(first)) return Buffer.from(`${code} ${first}\r\n`, 'latin1');
    return encoded(`${code} ${replaceControls(first)}\r\n`, wire);
  }

  const hyphened: string[] = [];
  const texts = lines.length === 1 && embedded !== undefined ? [first, ''] : lines;
  const last = texts.length - 1;
  for (const [index, text] of texts.entries()) {
    hyphened.push(`${code}${index === last ? ' ' : '-'}${replaceControls(text)}\r\n`);
    if (index > 0 || embedded === undefined) continue;
    for (const line of embedded) hyphened.push(rawEmbedded ? `${rawLine(line)}\r\n` : ` ${replaceControls(line)}\r\n`);
  }
  return encoded(hyphened.join(''), wire);
}

function encoded(text: string, wire: WireCodec | undefined): Buffer {
  return wire === undefined ? encodeText(text) : wire.encode(text);
}
