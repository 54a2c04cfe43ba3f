// The public door.
export { UnknownCharset } from './charset.ts';
export { CharsetsUnavailable } from './iconv.ts';
export { Charsets, charsetsOf, type CharsetsOptions } from './charsets.ts';
