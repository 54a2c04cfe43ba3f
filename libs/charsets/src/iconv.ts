// iconv-lite, which has the tables: loaded when a charset other than UTF-8 is asked for.
import { createRequire } from 'node:module';

import type iconvLite from 'iconv-lite';

type Iconv = typeof iconvLite;
type Name = Parameters<Iconv['encode']>[1];

/** One charset, as iconv-lite has it: what it cannot convert becomes U+FFFD, and `?`. */
export interface Conversion {
  decode(bytes: Uint8Array): string;
  encode(text: string): Buffer;
}

/** The tables of character sets are not there: the optional package iconv-lite was left out. */
export class CharsetsUnavailable extends Error {
  override readonly name = 'CharsetsUnavailable';
  readonly code = 'CHARSETS_UNAVAILABLE';
}

let library: Iconv | undefined;

/** What iconv-lite does for a charset; undefined where it knows none of that name. */
export function conversionOf(name: string): Conversion | undefined {
  library ??= load();
  const iconv = library;
  if (!iconv.encodingExists(name)) return undefined;
  const known: Name = name;
  return {
    decode: (bytes) => iconv.decode(bytes, known, { stripBOM: false }),
    encode: (text) => iconv.encode(text, known),
  };
}

/** Only who has other charsets than UTF-8 needs it: it may have been left out. */
function load(): Iconv {
  try {
    const loaded: Iconv = createRequire(import.meta.url)('iconv-lite');
    return loaded;
  } catch (error) {
    throw new CharsetsUnavailable('iconv-lite, which has the tables of character sets, cannot be loaded', {
      cause: error,
    });
  }
}
