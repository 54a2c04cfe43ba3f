// What bytes from the client mean, at the moment they are read [charsets §3.2].
import { isUtf8 } from 'node:buffer';

import { decodeName, type SessionCharsets, type WireCodec } from '@pure-ftpd/protocol';

import type { Session } from '../contract/session.ts';

/** The charset that a session's lines are read in, which may be another one for each. */
export class HeardCharset implements Pick<WireCodec, 'decode' | 'ffIsLetter'> {
  readonly #session: Pick<Session, 'charset'>;
  readonly #charsets: SessionCharsets;

  constructor(session: Pick<Session, 'charset'>, charsets: SessionCharsets) {
    this.#session = session;
    this.#charsets = charsets;
  }

  /** Where that is guessed, a line with such a byte is not UTF-8. */
  get ffIsLetter(): boolean {
    const wire = this.#charsets.guesses ? this.#charsets.wire('client') : this.#wire;
    return wire?.ffIsLetter ?? false;
  }

  decode(bytes: Uint8Array): string {
    if (this.#charsets.guesses) this.#guess(bytes);
    return this.#wire?.decode(bytes) ?? decodeName(bytes);
  }

  /** The client goes on as in its last line that was more than ASCII. */
  #guess(bytes: Uint8Array): void {
    if (bytes.some((byte) => byte >= 0x80)) this.#session.charset = isUtf8(bytes) ? 'utf8' : 'client';
  }

  get #wire(): WireCodec | undefined {
    return this.#charsets.wire(this.#session.charset);
  }
}
