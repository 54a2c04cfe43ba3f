// The public door. Declarations first, so that dependents can be written at the same time; each is replaced by its module.

/** `unreadable`: cannot be opened or read. `broken`: not a PureDB. `tooLarge`: 2^32 bytes or more. `unwritable`: writing failed. */
export type PureDBErrorCode = 'unreadable' | 'broken' | 'tooLarge' | 'unwritable' | 'closed' | 'aborted';
export declare class PureDBError extends Error {
  readonly code: PureDBErrorCode;
}

export type LookupResult =
  | { readonly kind: 'found'; readonly value: Buffer }
  | { readonly kind: 'absent' }
  /** Treat as absent, and log the message. */
  | { readonly kind: 'corrupt'; readonly message: string };
/** Synchronous: a look-up is four or five small positioned reads. */
export declare class PureDB {
  static open(path: string): PureDB;
  lookup(login: string | Uint8Array): LookupResult;
  close(): void;
  [Symbol.dispose](): void;
}

export interface PureDBWriterOptions {
  readonly maxSize?: number;
}
export declare class PureDBWriter {
  static create(path: string, options?: PureDBWriterOptions): PureDBWriter;
  add(key: Uint8Array, value: Uint8Array): void;
  get count(): number;
  finish(): void;
  /** Removes the temporary file; harmless after `finish`. */
  abort(): void;
  [Symbol.dispose](): void;
}
export interface BuildOptions extends PureDBWriterOptions {
  /** Bytes of the text file read so far, and its size (0 when unknown). */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}
/**
 * mkdb. Resolves to the number of records.
 * @throws {PasswdFileError} `unreadable` for the text file. @throws {PureDBError} for the database.
 */
export declare function buildDatabase(
  textPath: string,
  databasePath: string,
  options?: BuildOptions,
): Promise<{ readonly records: number }>;

/** `hhmm` as a number: 1830 is 18:30. */
export interface TimeRange {
  readonly begin: number;
  readonly end: number;
}
/** Strict (server): `undefined` when malformed. */
export declare function parseTimeRange(text: string): TimeRange | undefined;
/** As `pure-pw` reads it (scanf, then each < 2360 with minutes < 60): `undefined` when malformed. */
export declare function parseTimeRangeLeniently(text: string): TimeRange | undefined;
export declare function formatTimeRange(range: TimeRange): string;
/** In the zone of the process. */
export declare function isWithinTimeRange(range: TimeRange, at: Date): boolean;

/**
 * Text is in the form of `decodeName` (surrogateescape). `undefined` = the field is empty or missing, except for the four
 * lists, where `undefined` = missing and `''` = empty.
 */
export interface UserRecord {
  readonly login: string;
  readonly passwordHash: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  /** Absolute; `/./` inside marks the chroot point. */
  readonly home: string;
  /** Bytes per second. */
  readonly uploadBandwidth: bigint | undefined;
  readonly downloadBandwidth: bigint | undefined;
  readonly uploadRatio: number | undefined;
  readonly downloadRatio: number | undefined;
  /** 0 = unlimited, `undefined` = the server's default. */
  readonly maxSessions: number | undefined;
  /** 0 = no file at all; `NO_QUOTA` = unlimited. */
  readonly maxFiles: bigint | undefined;
  /** Bytes. */
  readonly maxSize: bigint | undefined;
  readonly allowedLocal: string | undefined;
  readonly deniedLocal: string | undefined;
  readonly allowedClient: string | undefined;
  readonly deniedClient: string | undefined;
  readonly timeRange: TimeRange | undefined;
}
/** 2^64-1, what `-1` in a quota field means. */
export declare const NO_QUOTA: bigint;

export type RecordRefusal = 'missingField' | 'hash' | 'uid' | 'gid' | 'home' | 'timeRange' | 'extraFields';
export type RecordResult =
  | { readonly kind: 'record'; readonly record: UserRecord }
  | { readonly kind: 'refused'; readonly reason: RecordRefusal; readonly message: string };
/** For the server: strict, fails closed. `value` as `lookup` gives it. */
export declare function parseRecord(login: string, value: Uint8Array): RecordResult;

export type TextLine =
  | { readonly kind: 'user'; readonly record: UserRecord }
  /** `Warning: invalid line [<login>]` */
  | { readonly kind: 'invalid'; readonly login: string }
  | { readonly kind: 'skipped' };
/** For the tools: as lenient as the C `pure-pw`. */
export declare function parseTextLine(line: Uint8Array): TextLine;
/**
 * 18 fields and the newline.
 * @throws {PasswdFileError} `invalidRecord`: empty login, a login that starts with `#`, a `:`, CR, LF or NUL in a field, a line beyond 2046 bytes.
 */
export declare function formatTextLine(record: UserRecord): Buffer;

export interface SessionAddresses {
  readonly local: string;
  readonly client: string;
}
/** The first address of a name in the family. Rejects when there is none. */
export type AddressResolver = (name: string, family: 4 | 6) => Promise<string>;
export interface AddressDecision {
  readonly allowed: boolean;
  /** Why not, in one line for the log. */
  readonly reason?: string;
  /** Lines for the log: names that do not resolve. */
  readonly warnings: readonly string[];
}
export type AddressLists = Pick<UserRecord, 'allowedLocal' | 'deniedLocal' | 'allowedClient' | 'deniedClient'>;
export declare const resolveHostName: AddressResolver;
export declare function checkAddresses(
  lists: AddressLists,
  addresses: SessionAddresses,
  resolve?: AddressResolver,
): Promise<AddressDecision>;
/** IPv6 literals of a list in the form that has no colon (`[2001-db8--]/32`), for the tools. */
export declare function escapeAddressList(list: string): string;

/**
 * `unreadable`: the text file; `cause` is the system's error. `locked`: `<file>.tmp` exists or the wait for another editor
 * ended. `unwritable`: the temporary file, or the rename. `exists` / `absent`: the login. `invalidRecord`: cannot be stored.
 */
export type PasswdFileErrorCode = 'unreadable' | 'locked' | 'unwritable' | 'exists' | 'absent' | 'invalidRecord';
export declare class PasswdFileError extends Error {
  readonly code: PasswdFileErrorCode;
}
export interface PasswdFileOptions {
  /** How long an edit waits for another one of ours, in ms (default 30,000). */
  readonly lockWait?: number;
}
export interface CurrentUser {
  /** The first valid line of the login. */
  readonly record: UserRecord | undefined;
  /** All lines that start with `<login>:`, valid or not. */
  readonly lines: number;
}
export declare class PasswdFile {
  constructor(path: string, options?: PasswdFileOptions);
  readonly path: string;
  /** Users and invalid lines in the order of the file. */
  entries(): AsyncGenerator<Exclude<TextLine, { kind: 'skipped' }>>;
  /** The first valid line; `onInvalid` hears of the invalid lines before it. */
  find(login: string, onInvalid?: (login: string) => void): Promise<UserRecord | undefined>;
  /** @throws {PasswdFileError} `exists`. A missing file counts as empty. */
  add(record: UserRecord): Promise<void>;
  /** The changed line moves to the end. @throws {PasswdFileError} `absent`. */
  modify(login: string, change: (record: UserRecord) => UserRecord): Promise<void>;
  /** Removes every line of the login. @throws {PasswdFileError} `absent`. */
  remove(login: string): Promise<void>;
  /** Drops every line of the login; then appends what `decide` returns. When it throws, the file stays as it was. */
  edit(login: string, decide: (current: CurrentUser) => UserRecord | undefined): Promise<void>;
}
