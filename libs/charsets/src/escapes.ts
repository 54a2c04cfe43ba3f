// Characters that a session's charset does not have, in ASCII: `{U+20AC}`, and `{xE9}` for a byte that is no text [charsets §3.4].

const ESCAPES = /\{(?:U\+([\dA-Fa-f]{4,6})|x([\dA-Fa-f]{2}))\}/g;
const LONE_SURROGATES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** What stands for a byte is U+DC00 and the byte. */
const BYTE = 0xdc00;
const LAST_CHARACTER = 0x10ffff;

/** A text with what its escapes stand for. A control character or `/` among them becomes what no name can have. */
export function unescaped(text: string): string {
  if (!text.includes('{')) return text;
  return text.replace(ESCAPES, (escape: string, character?: string, byte?: string) => {
    const code = Number.parseInt(character ?? byte ?? '', 16);
    if (code < 0x20 || code === 0x2f || code === 0x7f) return String.fromCharCode(BYTE + code);
    if (byte !== undefined) return String.fromCharCode(code < 0x80 ? code : BYTE + code);
    return isCharacter(code) ? String.fromCodePoint(code) : escape;
  });
}

/** A text in which nothing is an escape that was none: the brace of such a name is escaped itself. */
export function withoutEscapes(text: string): string {
  if (!text.includes('{')) return text;
  return text.replace(ESCAPES, (escape) => (unescaped(escape) === escape ? escape : `{x7B}${escape.slice(1)}`));
}

/** One character, or one lone surrogate, as an escape; `?` for a surrogate that stands for no byte. */
export function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (isCharacter(code)) return `{U+${hex(code, 4)}}`;
  return code >= BYTE && code <= BYTE + 0xff ? `{x${hex(code - BYTE, 2)}}` : '?';
}

/** A text whose lone surrogates are escaped. */
export function escapedBytes(text: string): string {
  return text.replace(LONE_SURROGATES, escapeOf);
}

function isCharacter(code: number): boolean {
  return code <= LAST_CHARACTER && (code < 0xd800 || code > 0xdfff);
}

function hex(number: number, digits: number): string {
  return number.toString(16).toUpperCase().padStart(digits, '0');
}
