// The public door.
export { UnknownCharset } from './charset.ts';
export { Charsets, charsetsOf, type CharsetsOptions } from './charsets.ts';
