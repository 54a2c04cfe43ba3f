// What a session asks of other charsets than UTF-8 [charsets §3.2]. Who has their tables is a package of its own.

/** How text goes over the connections of a session. */
export interface WireCodec {
  /** The text of any bytes. Nothing is lost, but the escapes in it have become what they stand for. */
  decode(bytes: Uint8Array): string;
  /** The bytes of any text; a name is read as the same name again. */
  encode(text: string): Buffer;
  /** Whether all characters of a text can be written without escapes. */
  has(text: string): boolean;
  /** Whether the byte 0xFF is a letter: clients may send it twice, since it is Telnet's IAC, too (RFC 854). */
  readonly ffIsLetter: boolean;
}

/** Names as sessions have them, and as the file system has them: both in the form of `decodeName`. */
export interface NameConversion {
  /** Undefined for a name, or a path, that has a character which cannot be written there. */
  toDisk(name: string): string | undefined;
  fromDisk(name: string): string;
}

/** Which charset a session speaks: that of its clients, or UTF-8. */
export type Spoken = 'client' | 'utf8';

/** The charsets of a server. */
export interface SessionCharsets {
  /** What sessions speak at first. */
  readonly initial: Spoken;
  /** Whether the client's charset is UTF-8, too: there is nothing to choose. */
  readonly clientIsUtf8: boolean;
  /** Whether each line that is received tells which charset the client speaks. */
  readonly guesses: boolean;
  /** Whether `OPTS UTF8` changes anything. */
  readonly heedsOptions: boolean;
  /** Undefined for UTF-8 as it comes. */
  wire(spoken: Spoken): WireCodec | undefined;
  /** Undefined where the names on disk are UTF-8. */
  readonly disk: NameConversion | undefined;
}

/** A lone surrogate that stands for no byte: no name has it, and no bytes are decoded to it. */
const UNNAMEABLE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udc7f\udd00-\udfff]/;

/** Whether a text has what no name can have: an escape of a control character, or of what separates names, becomes that. */
export function isUnnameable(text: string): boolean {
  return UNNAMEABLE.test(text);
}
