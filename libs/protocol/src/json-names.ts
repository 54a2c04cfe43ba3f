// Names of files and accounts in JSON that any reader takes.
import { encodeText } from './names.ts';

/** What JSON may hold as it is, but a terminal or a reader of lines takes for more than text. */
const UNSAFE = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A name as text; one that is not UTF-8 also as its bytes, in `KEYBase64`. A lone surrogate would keep the bytes in the text, but it
 * is no Unicode, and most readers refuse the document or replace it.
 */
export function nameFields(key: string, name: string): Record<string, string> {
  if (name.isWellFormed()) return { [key]: name };
  return { [key]: name.toWellFormed(), [`${key}Base64`]: encodeText(name).toString('base64') };
}

/** JSON on one line, in which nothing is more than text to a terminal or a reader of lines: that is escaped. */
export function oneLineJson(value: object): string {
  return JSON.stringify(value).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
