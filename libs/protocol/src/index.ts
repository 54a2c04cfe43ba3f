// The public door.

export {
  formatEpsv,
  formatPasv,
  isUnusableAddress,
  normalizeAddress,
  parseEprt,
  parsePort,
  type Endpoint,
  type EndpointError,
} from './address.ts';
export { AsciiDecoder, AsciiEncoder, type AsciiDecoderOptions, type AsciiEncoderOptions } from './ascii.ts';
export { asError, messageOf } from './caught.ts';
export { isUnnameable, type NameConversion, type SessionCharsets, type Spoken, type WireCodec } from './charsets.ts';
export { CommandParser, type CommandParserOptions, type ParsedLine } from './command-parser.ts';
export {
  FACTS,
  formatFacts,
  formatFactSelection,
  formatFactsFeature,
  formatFactsLine,
  parseFactSelection,
  permFact,
  selectFacts,
  type FactExtra,
  type FactName,
  type FactSelection,
} from './facts.ts';
export { networkOf, Networks, parseNetwork } from './networks.ts';
export { nameFields, oneLineJson } from './json-names.ts';
export { formatListOptions, parseListArgument, type ListArgument, type ListOptions } from './list-argument.ts';
export { classifySuffix, formatListLine, modeString, type EntryType, type ListEntry } from './list-line.ts';
export {
  decodeName,
  encodeName,
  encodeText,
  fitsOneLine,
  hasControlBytes,
  NameError,
  printableName,
  replaceControls,
} from './names.ts';
export { basename, dirname, joinPath, normalizePath, quotePath, simplifyUploadName } from './path.ts';
export { compilePattern, hasPattern, matchPattern, tooManyStars, unquotePattern } from './pattern.ts';
export { formatReply, type Reply } from './reply.ts';
export { formatTimestamp, ListDates, parseLooseTimestamp, parseTimestamp } from './time.ts';
export { upperCase } from './upper-case.ts';
