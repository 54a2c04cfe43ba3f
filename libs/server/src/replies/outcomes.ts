import type { NamedText, Reason } from './reasons.ts';

/**
 * What can happen, by name. Commands decide an outcome; a catalogue decides how it is said (code and words).
 * A new outcome gets a row here, and the compiler asks every catalogue for its words.
 */
export interface OutcomeParameters {
  // Session
  serviceReady: { readonly banner: string };
  goodbye: { readonly message: string | undefined; readonly bytesReceived: number; readonly bytesSent: number };
  readyForNewUser: NoParameters;
  tooManyConnections: NoParameters;
  tooManyConnectionsFromAddress: NoParameters;
  idleTimeout: NoParameters;
  serverClosing: NoParameters;
  /** The administrator has ended the session. */
  kicked: NoParameters;
  /** The session cannot go on for a reason of the server's; it ends. */
  serviceUnavailable: { readonly reason: 'authentication' | 'announcedAddress' | 'internal' };
  internalError: NoParameters;

  // Command line
  commandNotUnderstood: { readonly verb: string };
  commandMalformed: NoParameters;
  commandTooLong: NoParameters;
  argumentRequired: { readonly verb: string };
  argumentNotAllowed: { readonly verb: string };
  argumentInvalid: {
    readonly verb: string;
    readonly reason: Reason;
    /** There are more parts than it takes, or fewer. */
    readonly miscounted?: boolean;
  };
  /** The user's file system cannot do it. */
  commandUnsupported: { readonly verb: string };
  argumentUnsupported: { readonly verb: string; readonly argument: string };
  siteCommandNotUnderstood: { readonly verb: string };
  /** SITE ALIAS: no directory has another name. */
  noAliases: NoParameters;
  aliases: { readonly aliases: ReadonlyMap<string, string> };
  aliasTarget: { readonly alias: string; readonly directory: string };
  commandSuperfluous: { readonly verb: string };
  commandOutOfSequence: { readonly verb: string };

  // TLS
  /** AUTH: the handshake comes next. */
  tlsAccepted: { readonly mechanism: string };
  tlsAlreadyActive: { readonly mechanism: string };
  tlsMechanismUnknown: { readonly mechanism: string };
  /** There are too many handshakes already. */
  tlsBusy: NoParameters;
  /** Something was said in clear behind AUTH; the session ends. */
  clearTextBehindAuth: NoParameters;
  controlProtectionRequired: NoParameters;
  dataProtectionRequired: { readonly verb: string };
  /** PBSZ: streams need no buffer. */
  protectionBufferSet: NoParameters;
  protectionLevelSet: { readonly level: 'clear' | 'private' };
  /** PROT: a level TLS does not have, or nobody has. */
  protectionLevelRefused: { readonly level: string; readonly known: boolean };
  /** CCC: the control connection goes on in clear. */
  protectionCleared: NoParameters;
  /** CCC: there is no protection to be cleared. */
  protectionUnavailable: NoParameters;
  /** CCC: protection is required. */
  protectionKept: NoParameters;
  dataHandshakeFailed: { readonly reason: Reason };
  /** The client could not show that the data connection is its own. */
  dataSessionNotResumed: { readonly resumedBefore: boolean };

  // Login
  loginRequired: NoParameters;
  passwordRequired: { readonly username: string; readonly flushed: boolean };
  loggedIn: {
    readonly username: string;
    readonly message: string | undefined;
    readonly directory: string;
    /** Whether the directory is in a jail that the server has made. */
    readonly restricted: boolean;
  };
  alreadyLoggedIn: NoParameters;
  userRequired: NoParameters;
  loginFailed: { readonly reason: string | undefined; readonly last: boolean };
  homeUnavailable: NoParameters;
  accountNotServed: NoParameters;
  tooManySessionsOfUser: NoParameters;

  // Information
  systemType: NoParameters;
  features: { readonly features: readonly string[] };
  help: { readonly verbs: readonly string[] };
  helpForVerb: { readonly verb: string; readonly syntax: string; readonly help: string };
  siteHelp: { readonly verbs: readonly string[] };
  serverStatus: {
    readonly remoteAddress: string;
    /** Who is logged in. */
    readonly username: string | undefined;
    readonly type: 'ascii' | 'binary';
    /** Whether a data connection was asked for. */
    readonly isAwaited: boolean;
    /** The transfer that runs, and what it has moved once it has its connection. */
    readonly transfer:
      | { readonly path: string; readonly moved: { readonly bytes: number; readonly seconds: number } | undefined }
      | undefined;
  };
  pathStatus: { readonly path: string; readonly lines: readonly string[] };
  noop: NoParameters;
  allocationUnneeded: NoParameters;
  optionsSet: { readonly text: string };
  /** LANG: replies are in this language from now on. */
  languageSet: { readonly language: string };
  clientNoted: NoParameters;
  hostAccepted: { readonly host: string };
  hostUnknown: { readonly host: string };
  idleTimeSet: { readonly seconds: number };
  serverTime: { readonly text: string };
  spaceAvailable: { readonly bytes: number };

  // Parameters of transfers
  typeSet: { readonly type: 'ascii' | 'binary' };
  typeUnsupported: { readonly argument: string; readonly current: 'ascii' | 'binary' };
  structureSet: NoParameters;
  structureUnsupported: { readonly argument: string };
  modeSet: NoParameters;
  modeUnsupported: { readonly argument: string };
  restartAt: { readonly offset: number; readonly type: 'ascii' | 'binary' };
  restartInvalid: NoParameters;
  restartInAscii: NoParameters;
  restartBeyondEnd: {
    readonly offset: number;
    /** Of the file; undefined where there is none. */
    readonly size: number | undefined;
  };
  restartWithAppend: { readonly verb: 'APPE' | 'STOU' };

  // Data connections
  passiveMode: { readonly address: string; readonly port: number };
  extendedPassiveMode: { readonly port: number };
  extendedPassiveOnly: NoParameters;
  activeMode: NoParameters;
  networkProtocolUnsupported: { readonly supported: string };
  refusedAfterEpsvAll: { readonly verb: string };
  foreignAddressRefused: NoParameters;
  privilegedPortRefused: NoParameters;
  passiveUnavailable: { readonly reason: Reason };
  preTransferAccepted: NoParameters;
  dataConnectionEstablished: {
    readonly direction: 'from' | 'to';
    readonly family: 1 | 2;
    readonly address: string;
    readonly port: number;
  };
  establishImpossible: { readonly verb: 'ESTA' | 'ESTP' };

  // Transfers
  dataConnectionOpening: {
    readonly open: boolean;
    readonly uniqueName: string | undefined;
    readonly size: number | undefined;
  };
  dataConnectionUnavailable: { readonly reason: Reason };
  transferComplete: {
    readonly bytes: number;
    readonly seconds: number;
    readonly kind: 'send' | 'receive' | 'list';
    /** What a listing was of. */
    readonly listing?: ListingResult;
  };
  transferAborted: NoParameters;
  dataConnectionLost: NoParameters;
  dataConnectionTimeout: NoParameters;
  transferFailed: { readonly reason: Reason };
  storageExhausted: NoParameters;
  /** There is no room for uploads for the time being; none was begun. */
  uploadsHeld: NoParameters;
  /** More would be stored than a limit allows; nothing was. */
  storageLimitExceeded: NoParameters;
  /** RETR: more has to be uploaded first. The ratio, and what this session has moved, in bytes. */
  ratioExceeded: {
    readonly upload: number;
    readonly download: number;
    readonly uploaded: number;
    readonly downloaded: number;
  };
  nothingToAbort: NoParameters;
  abortComplete: NoParameters;
  /** ABOR without a transfer: the data connection that was asked for is given up. */
  dataConnectionDropped: NoParameters;

  // Files and directories
  currentDirectory: { readonly path: string };
  directoryChanged: { readonly path: string };
  directoryCreated: { readonly path: string };
  directoryRemoved: NoParameters;
  fileRemoved: NoParameters;
  renameReady: NoParameters;
  renamed: NoParameters;
  renameFailed: { readonly reason: Reason };
  renameSourceRequired: NoParameters;
  fileSize: { readonly size: number };
  sizeInAscii: NoParameters;
  fileModified: { readonly mtimeMs: number };
  modificationSet: { readonly mtimeMs: number; readonly path: string };
  factsChanged: { readonly facts: string; readonly path: string };
  fileHash: { readonly algorithm: string; readonly end: number; readonly hash: string; readonly path: string };
  factList: { readonly path: string; readonly facts: string };
  modeChanged: NoParameters;
  notRegularFile: { readonly path: string };
  notDirectory: { readonly path: string; readonly verb: string };
  permissionDenied: { readonly verb: string };
  fileUnavailable: { readonly path: string; readonly reason: Reason; readonly verb?: string };
  /** It may be there later. */
  storageUnavailable: { readonly path: string; readonly reason: Reason };
  nameRefused: { readonly path: string; readonly reason: Reason };
}

/** How a listing went, for what is said at its end. */
export interface ListingResult {
  /** Options in effect, as `formatListOptions` writes them; empty where there are none. */
  readonly options: string;
  readonly entries: number;
  /** Not everything was listed: there was too much. */
  readonly truncated: boolean;
}

type NoParameters = object;

export type OutcomeName = keyof OutcomeParameters;

/** One line: as it is, or for the catalogue to say. */
export type Note = string | NamedText;

/** Extra lines of any reply (a banner, a quota, a warning). */
interface WithNotes {
  /** In front of what is said. */
  readonly notes?: readonly Note[];
  /** Behind it. */
  readonly remarks?: readonly Note[];
}

export type OutcomeOf<N extends OutcomeName> = { readonly name: N } & OutcomeParameters[N] & WithNotes;

/** One thing that happened, with what its reply may want to mention. */
export type Outcome = { [N in OutcomeName]: OutcomeOf<N> }[OutcomeName];

/** How a transfer can end: plain data. */
export type TransferOutcome = Exclude<Outcome, { readonly name: 'aliases' }>;
