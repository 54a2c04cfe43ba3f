/** A number of things of a listing, and whether that is all there is. */
export interface ListingWords {
  readonly entries: number;
  readonly truncated: boolean;
}

/** How a transfer went. */
export interface TransferWords {
  readonly seconds: number;
  /** Amount in `unit` per second. */
  readonly rate: number;
  readonly unit: 'bytes' | 'KiB' | 'MiB';
}

/** What the greeting tells of the server. */
export interface GreetingFacts {
  /** Which session this is, the first being 1. */
  readonly session: number;
  /** Most sessions at a time; 0 for no limit. */
  readonly maxSessions: number;
  readonly time: Date;
  readonly port: number;
  /** `only`: everybody is anonymous; `none`: nobody is. */
  readonly anonymous: 'only' | 'none' | 'also';
  /** What may be downloaded for what is uploaded, and whether that is said to everybody. */
  readonly ratio?:
    | { readonly upload: number; readonly download: number; readonly of: 'anonymous' | 'everybody' }
    | undefined;
  /** Whether everybody may transfer files to and from other servers. */
  readonly fxp: boolean;
  /** Whether a client who came over IPv4 may come over IPv6, too. */
  readonly ipv6: boolean;
  /** Whether there is TLS: the title says so, in the C server's form. */
  readonly tls: boolean;
  /** What is said instead of everything but who may come in, and on what terms; nothing where it is empty. */
  readonly fortune?: readonly string[];
  /** Seconds without a command after which a session ends. */
  readonly idleSeconds: number;
}

/**
 * All sentences of the daemon in one language. What programs read (codes, 227, 229, 213, FEAT lines, MLST) is no part of
 * it: see `catalogue.ts`. Sentences are one line each, without a line end.
 */
export interface Words {
  greetingTitle: string;
  greetingSession(facts: Pick<GreetingFacts, 'session' | 'maxSessions'>): string;
  greetingPlace(facts: Pick<GreetingFacts, 'time' | 'port'>): string;
  greetingAnonymousOnly: string;
  greetingNoAnonymous: string;
  greetingFxp: string;
  greetingRatio(ratio: NonNullable<GreetingFacts['ratio']>): readonly string[];
  greetingIPv6: string;
  greetingIdle(amount: number, unit: 'minutes' | 'seconds'): string;

  /** KiB, rounded up. */
  totals(uploaded: number, downloaded: number): string;
  farewell: string;
  readyForNewUser: string;
  tooManyConnections: string;
  tooManyConnectionsFromAddress: string;
  idleTimeout: string;
  serverClosing: string;
  cannotServe: string;
  internalError: string;
  authenticationUnavailable: string;
  addressUnavailable: string;

  commandNotUnderstood(verb: string): string;
  commandMalformed: string;
  commandTooLong: string;
  argumentRequired(verb: string): string;
  argumentNotAllowed(verb: string): string;
  argumentInvalid(verb: string): string;
  argumentUnsupported(verb: string, argument: string): string;
  siteCommandNotUnderstood(verb: string): string;
  noAliases: string;
  aliasesBegin: string;
  aliasTarget(alias: string, directory: string): string;
  clientNoted: string;
  hostAccepted(host: string): string;
  hostUnknown(host: string): string;
  idleTimeSet(seconds: number): string;
  preTransferAccepted: string;
  establishImpossible(verb: 'ESTA' | 'ESTP'): string;
  commandSuperfluous(verb: string): string;
  commandOutOfSequence(verb: string): string;

  tlsAccepted(mechanism: string): string;
  tlsMechanismUnknown(mechanism: string): string;
  tlsBusy: string;
  clearTextBehindAuth: string;
  /** Two lines: what is required, and how to do it. */
  controlProtectionRequired: readonly [string, string];
  dataProtectionRequired: string;
  protectionLevelSet(level: 'clear' | 'private'): string;
  protectionLevelRefused(level: string): string;
  protectionCleared: string;
  protectionUnavailable: string;
  protectionKept: string;
  dataHandshakeFailed: string;
  dataSessionNotResumed: string;
  dataSessionNoLongerResumed: string;

  loginRequired: string;
  passwordRequired(username: string): string;
  loggedIn(directory: string, restricted: boolean): string;
  alreadyLoggedIn: string;
  userRequired: string;
  loginFailed: string;
  lastLoginFailed: string;
  homeUnavailable: string;
  accountNotServed: string;
  tooManySessionsOfUser: string;

  featuresBegin: string;
  featuresEnd: string;
  helpBegin: string;
  /** With the word `Pure-FTPd`: clients look for it here, to know how blanks and brackets in the argument of LIST are read. */
  helpEnd: string;
  siteHelpBegin: string;
  siteHelpEnd: string;
  statusBegin: string;
  statusEnd: string;
  noop: string;
  allocationUnneeded: string;

  typeIs(type: 'ascii' | 'binary'): string;
  typeUnsupported(argument: string): string;
  structureSet: string;
  structureUnsupported(argument: string): string;
  modeSet: string;
  modeUnsupported(argument: string): string;
  restartAt(offset: number): string;
  restartAtInAscii(offset: number): string;
  restartInvalid: string;
  restartReset: string;
  restartInAscii: string;
  restartBeyondEnd(offset: number): string;
  restartWithAppend: string;

  extendedPassiveOnly: string;
  activeMode: string;
  networkProtocolUnsupported(supported: string): string;
  refusedAfterEpsvAll(verb: string): string;
  foreignAddressRefused: string;
  privilegedPortRefused: string;
  passiveUnavailable(reason: string): string;

  dataConnectionOpening: string;
  /** KiB to come, with one decimal. */
  sizeToCome(kibibytes: string): string;
  dataConnectionUnavailable(reason: string): string;
  fileSent: string;
  fileReceived: string;
  listed(listing: ListingWords): string;
  rate(transfer: TransferWords): string;
  transferAborted: string;
  dataConnectionLost: string;
  dataConnectionTimeout: string;
  transferFailed(reason: string): string;
  storageExhausted: string;
  storageLimitExceeded: string;
  /** An upload that had begun has reached the quota. */
  quotaEndsTransfer: string;
  /** What is used of a quota, how much that is in percent, and the limit. */
  quotaFiles(used: bigint, percent: number, limit: bigint): string;
  /** The same in KiB. */
  quotaKibibytes(used: bigint, percent: number, limit: bigint): string;
  bandwidthLimited: string;
  fxpAllowed: string;
  /** Bytes that may be downloaded for bytes that are uploaded. */
  ratioNotice(upload: number, download: number): string;
  /** The three lines of a download that the ratio does not allow; amounts in KiB. */
  ratioExceeded(upload: number, download: number, uploaded: number, downloaded: number): readonly string[];
  nothingToAbort: string;
  abortComplete: string;

  /** What stands behind the quoted path. */
  currentDirectory: string;
  directoryChanged(path: string): string;
  directoryCreated: string;
  directoryRemoved: string;
  fileRemoved: string;
  renameReady: string;
  renamed: string;
  renameFailed(reason: string): string;
  renameSourceRequired: string;
  sizeInAscii: string;
  modeChanged: string;
  notRegularFile(path: string): string;
  notDirectory(path: string): string;
  permissionDenied: string;
  fileUnavailable(path: string, reason: string): string;
  nameRefused(path: string, reason: string): string;
}
