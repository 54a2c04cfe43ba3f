import { formatEpsv, formatPasv, formatTimestamp, quotePath } from '@pure-ftpd/protocol';
import { type Catalogue, reply } from '@pure-ftpd/server';

import { dataConnectionOpening, transferComplete } from './transfer-replies.ts';
import type { Words } from './words.ts';

/** Verbs that answer a lacking argument with another code than 501 [server-protocol §4]. */
const MISSING_ARGUMENT = new Map([
  ['RMD', 550],
  ['XRMD', 550],
  ['RNFR', 550],
  ['RNTO', 550],
  ['SITE', 500],
  ['OPTS', 504],
]);

/** Verbs that answer an argument they do not know with 504. */
const UNKNOWN_ARGUMENT = new Set(['MODE', 'STRU', 'OPTS']);

/**
 * Every outcome said with the codes of Pure-FTPd [server-protocol §4 to §10], in a language. Where Pure-FTPd's own
 * reply is a defect [security-history §12] the right one is given.
 */
export function pureFtpdCatalogue(words: Words): Catalogue {
  return { ...sessionReplies(words), ...settingReplies(words), ...fileReplies(words) };
}

function sessionReplies(words: Words) {
  return {
    serviceReady: ({ banner }) => ({ code: 220, lines: banner.split(/\r?\n/) }),
    goodbye: ({ message, bytesReceived, bytesSent }) => ({
      code: 221,
      lines: [
        words.totals(Math.ceil(bytesReceived / 1024), Math.ceil(bytesSent / 1024)),
        ...(message === undefined ? [words.farewell] : message.split(/\r?\n/)),
      ],
    }),
    readyForNewUser: reply(220, words.readyForNewUser),
    tooManyConnections: reply(421, words.tooManyConnections),
    tooManyConnectionsFromAddress: reply(421, words.tooManyConnectionsFromAddress),
    idleTimeout: reply(421, words.idleTimeout),
    serverClosing: reply(421, words.serverClosing),
    serviceUnavailable: ({ reason }) => {
      if (reason === 'internal') return reply(421, words.internalError);
      return reply(421, reason === 'authentication' ? words.authenticationUnavailable : words.addressUnavailable);
    },
    internalError: reply(451, words.internalError),

    commandNotUnderstood: ({ verb }) => reply(500, words.commandNotUnderstood(verb)),
    commandMalformed: reply(500, words.commandMalformed),
    commandTooLong: reply(421, words.commandTooLong),
    argumentRequired: ({ verb }) => reply(MISSING_ARGUMENT.get(verb) ?? 501, words.argumentRequired(verb)),
    argumentNotAllowed: ({ verb }) => reply(501, words.argumentNotAllowed(verb)),
    argumentInvalid: ({ verb }) => reply(UNKNOWN_ARGUMENT.has(verb) ? 504 : 501, words.argumentInvalid(verb)),
    argumentUnsupported: ({ verb, argument }) => reply(504, words.argumentUnsupported(verb, argument)),
    siteCommandNotUnderstood: ({ verb }) => reply(500, words.siteCommandNotUnderstood(verb)),
    noAliases: reply(502, words.noAliases),
    aliases: ({ aliases }) => ({
      code: 214,
      lines: [words.aliasesBegin, ' '],
      embedded: Array.from(aliases, ([alias, directory]) => `${alias} ${directory}`),
    }),
    aliasTarget: ({ alias, directory }) => reply(214, words.aliasTarget(alias, directory)),
    commandSuperfluous: ({ verb }) => reply(202, words.commandSuperfluous(verb)),
    commandOutOfSequence: ({ verb }) => reply(503, verb === 'PBSZ' ? 'PBSZ=0' : words.commandOutOfSequence(verb)),

    tlsAccepted: ({ mechanism }) => reply(234, words.tlsAccepted(mechanism)),
    tlsAlreadyActive: ({ mechanism }) => reply(234, words.tlsAccepted(mechanism)),
    tlsMechanismUnknown: ({ mechanism }) => reply(500, words.tlsMechanismUnknown(mechanism)),
    tlsBusy: reply(421, words.tlsBusy),
    clearTextBehindAuth: reply(421, words.clearTextBehindAuth),
    controlProtectionRequired: { code: 421, lines: words.controlProtectionRequired },
    dataProtectionRequired: reply(521, words.dataProtectionRequired),
    protectionBufferSet: reply(200, 'PBSZ=0'),
    protectionLevelSet: ({ level }) => reply(200, words.protectionLevelSet(level)),
    protectionLevelRefused: ({ level }) => reply(534, words.protectionLevelRefused(level)),
    protectionCleared: reply(200, words.protectionCleared),
    protectionUnavailable: reply(534, words.protectionUnavailable),
    protectionKept: reply(534, words.protectionKept),
    dataHandshakeFailed: reply(425, words.dataHandshakeFailed),
    dataSessionNotResumed: ({ resumedBefore }) =>
      reply(522, resumedBefore ? words.dataSessionNoLongerResumed : words.dataSessionNotResumed),

    loginRequired: reply(530, words.loginRequired),
    passwordRequired: ({ username }) => reply(331, words.passwordRequired(username)),
    loggedIn: ({ message, directory, restricted }) => ({
      code: 230,
      lines: [words.loggedIn(directory, restricted), ...(message === undefined ? [] : message.split(/\r?\n/))],
    }),
    alreadyLoggedIn: reply(530, words.alreadyLoggedIn),
    userRequired: reply(530, words.userRequired),
    loginFailed: ({ last }) => reply(530, last ? words.lastLoginFailed : words.loginFailed),
    homeUnavailable: reply(421, words.homeUnavailable),
    accountNotServed: reply(530, words.accountNotServed),
    tooManySessionsOfUser: reply(421, words.tooManySessionsOfUser),

    systemType: reply(215, 'UNIX Type: L8'),
    features: ({ features }) => ({
      code: 211,
      lines: [words.featuresBegin, words.featuresEnd],
      embedded: features,
    }),
    help: ({ verbs }) => ({ code: 214, lines: [words.helpBegin, words.helpEnd], embedded: verbs }),
    helpForVerb: ({ text }) => reply(214, text),
    siteHelp: ({ verbs }) => ({ code: 214, lines: [words.siteHelpBegin, words.siteHelpEnd], embedded: verbs }),
    serverStatus: ({ lines }) => ({ code: 211, lines: [words.statusBegin, words.statusEnd], embedded: lines }),
    pathStatus: ({ lines }) => ({ code: 213, lines: ['STAT', 'End.'], embedded: lines, rawEmbedded: true }),
    noop: reply(200, words.noop),
    allocationUnneeded: reply(200, words.allocationUnneeded),
    clientNoted: reply(200, words.clientNoted),
    hostAccepted: ({ host }) => reply(220, words.hostAccepted(host)),
    hostUnknown: ({ host }) => reply(504, words.hostUnknown(host)),
    idleTimeSet: ({ seconds }) => reply(200, words.idleTimeSet(seconds)),
    serverTime: ({ text }) => reply(211, text),
    spaceAvailable: ({ bytes }) => reply(213, String(bytes)),
    // RFC 3659 §7.8 wants the facts behind one more space.
    optionsSet: ({ text }) => reply(200, text.startsWith('MLST OPTS') ? ` ${text}` : text),
  } satisfies Partial<Catalogue>;
}

function kibibytes(bytes: number): number {
  return Math.floor(bytes / 1024);
}

function settingReplies(words: Words) {
  return {
    typeSet: ({ type }) => reply(200, words.typeIs(type)),
    typeUnsupported: ({ argument, current }) => ({
      code: 504,
      lines: [words.typeUnsupported(argument), words.typeIs(current)],
    }),
    structureSet: reply(200, words.structureSet),
    structureUnsupported: ({ argument }) => reply(504, words.structureUnsupported(argument)),
    modeSet: reply(200, words.modeSet),
    modeUnsupported: ({ argument }) => reply(504, words.modeUnsupported(argument)),
    restartAt: ({ offset, type }) =>
      reply(350, type === 'ascii' ? words.restartAtInAscii(offset) : words.restartAt(offset)),
    restartInvalid: { code: 554, lines: [words.restartInvalid, words.restartReset] },
    restartInAscii: reply(503, words.restartInAscii),
    restartBeyondEnd: ({ offset }) => ({ code: 554, lines: [words.restartBeyondEnd(offset), words.restartReset] }),
    restartWithAppend: reply(503, words.restartWithAppend),

    // Routers rewrite 227: its words are fixed, and no dot follows [server-protocol §13].
    passiveMode: ({ address, port }) => reply(227, `Entering Passive Mode (${formatPasv(address, port)})`),
    extendedPassiveMode: ({ port }) => reply(229, `Extended Passive mode OK ${formatEpsv(port)}`),
    extendedPassiveOnly: reply(220, words.extendedPassiveOnly),
    activeMode: reply(200, words.activeMode),
    networkProtocolUnsupported: ({ supported }) => reply(522, words.networkProtocolUnsupported(supported)),
    refusedAfterEpsvAll: ({ verb }) => reply(501, words.refusedAfterEpsvAll(verb)),
    foreignAddressRefused: reply(500, words.foreignAddressRefused),
    privilegedPortRefused: reply(501, words.privilegedPortRefused),
    preTransferAccepted: reply(200, words.preTransferAccepted),
    dataConnectionEstablished: ({ direction, family, address, port }) =>
      reply(225, `Connected ${direction} (|${family}|${address}|${port}|)`),
    establishImpossible: ({ verb }) => reply(520, words.establishImpossible(verb)),
    passiveUnavailable: ({ reason }) => reply(425, words.passiveUnavailable(reason)),
  } satisfies Partial<Catalogue>;
}

function fileReplies(words: Words) {
  return {
    dataConnectionOpening: (outcome) => dataConnectionOpening(words, outcome),
    dataConnectionUnavailable: ({ reason }) => reply(425, words.dataConnectionUnavailable(reason)),
    transferComplete: (outcome) => transferComplete(words, outcome),
    transferAborted: reply(426, words.transferAborted),
    dataConnectionLost: reply(426, words.dataConnectionLost),
    dataConnectionTimeout: reply(426, words.dataConnectionTimeout),
    transferFailed: ({ reason }) => reply(451, words.transferFailed(reason)),
    storageExhausted: reply(451, words.storageExhausted),
    storageLimitExceeded: reply(552, words.storageLimitExceeded),
    ratioExceeded: ({ upload, download, uploaded, downloaded }) => ({
      code: 550,
      lines: words.ratioExceeded(upload, download, kibibytes(uploaded), kibibytes(downloaded)),
    }),
    nothingToAbort: reply(226, words.nothingToAbort),
    abortComplete: reply(226, words.abortComplete),
    dataConnectionDropped: reply(226, words.abortComplete),

    currentDirectory: ({ path }) => reply(257, `${quotePath(path)} ${words.currentDirectory}`),
    directoryChanged: ({ path }) => reply(250, words.directoryChanged(path)),
    directoryCreated: ({ path }) => reply(257, `${quotePath(path)} ${words.directoryCreated}`),
    directoryRemoved: reply(250, words.directoryRemoved),
    fileRemoved: reply(250, words.fileRemoved),
    renameReady: reply(350, words.renameReady),
    renamed: reply(250, words.renamed),
    renameFailed: ({ reason }) => reply(451, words.renameFailed(reason)),
    renameSourceRequired: reply(503, words.renameSourceRequired),
    fileSize: ({ size }) => reply(213, String(size)),
    sizeInAscii: reply(550, words.sizeInAscii),
    fileModified: ({ mtimeMs }) => reply(213, formatTimestamp(mtimeMs)),
    modificationSet: ({ mtimeMs, path }) => reply(213, `Modify=${formatTimestamp(mtimeMs)}; ${path}`),
    factsChanged: ({ facts, path }) => reply(213, `${facts} ${path}`),
    fileHash: ({ algorithm, end, hash, path }) => reply(213, `${algorithm} 0-${end} ${hash} ${path}`),
    factList: ({ facts }) => ({ code: 250, lines: ['Begin', 'End.'], embedded: [facts] }),
    modeChanged: reply(200, words.modeChanged),
    notRegularFile: ({ path }) => reply(550, words.notRegularFile(path)),
    notDirectory: ({ path }) => reply(550, words.notDirectory(path)),
    permissionDenied: reply(550, words.permissionDenied),
    fileUnavailable: ({ path, reason }) => reply(550, words.fileUnavailable(path, reason)),
    nameRefused: ({ path, reason }) => reply(553, words.nameRefused(path, reason)),
  } satisfies Partial<Catalogue>;
}
