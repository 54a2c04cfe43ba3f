// One charset: text to bytes and back, exactly or not at all [charsets §3.3, §3.4].
import { decodeName, encodeName, NameError } from '@pure-ftpd/protocol';

import { type Conversion, conversionOf } from './iconv.ts';

/** What cannot be a charset of names: encodings of binary data, and forms of UTF-8 that are not the one form. */
const NO_CHARSETS: ReadonlySet<string> = new Set([
  'binary',
  'base64',
  'hex',
  'cesu8',
  'unicode11utf8',
  'unicode11utf7',
]);

const NAME = /^[A-Za-z0-9][\w.:+-]{0,39}$/;
const ASCII_ONLY = /^[\0-\x7f]*$/;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
/** What stands for a byte is U+DC00 and the byte. */
const ESCAPE = 0xdc00;
/** What iconv-lite decodes bytes to that are none, one of which it may give back for it. */
const NONE = '\ufffd';
/** Characters of more than two bytes: one of them, by which a charset is known that has such, and what their bytes are. */
const LONG_CHARACTERS = [
  // EUC-JP.
  { sample: '8fa2af', form: /^\x8f[\xa1-\xfe]{2}/ },
  // GB18030.
  { sample: '8139ee39', form: /^(?:[\x81-\xfe][0-9]){2}/ },
];
const LONGEST = 4;
/** Characters that are remembered: what a client can make of them is bounded. */
const MOST_REMEMBERED = 0x10000;

/** A charset that nothing is known of, or that names cannot be in. */
export class UnknownCharset extends Error {
  override readonly name = 'UnknownCharset';
  readonly code = 'UNKNOWN_CHARSET';
}

/** A charset in which ASCII is ASCII. Text in it is Unicode, and bytes that are none of it are lone surrogates. */
export interface Charset {
  /** Any bytes as text; {@link encode} gives them back. */
  decode(bytes: Uint8Array): string;
  /** The bytes of a text; undefined where the charset has none that are read as the same text again. */
  encode(text: string): Buffer | undefined;
  /** The bytes of one character, undefined where the charset does not have it. */
  bytesOf(character: string): Buffer | undefined;
}

/** Whether a name is one of those of UTF-8. */
export function isUtf8Name(name: string): boolean {
  return /^utf-?8$/i.test(name);
}

/**
 * A charset by name, as iconv spells it, in any case.
 * @throws {UnknownCharset} for a name that is not known, and for charsets that are no supersets of ASCII.
 */
export function charset(name: string): Charset {
  if (isUtf8Name(name)) return UTF8;
  const plain = name.toLowerCase().replaceAll(/[^0-9a-z]/g, '');
  const conversion = NAME.test(name) && !NO_CHARSETS.has(plain) ? conversionOf(name) : undefined;
  if (conversion === undefined) throw new UnknownCharset(`no charset ${JSON.stringify(name)} is known`);
  if (!keepsAscii(conversion)) throw new UnknownCharset(`in the charset ${name}, ASCII is not ASCII`);
  return new TableCharset(conversion);
}

function keepsAscii(conversion: Conversion): boolean {
  const bytes = Buffer.from(Array.from({ length: 0x80 }, (_, index) => index));
  const text = bytes.toString('latin1');
  return conversion.decode(bytes) === text && conversion.encode(text).equals(bytes);
}

const UTF8: Charset = {
  decode: decodeName,
  encode(text) {
    try {
      const bytes = encodeName(text);
      return decodeName(bytes) === text ? bytes : undefined;
    } catch (error) {
      if (error instanceof NameError) return undefined;
      throw error;
    }
  },
  bytesOf: (character) => (character.isWellFormed() ? Buffer.from(character) : undefined),
};

/** One of iconv-lite's, which never says what it could not convert: what does not come back the same was not. */
class TableCharset implements Charset {
  readonly #conversion: Conversion;
  /** By character; null for one that the charset does not have. */
  readonly #characters = new Map<string, Buffer | null>();
  /** By one byte or two, the first of them behind 0x100; null for what is no character. */
  readonly #pieces = new Map<number, string | null>();

  /** What its characters of more than two bytes look like. */
  readonly #longForms: readonly RegExp[];

  constructor(conversion: Conversion) {
    this.#conversion = conversion;
    const known = LONG_CHARACTERS.filter(({ sample }) => this.#characterOf(Buffer.from(sample, 'hex'))?.length === 1);
    this.#longForms = known.map(({ form }) => form);
  }

  decode(bytes: Uint8Array): string {
    const text = this.#conversion.decode(bytes);
    const isSame = !text.includes(NONE) && this.#conversion.encode(text).equals(bytes);
    return isSame ? text : this.#decodeByCharacter(bytes);
  }

  encode(text: string): Buffer | undefined {
    if (ASCII_ONLY.test(text)) return Buffer.from(text, 'latin1');
    const bytes = LONE_SURROGATE.test(text) ? this.#encodeWithBytes(text) : this.#conversion.encode(text);
    return bytes !== undefined && this.decode(bytes) === text ? bytes : undefined;
  }

  bytesOf(character: string): Buffer | undefined {
    let bytes = this.#characters.get(character);
    if (bytes === undefined) {
      const encoded = this.#conversion.encode(character);
      bytes = character !== NONE && this.#conversion.decode(encoded) === character ? encoded : null;
      if (this.#characters.size < MOST_REMEMBERED) this.#characters.set(character, bytes);
    }
    return bytes ?? undefined;
  }

  /** Each shortest piece that comes back to the same bytes is a character; every other byte stands for itself. */
  #decodeByCharacter(bytes: Uint8Array): string {
    let text = '';
    for (let at = 0; at < bytes.length;) {
      const found = this.#characterAt(bytes, at);
      text += found?.character ?? String.fromCharCode(ESCAPE + (bytes[at] ?? 0));
      at += found?.length ?? 1;
    }
    return text;
  }

  #characterAt(bytes: Uint8Array, at: number): { readonly character: string; readonly length: number } | undefined {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1];
    const single = this.#remembered(first, bytes.subarray(at, at + 1));
    if (single !== null) return { character: single, length: 1 };
    if (second === undefined) return undefined;
    const pair = this.#remembered(((first + 1) << 8) | second, bytes.subarray(at, at + 2));
    if (pair !== null) return { character: pair, length: 2 };
    return this.#longCharacterAt(bytes.subarray(at, at + LONGEST));
  }

  #longCharacterAt(bytes: Uint8Array): { readonly character: string; readonly length: number } | undefined {
    for (const form of this.#longForms) {
      const length = form.exec(Buffer.from(bytes).toString('latin1'))?.[0].length;
      const character = length === undefined ? null : this.#characterOf(bytes.subarray(0, length));
      if (length !== undefined && character !== null) return { character, length };
    }
    return undefined;
  }

  /** A line of what is no text must not take longer than one of text: each piece is converted once. */
  #remembered(key: number, piece: Uint8Array): string | null {
    let character = this.#pieces.get(key);
    if (character === undefined) this.#pieces.set(key, (character = this.#characterOf(piece)));
    return character;
  }

  #characterOf(piece: Uint8Array): string | null {
    const character = this.#conversion.decode(piece);
    return character !== NONE && this.#conversion.encode(character).equals(piece) ? character : null;
  }

  /** Bytes that are none of the charset go where they were; undefined for what stands for no byte. */
  #encodeWithBytes(text: string): Buffer | undefined {
    const parts: Buffer[] = [];
    for (const part of text.split(/((?<![\ud800-\udbff])[\udc80-\udcff])/)) {
      if (part.length === 1 && LONE_SURROGATE.test(part)) parts.push(Buffer.of(part.charCodeAt(0) - ESCAPE));
      else if (part.isWellFormed()) parts.push(this.#conversion.encode(part));
      else return undefined;
    }
    return Buffer.concat(parts);
  }
}
