// How sessions speak where a charset does not have every name [charsets §3.4].
import { decodeName, encodeText, type WireCodec } from '@pure-ftpd/protocol';

import type { Charset } from './charset.ts';
import { escapedBytes, escapeOf, unescaped, withoutEscapes } from './escapes.ts';

const ASCII = /^[\0-\x7f]$/;

/** Pairs that are one letter where bytes go by twos: in EUC and GBK, and in Shift-JIS. */
const PAIRS = ['b0a1', '889f'].map((pair) => Buffer.from(pair, 'hex'));

/** Another charset than UTF-8. What it does not have is escaped, so that every name has one form, and no two have the same. */
export class CharsetWire implements WireCodec {
  readonly ffIsLetter: boolean;
  readonly #charset: Charset;

  constructor(charset: Charset) {
    this.#charset = charset;
    const isSingleByte = PAIRS.every((pair) => charset.decode(pair).length === pair.length);
    this.ffIsLetter = isSingleByte && charset.decode(Buffer.of(0xff)).isWellFormed();
  }

  decode(bytes: Uint8Array): string {
    return unescaped(this.#charset.decode(bytes));
  }

  encode(text: string): Buffer {
    const plain = withoutEscapes(text);
    const whole = plain.isWellFormed() ? this.#charset.encode(plain) : undefined;
    if (whole !== undefined) return whole;
    const bytes = this.#byCharacter(plain, (character) => this.#charset.bytesOf(character));
    return this.decode(bytes) === text ? bytes : this.#byCharacter(plain, () => undefined);
  }

  has(text: string): boolean {
    return this.#charset.encode(text) !== undefined;
  }

  #byCharacter(text: string, bytesOf: (character: string) => Buffer | undefined): Buffer {
    const parts: Buffer[] = [];
    let ascii = '';
    for (const character of text) {
      const bytes = ASCII.test(character) ? undefined : bytesOf(character);
      if (bytes === undefined) ascii += ASCII.test(character) ? character : escapeOf(character);
      else {
        if (ascii !== '') parts.push(Buffer.from(ascii, 'latin1'));
        ascii = '';
        parts.push(bytes);
      }
    }
    parts.push(Buffer.from(ascii, 'latin1'));
    return Buffer.concat(parts);
  }
}

/**
 * UTF-8, where the disk has another charset. Bytes that are no text there are sent as they are, unless they would be text in UTF-8:
 * then they are escaped.
 */
export const UTF8_WIRE: WireCodec = {
  ffIsLetter: false,
  decode: (bytes) => unescaped(decodeName(bytes)),
  encode(text) {
    const plain = withoutEscapes(text);
    const bytes = encodeText(plain);
    return plain.isWellFormed() || decodeName(bytes) === plain ? bytes : encodeText(escapedBytes(plain));
  },
  has: () => true,
};
