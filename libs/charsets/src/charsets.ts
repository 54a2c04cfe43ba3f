// The charsets of a server: that of its clients, and that of its disk [charsets §3.1].
import type { NameConversion, SessionCharsets, Spoken, WireCodec } from '@pure-ftpd/protocol';

import { charset, isUtf8Name } from './charset.ts';
import { DiskNames } from './disk.ts';
import { CharsetWire, UTF8_WIRE } from './wire.ts';

const GUESSING = /^auto:/i;

export interface CharsetsOptions {
  /**
   * What clients speak until they say that they speak UTF-8; UTF-8 without it. `auto:GBK` takes what is valid UTF-8 for that, all else
   * for GBK, and speaks as the client did last.
   */
  readonly client?: string;
  /** What names on disk are in; UTF-8 without it. */
  readonly fileSystem?: string;
  /** Answers `OPTS UTF8 ON` and goes on as before: some clients say so and send another charset. */
  readonly ignoreOptsUtf8?: boolean;
}

/** The charsets of a server, its sessions' setting `charsets`. */
export class Charsets implements SessionCharsets {
  readonly initial: Spoken;
  readonly clientIsUtf8: boolean;
  readonly guesses: boolean;
  readonly heedsOptions: boolean;
  readonly disk: NameConversion | undefined;
  readonly #client: WireCodec | undefined;
  readonly #utf8: WireCodec | undefined;

  /** @throws {UnknownCharset} for a name that is not known, and for charsets that are no supersets of ASCII. */
  constructor({ client = 'UTF-8', fileSystem = 'UTF-8', ignoreOptsUtf8 = false }: CharsetsOptions) {
    const name = client.replace(GUESSING, '');
    this.clientIsUtf8 = isUtf8Name(name);
    this.guesses = !this.clientIsUtf8 && GUESSING.test(client);
    this.initial = this.guesses || this.clientIsUtf8 ? 'utf8' : 'client';
    this.heedsOptions = !ignoreOptsUtf8;
    this.disk = isUtf8Name(fileSystem) ? undefined : new DiskNames(charset(fileSystem));
    this.#utf8 = this.disk === undefined ? undefined : UTF8_WIRE;
    this.#client = this.clientIsUtf8 ? this.#utf8 : new CharsetWire(charset(name));
  }

  wire(spoken: Spoken): WireCodec | undefined {
    return spoken === 'client' ? this.#client : this.#utf8;
  }
}

/** The charsets that options name; undefined where all is UTF-8, and nothing has to be converted. @throws {UnknownCharset} */
export function charsetsOf(options: CharsetsOptions): Charsets | undefined {
  const charsets = new Charsets(options);
  return charsets.clientIsUtf8 && charsets.disk === undefined ? undefined : charsets;
}
