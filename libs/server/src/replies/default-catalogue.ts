import { formatEpsv, formatPasv, formatTimestamp, quotePath } from '@pure-ftpd/protocol';

import { type Catalogue, reply } from './catalogue.ts';
import type { OutcomeOf } from './outcomes.ts';

/** The library's own replies: the codes of RFC 959, 2228, 2389, 2428 and 3659 as pyftpdlib gives them. */
export const defaultCatalogue: Catalogue = {
  serviceReady: ({ banner }) => ({ code: 220, lines: banner.split(/\r?\n/) }),
  goodbye: ({ message }) =>
    message === undefined ? reply(221, 'Goodbye.') : { code: 221, lines: message.split(/\r?\n/) },
  readyForNewUser: reply(230, 'Ready for a new user.'),
  tooManyConnections: reply(421, 'Too many connections, try again later.'),
  tooManyConnectionsFromAddress: reply(421, 'Too many connections from your address.'),
  idleTimeout: reply(421, 'No command for too long, closing the control connection.'),
  serverClosing: reply(421, 'The server is shutting down.'),
  kicked: reply(421, 'The administrator has ended this session.'),
  serviceUnavailable: reply(421, 'Service not available, closing the control connection.'),
  internalError: reply(451, 'Requested action aborted: local error in processing.'),

  commandNotUnderstood: ({ verb }) => reply(500, `Command ${verb} not understood.`),
  commandMalformed: reply(500, 'That is not a command.'),
  commandTooLong: reply(500, 'Command line too long.'),
  argumentRequired: ({ verb }) => reply(501, `${verb} needs an argument.`),
  argumentNotAllowed: ({ verb }) => reply(501, `${verb} takes no argument.`),
  argumentInvalid: ({ verb, reason }) => reply(501, `${verb}: ${reason.text}.`),
  commandUnsupported: ({ verb }) => reply(502, `${verb} is not available here.`),
  argumentUnsupported: ({ verb, argument }) => reply(504, `${verb} ${argument} is not supported.`),
  siteCommandNotUnderstood: ({ verb }) => reply(500, `SITE ${verb} not understood.`),

  noAliases: reply(502, 'There is no such alias.'),
  aliases: ({ aliases }) => ({
    code: 214,
    lines: ['These aliases of directories are known:', 'End of aliases.'],
    embedded: Array.from(aliases, ([alias, directory]) => `${alias} ${directory}`),
  }),
  aliasTarget: ({ alias, directory }) => reply(214, `${alias} is ${directory}`),
  commandSuperfluous: ({ verb }) => reply(202, `${verb} is superfluous here.`),
  commandOutOfSequence: ({ verb }) => reply(503, `${verb} is out of sequence.`),

  tlsAccepted: ({ mechanism }) => reply(234, `AUTH ${mechanism} accepted, begin the handshake.`),
  tlsAlreadyActive: reply(503, 'The control connection is protected already.'),
  tlsMechanismUnknown: ({ mechanism }) => reply(504, `AUTH ${mechanism} is not supported, use TLS.`),
  tlsBusy: reply(431, 'Too many TLS handshakes, try again later.'),
  clearTextBehindAuth: reply(503, 'Nothing may be sent behind AUTH before the handshake.'),
  controlProtectionRequired: reply(550, 'Protect the control connection first, with AUTH TLS.'),
  dataProtectionRequired: reply(521, 'Data connections must be protected, say PROT P.'),
  protectionBufferSet: reply(200, 'PBSZ=0'),
  protectionLevelSet: ({ level }) => reply(200, `Data connections are ${level}.`),
  protectionLevelRefused: ({ level, known }) =>
    known ? reply(536, `PROT ${level} is not for TLS, use C or P.`) : reply(504, 'PROT takes C or P.'),
  protectionCleared: reply(200, 'The control connection is in clear now.'),
  protectionUnavailable: reply(533, 'The control connection is not protected.'),
  protectionKept: reply(534, 'The control connection has to stay protected.'),
  dataHandshakeFailed: ({ reason }) => reply(425, `No data connection, the TLS handshake failed: ${reason.text}.`),
  dataSessionNotResumed: ({ resumedBefore }) =>
    reply(
      522,
      resumedBefore
        ? 'The TLS session was not resumed, although it was before: the client may be out of tickets.'
        : 'Data connections must resume the TLS session of the control connection.',
    ),

  loginRequired: reply(530, 'Log in with USER and PASS first.'),
  passwordRequired: ({ flushed }) =>
    reply(331, flushed ? 'Previous login dropped, send the password.' : 'User name accepted, send the password.'),
  loggedIn: ({ message }) =>
    message === undefined ? reply(230, 'Logged in.') : { code: 230, lines: message.split(/\r?\n/) },
  alreadyLoggedIn: reply(503, 'Already logged in.'),
  userRequired: reply(503, 'Say USER first.'),
  loginFailed: ({ reason, last }) => reply(530, `${reason ?? 'Login failed.'}${last ? ' Disconnecting.' : ''}`),
  homeUnavailable: reply(530, 'The home directory cannot be entered.'),
  accountNotServed: reply(530, 'This account may not be used here.'),
  tooManySessionsOfUser: reply(421, 'Too many sessions of this account.'),

  systemType: reply(215, 'UNIX Type: L8'),
  features: ({ features }) => ({ code: 211, lines: ['Features supported:', 'End'], embedded: features }),
  help: ({ verbs }) => ({
    code: 214,
    lines: ['These commands are recognized:', 'End of help.'],
    embedded: columns(verbs),
  }),
  helpForVerb: ({ verb, syntax, help }) => reply(214, `${verb}${syntax === '' ? '' : ` ${syntax}`}: ${help}`),
  siteHelp: ({ verbs }) => ({
    code: 214,
    lines: ['These SITE commands are recognized:', 'End of help.'],
    embedded: columns(verbs),
  }),
  serverStatus: (status) => ({
    code: 211,
    lines: ['Server status:', 'End of status.'],
    embedded: statusLines(status),
  }),
  pathStatus: ({ path, lines }) => ({
    code: 213,
    lines: [`Status of ${quotePath(path)}:`, 'End of status.'],
    embedded: lines,
    rawEmbedded: true,
  }),
  noop: reply(200, 'Nothing done, successfully.'),
  allocationUnneeded: reply(202, 'No storage allocation necessary.'),
  optionsSet: ({ text }) => reply(200, text),
  languageSet: ({ language }) => reply(200, `The language is ${language}.`),
  clientNoted: reply(200, 'Noted.'),
  hostAccepted: ({ host }) => reply(220, `Host ${host} accepted.`),
  hostUnknown: ({ host }) => reply(504, `Host ${host} is not served here.`),
  idleTimeSet: ({ seconds }) => reply(200, `Idle time set to ${seconds} seconds.`),
  serverTime: ({ text }) => reply(211, text),
  spaceAvailable: ({ bytes }) => reply(213, String(bytes)),

  typeSet: ({ type }) => reply(200, type === 'ascii' ? 'Type set to ASCII.' : 'Type set to binary.'),
  typeUnsupported: ({ argument }) => reply(504, `Unsupported type ${argument}.`),
  structureSet: reply(200, 'File transfer structure set to: F.'),
  structureUnsupported: ({ argument }) => reply(504, `Unsupported structure ${argument}.`),
  modeSet: reply(200, 'Transfer mode set to: S.'),
  modeUnsupported: ({ argument }) => reply(504, `Unsupported transfer mode ${argument}.`),
  restartAt: ({ offset }) => reply(350, `Restarting at position ${offset}.`),
  restartInvalid: reply(501, 'REST needs a position in bytes.'),
  restartInAscii: reply(501, 'Transfers cannot be resumed in ASCII type.'),
  restartBeyondEnd: ({ offset }) => reply(554, `Position ${offset} is beyond the end of the file.`),
  restartWithAppend: ({ verb }) => reply(450, `${verb} and REST exclude each other.`),

  passiveMode: ({ address, port }) => reply(227, `Entering passive mode (${formatPasv(address, port)}).`),
  extendedPassiveMode: ({ port }) => reply(229, `Entering extended passive mode ${formatEpsv(port)}.`),
  extendedPassiveOnly: reply(220, 'Only EPSV opens data connections from now on.'),
  activeMode: reply(200, 'Active data connection noted.'),
  networkProtocolUnsupported: ({ supported }) => reply(522, `Network protocol not supported, use (${supported}).`),
  refusedAfterEpsvAll: ({ verb }) => reply(501, `${verb} is not allowed after EPSV ALL.`),
  foreignAddressRefused: reply(501, 'Data connections to other hosts are refused.'),
  privilegedPortRefused: reply(501, 'Data connections to privileged ports are refused.'),
  preTransferAccepted: reply(200, 'Go on.'),
  dataConnectionEstablished: ({ direction, family, address, port }) =>
    reply(225, `Connected ${direction} (|${family}|${address}|${port}|)`),
  establishImpossible: ({ verb }) =>
    reply(520, verb === 'ESTA' ? 'Say PORT or EPRT first.' : 'Say PASV or EPSV first.'),
  passiveUnavailable: ({ reason }) => reply(425, `No passive connection: ${reason.text}.`),

  dataConnectionOpening: ({ open, uniqueName }) => {
    if (uniqueName !== undefined) return reply(150, `FILE: ${uniqueName}`);
    return open
      ? reply(125, 'Data connection open, transfer starting.')
      : reply(150, 'About to open the data connection.');
  },
  dataConnectionUnavailable: ({ reason }) => reply(425, `No data connection: ${reason.text}.`),
  transferComplete: reply(226, 'Transfer complete.'),
  transferAborted: reply(426, 'Transfer aborted.'),
  dataConnectionLost: reply(426, 'Data connection lost, transfer aborted.'),
  dataConnectionTimeout: reply(426, 'Data connection stalled for too long, transfer aborted.'),
  transferFailed: ({ reason }) => reply(451, `Transfer aborted: ${reason.text}.`),
  storageExhausted: reply(452, 'Transfer aborted: no space left.'),
  uploadsHeld: reply(452, 'There is no room for uploads for the time being.'),
  storageLimitExceeded: reply(552, 'Exceeded storage allocation.'),
  ratioExceeded: ({ upload, download }) =>
    reply(550, `Upload something first: the ratio of uploads to downloads is ${upload}:${download}.`),
  nothingToAbort: reply(225, 'Nothing to abort.'),
  abortComplete: reply(226, 'Abort complete.'),
  // RFC 959 §4.1.3: the data connection is closed, and no transfer was in progress.
  dataConnectionDropped: reply(225, 'No transfer to abort, data connection closed.'),

  currentDirectory: ({ path }) => reply(257, `${quotePath(path)} is the current directory.`),
  directoryChanged: ({ path }) => reply(250, `${quotePath(path)} is the current directory.`),
  directoryCreated: ({ path }) => reply(257, `${quotePath(path)} directory created.`),
  directoryRemoved: reply(250, 'Directory removed.'),
  fileRemoved: reply(250, 'File removed.'),
  renameReady: reply(350, 'Ready for the new name.'),
  renamed: reply(250, 'Renamed.'),
  renameFailed: ({ reason }) => reply(550, `${reason.text}.`),
  renameSourceRequired: reply(503, 'Say RNFR first.'),
  fileSize: ({ size }) => reply(213, String(size)),
  sizeInAscii: reply(550, 'SIZE is not given in ASCII type.'),
  fileModified: ({ mtimeMs }) => reply(213, formatTimestamp(mtimeMs)),
  modificationSet: ({ mtimeMs, path }) => reply(213, `Modify=${formatTimestamp(mtimeMs)}; ${path}`),
  factsChanged: ({ facts, path }) => reply(213, `${facts} ${path}`),
  fileHash: ({ algorithm, end, hash, path }) => reply(213, `${algorithm} 0-${end} ${hash} ${path}`),
  factList: ({ path, facts }) => ({
    code: 250,
    lines: [`Listing ${quotePath(path)}:`, 'End MLST.'],
    embedded: [facts],
  }),
  modeChanged: reply(200, 'Mode changed.'),
  notRegularFile: ({ path }) => reply(550, `${path} is not a regular file.`),
  // RFC 3659 §7.2.1 wants 501 of MLSD.
  notDirectory: ({ path, verb }) => reply(verb === 'MLSD' ? 501 : 550, `${path} is not a directory.`),
  permissionDenied: reply(550, 'Not enough privileges.'),
  storageUnavailable: ({ reason }) => reply(450, `${reason.text}.`),
  fileUnavailable: ({ reason }) => reply(550, `${reason.text}.`),
  nameRefused: ({ reason }) => reply(553, `${reason.text}.`),
};

function statusLines({ remoteAddress, username, type, isAwaited, transfer }: OutcomeOf<'serverStatus'>): string[] {
  const lines = [
    `Connected from: ${remoteAddress}`,
    username === undefined ? 'Waiting for a login' : `Logged in as: ${username}`,
    `TYPE: ${type === 'ascii' ? 'ASCII' : 'binary'}; STRU: file; MODE: stream`,
  ];
  if (transfer === undefined) return [...lines, isAwaited ? 'Data connection awaited' : 'No data connection'];
  lines.push(`Transfer of ${transfer.path}`);
  const { moved } = transfer;
  if (moved !== undefined) lines.push(`Bytes transferred: ${moved.bytes}`, `Seconds: ${moved.seconds.toFixed(0)}`);
  return lines;
}

/** Verbs in rows of eight, each padded to six characters. */
function columns(verbs: readonly string[]): string[] {
  const rows: string[] = [];
  for (let at = 0; at < verbs.length; at += 8) {
    rows.push(
      verbs
        .slice(at, at + 8)
        .map((verb) => verb.padEnd(6))
        .join(' ')
        .trimEnd(),
    );
  }
  return rows;
}
