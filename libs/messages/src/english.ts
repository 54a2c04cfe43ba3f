import type { Words } from './words.ts';

const TYPES = { ascii: 'ASCII', binary: 'binary' } as const;

/** English. */
export const english: Words = {
  greetingTitle: 'Pure-FTPd is at your service.',
  greetingSession: ({ session, maxSessions }) => `This is session ${session} of at most ${maxSessions}.`,
  greetingPlace: ({ time, port }) => `The clock here says ${clock(time)}, the port is ${port}.`,
  greetingAnonymousOnly: 'Anonymous logins only.',
  greetingNoAnonymous: 'An account is needed: there are no anonymous logins.',
  greetingIdle: (amount, unit) => `A session without a command for ${amount} ${unit} is closed.`,

  totals: (uploaded, downloaded) => `Received ${uploaded} KiB from you, sent you ${downloaded} KiB.`,
  farewell: 'Good-bye.',
  readyForNewUser: 'Ready for another user.',
  tooManyConnections: 'The server is full, try again later.',
  tooManyConnectionsFromAddress: 'Your address has as many sessions as it may have.',
  idleTimeout: 'Nothing was asked for too long: closing.',
  serverClosing: 'The server is shutting down.',
  internalError: 'Something failed inside the server; the command was given up.',
  authenticationUnavailable: 'Accounts cannot be checked at the moment, try again later.',
  addressUnavailable: 'The address for passive connections is unknown at the moment, try again later.',

  commandNotUnderstood: (verb) => `No such command: [${verb}]`,
  commandMalformed: 'That is not a command.',
  commandTooLong: 'The line is longer than any command.',
  argumentRequired: (verb) => `${verb} needs an argument.`,
  argumentNotAllowed: (verb) => `${verb} takes no argument.`,
  argumentInvalid: (verb) => `${verb} does not take that.`,
  argumentUnsupported: (verb, argument) => `${verb} ${argument} is not supported.`,
  siteCommandNotUnderstood: (verb) => `No such SITE command: [${verb}]`,
  commandSuperfluous: (verb) => `${verb} is not needed here.`,
  commandOutOfSequence: (verb) => `${verb} makes no sense now.`,

  loginRequired: 'Log in first: USER, then PASS.',
  passwordRequired: (username) => `Send the password of ${username}.`,
  loggedIn: (directory, restricted) =>
    restricted
      ? `Logged in. ${directory} is your directory (restricted).`
      : `Logged in. ${directory} is your directory.`,
  alreadyLoggedIn: 'You are logged in already.',
  userRequired: 'Say USER first.',
  loginFailed: 'The login was refused.',
  lastLoginFailed: 'The login was refused, as were the ones before. Closing.',
  homeUnavailable: 'Your home directory cannot be entered. Closing.',
  accountNotServed: 'Accounts of this kind are not served here.',
  tooManySessionsOfUser: 'You have as many sessions as you may have. Closing.',

  featuresBegin: 'Extensions:',
  featuresEnd: 'That is all.',
  helpBegin: 'SITE commands of this server:',
  helpEnd: 'That is all.',
  siteHelpBegin: 'SITE commands of this server:',
  siteHelpEnd: 'That is all.',
  statusBegin: 'This session:',
  statusEnd: 'That is all.',
  noop: 'Here.',
  allocationUnneeded: 'There is room.',

  typeIs: (type) => `Type is ${TYPES[type]}.`,
  typeUnsupported: (argument) => `No such type: [${argument}]`,
  structureSet: 'Structure is file.',
  structureUnsupported: (argument) => `No such structure: [${argument}]. Only F is supported.`,
  modeSet: 'Mode is stream.',
  modeUnsupported: (argument) => `No such mode: [${argument}]. Only S is supported.`,
  restartAt: (offset) => `The next transfer starts at byte ${offset}.`,
  restartAtInAscii: (offset) => `The next transfer would start at byte ${offset}, but only in binary type.`,
  restartInvalid: 'A number of bytes is expected.',
  restartReset: 'The next transfer starts at byte 0.',
  restartInAscii: 'A transfer cannot be resumed in ASCII type.',
  restartBeyondEnd: (offset) => `The file ends before byte ${offset}.`,
  restartWithAppend: 'REST and this command exclude each other.',

  extendedPassiveOnly: 'From now on EPSV is the only way to a data connection.',
  activeMode: 'The next data connection goes there.',
  networkProtocolUnsupported: (supported) => `That address family cannot be used here, take (${supported}).`,
  refusedAfterEpsvAll: (verb) => `${verb} is refused after EPSV ALL.`,
  foreignAddressRefused: 'Data connections go to your own address only.',
  privilegedPortRefused: 'Data connections to ports below 1024 are refused.',
  passiveUnavailable: (reason) => `No passive data connection: ${reason}.`,

  dataConnectionOpening: 'Opening the data connection.',
  sizeToCome: (kibibytes) => `${kibibytes} KiB to come.`,
  dataConnectionUnavailable: (reason) => `No data connection: ${reason}.`,
  fileSent: 'The file has been sent.',
  fileReceived: 'The file has been stored.',
  listed: ({ entries, truncated }) =>
    truncated ? `${entries} entries; there are more than can be listed.` : `${entries} entries.`,
  rate: ({ seconds, rate, unit }) => `That took ${seconds.toFixed(3)} seconds, ${rate.toFixed(2)} ${unit} per second.`,
  transferAborted: 'The transfer was aborted.',
  dataConnectionLost: 'The data connection was lost, the transfer is incomplete.',
  dataConnectionTimeout: 'The data connection stood still for too long, the transfer is incomplete.',
  transferFailed: (reason) => `The transfer failed: ${reason}.`,
  storageExhausted: 'The transfer failed: no space is left.',
  storageLimitExceeded: 'There is no room for more files.',
  nothingToAbort: 'There was nothing to abort.',
  abortComplete: 'Aborted.',

  currentDirectory: 'is where you are.',
  directoryChanged: (path) => `You are in ${path} now.`,
  directoryCreated: 'was made.',
  directoryRemoved: 'The directory is gone.',
  fileRemoved: 'The file is gone.',
  renameReady: 'Say RNTO and the new name.',
  renamed: 'Renamed.',
  renameFailed: (reason) => `The new name was not given: ${reason}.`,
  renameSourceRequired: 'Say RNFR and the old name first.',
  sizeInAscii: 'The size in ASCII type is not known.',
  modeChanged: 'The mode was changed.',
  notRegularFile: (path) => `${path}: not a regular file.`,
  notDirectory: (path) => `${path}: not a directory.`,
  permissionDenied: 'You may not do that.',
  fileUnavailable: (path, reason) => `${path}: ${reason}.`,
  nameRefused: (path, reason) => `${path}: ${reason}.`,
};

/** Hours and minutes of the time zone of the process. */
function clock(time: Date): string {
  return `${String(time.getHours()).padStart(2, '0')}:${String(time.getMinutes()).padStart(2, '0')}`;
}
