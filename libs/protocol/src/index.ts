// The public door. Declarations first, so that dependents can be written at the same time; each is replaced by its module.

export declare class NameError extends Error {
  readonly code: 'ERR_NAME_NOT_ENCODABLE';
}
export declare function decodeName(bytes: Uint8Array): string;
export declare function encodeName(name: string): Buffer;
export declare function printableName(name: string): string;
export declare function hasControlBytes(name: string): boolean;
export declare function fitsOneLine(name: string): boolean;

export interface CommandParserOptions {
  readonly maxLineLength?: number;
  readonly controlBytes?: 'keep' | 'underscore';
}
export type ParsedLine =
  | { readonly kind: 'command'; readonly verb: string; readonly argument: string; readonly hasArgument: boolean }
  | { readonly kind: 'malformed'; readonly line: string }
  | { readonly kind: 'overlong' };
export declare class CommandParser {
  constructor(options?: CommandParserOptions);
  push(chunk: Buffer): void;
  next(): ParsedLine | undefined;
  get buffered(): number;
  take(): Buffer;
}

export interface Reply {
  readonly code: number;
  readonly lines: readonly string[];
  readonly embedded?: readonly string[];
  readonly rawEmbedded?: boolean;
}
export declare function formatReply(reply: Reply): Buffer;

/** With the surrounding quotes. */
export declare function quotePath(path: string): string;
export declare function joinPath(cwd: string, argument: string): string;
export declare function normalizePath(path: string): string;
export declare function dirname(path: string): string;
export declare function basename(path: string): string;
export declare function simplifyUploadName(argument: string): string;

export interface Endpoint {
  readonly family: 4 | 6;
  readonly host: string;
  readonly port: number;
}
export type EndpointError = 'syntax' | 'family';
export declare function parsePort(argument: string): Endpoint | EndpointError;
export declare function parseEprt(argument: string): Endpoint | EndpointError;
export declare function normalizeAddress(text: string): string | undefined;
export declare function isUnusableAddress(address: string): boolean;
export declare function formatPasv(host: string, port: number): string;
export declare function formatEpsv(port: number): string;

export declare function formatTimestamp(ms: number, options?: { readonly fraction?: boolean }): string;
export declare function parseTimestamp(text: string): number | undefined;
export declare function parseLooseTimestamp(text: string): number | undefined;
export declare class ListDates {
  constructor(options: { readonly now: number; readonly utc: boolean });
  format(ms: number): string;
}

export type EntryType = 'file' | 'dir' | 'link' | 'other';
export interface ListEntry {
  readonly name: string;
  readonly type: EntryType;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
  readonly size: number;
  readonly mtimeMs: number;
  readonly dev: number;
  readonly ino: number;
  readonly target?: string | undefined;
}
export declare function modeString(type: EntryType, mode: number): string;
export declare function classifySuffix(type: EntryType, mode: number): string;
export declare function formatListLine(entry: ListEntry, dates: ListDates, suffix?: string): string;

export type FactName = 'type' | 'size' | 'sizd' | 'modify' | 'perm' | 'UNIX.mode' | 'UNIX.uid' | 'UNIX.gid' | 'unique';
export declare const FACTS: readonly FactName[];
export interface FactSelection {
  readonly names: readonly FactName[];
}
export interface FactExtra {
  readonly special?: 'cdir' | 'pdir' | undefined;
  readonly perms?: string | undefined;
  readonly fraction?: boolean | undefined;
}
export declare function selectFacts(names: Iterable<FactName>): FactSelection;
export declare function parseFactSelection(argument: string, available?: readonly FactName[]): FactSelection;
export declare function formatFactSelection(selection: FactSelection): string;
export declare function formatFactsFeature(available: readonly FactName[], selection: FactSelection): string;
/** Facts with their final `;`, without the name. */
export declare function formatFacts(entry: ListEntry, selection: FactSelection, extra?: FactExtra): string;
/** `facts; name`, without CRLF. */
export declare function formatFactsLine(entry: ListEntry, selection: FactSelection, extra?: FactExtra): string;
export declare function permFact(perms: string, entry: Pick<ListEntry, 'type'>): string;

export declare class AsciiEncoder {
  constructor(options?: { readonly bare?: boolean });
  push(chunk: Buffer): Buffer;
}
export declare class AsciiDecoder {
  constructor(options?: { readonly cr?: 'all' | 'pairs' });
  push(chunk: Buffer): Buffer;
  end(): Buffer;
}

export interface ListOptions {
  readonly a: boolean;
  readonly l: boolean;
  readonly one: boolean;
  readonly C: boolean;
  readonly F: boolean;
  readonly R: boolean;
  readonly d: boolean;
  readonly r: boolean;
  readonly t: boolean;
  readonly S: boolean;
}
export interface ListArgument {
  readonly options: ListOptions;
  readonly patterns: string[];
}
export declare function parseListArgument(argument: string): ListArgument;
export declare function hasPattern(pattern: string): boolean;
export declare function unquotePattern(pattern: string): string;
export declare function matchPattern(pattern: string, name: string): boolean;
export declare function compilePattern(pattern: string): (name: string) => boolean;
export declare function tooManyStars(pattern: string): boolean;
