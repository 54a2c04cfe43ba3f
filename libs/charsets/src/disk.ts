// Names on a disk in another charset than UTF-8 [charsets §3.4].
import { decodeName, encodeName, type NameConversion } from '@pure-ftpd/protocol';

import type { Charset } from './charset.ts';

const ASCII_ONLY = /^[\0-\x7f]*$/;

/**
 * Names as sessions have them, and as the file system does: there they are bytes, in the form of `decodeName`.
 * ASCII is ASCII in both.
 */
export class DiskNames implements NameConversion {
  readonly #charset: Charset;

  constructor(charset: Charset) {
    this.#charset = charset;
  }

  toDisk(name: string): string | undefined {
    if (ASCII_ONLY.test(name)) return name;
    // Some systems send letters and accents one by one.
    const bytes = this.#charset.encode(name) ?? this.#charset.encode(name.normalize('NFC'));
    return bytes === undefined ? undefined : decodeName(bytes);
  }

  fromDisk(name: string): string {
    return ASCII_ONLY.test(name) ? name : this.#charset.decode(encodeName(name));
  }
}
