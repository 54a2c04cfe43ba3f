import { formatEpsv, formatPasv, formatTimestamp, quotePath } from '@pure-ftpd/protocol';
import { type Catalogue, reply } from '@pure-ftpd/server';

import type { Sentences } from './sentences.ts';
import { statusLines } from './status-lines.ts';
import { dataConnectionOpening, transferComplete } from './transfer-replies.ts';

/** Verbs that answer a lacking argument with another code than 501 [server-protocol §4]. */
const MISSING_ARGUMENT = new Map([
  ['RMD', 550],
  ['XRMD', 550],
  ['RNFR', 550],
  ['RNTO', 550],
  ['SITE', 500],
  ['OPTS', 504],
]);

/** What is said of a type. */
const TYPES = { ascii: 'typeAscii', binary: 'typeBinary' } as const;

/** Verbs that answer an argument they do not know with 504. */
const UNKNOWN_ARGUMENT = new Set(['MODE', 'STRU', 'OPTS']);

/**
 * Every outcome said with the codes of Pure-FTPd [server-protocol §4 to §10], in a language. Where Pure-FTPd's own
 * reply is a defect [security-history §12] the right one is given.
 */
export function pureFtpdCatalogue(words: Sentences): Catalogue {
  return {
    ...sessionReplies(words),
    ...settingReplies(words),
    ...fileReplies(words),
    note: (note) => words.note(note),
  };
}

function sessionReplies(words: Sentences) {
  return {
    serviceReady: ({ banner }) => ({ code: 220, lines: banner.split(/\r?\n/) }),
    goodbye: ({ message, bytesReceived, bytesSent }) => ({
      code: 221,
      lines: [
        words.say('totals', { uploaded: Math.ceil(bytesReceived / 1024), downloaded: Math.ceil(bytesSent / 1024) }),
        ...(message === undefined ? [words.say('farewell')] : message.split(/\r?\n/)),
      ],
    }),
    readyForNewUser: reply(220, words.say('readyForNewUser')),
    tooManyConnections: reply(421, words.say('tooManyConnections')),
    tooManyConnectionsFromAddress: reply(421, words.say('tooManyConnectionsFromAddress')),
    idleTimeout: reply(421, words.say('idleTimeout')),
    serverClosing: reply(421, words.say('serverClosing')),
    kicked: reply(421, words.say('kicked')),
    serviceUnavailable: ({ reason }) => {
      if (reason === 'internal') return reply(421, words.say('internalError'));
      return reply(
        421,
        reason === 'authentication' ? words.say('authenticationUnavailable') : words.say('addressUnavailable'),
      );
    },
    internalError: reply(451, words.say('internalError')),

    commandUnsupported: ({ verb }) => reply(502, words.say('commandUnsupported', { verb })),
    commandNotUnderstood: ({ verb }) => reply(500, words.say('commandNotUnderstood', { verb })),
    commandMalformed: reply(500, words.say('commandMalformed')),
    commandTooLong: reply(421, words.say('commandTooLong')),
    argumentRequired: ({ verb }) => reply(MISSING_ARGUMENT.get(verb) ?? 501, words.say('argumentRequired', { verb })),
    argumentNotAllowed: ({ verb }) => reply(501, words.say('argumentNotAllowed', { verb })),
    argumentInvalid: ({ verb }) =>
      reply(UNKNOWN_ARGUMENT.has(verb) ? 504 : 501, words.say('argumentInvalid', { verb })),
    argumentUnsupported: ({ verb, argument }) => reply(504, words.say('argumentUnsupported', { verb, argument })),
    siteCommandNotUnderstood: ({ verb }) => reply(500, words.say('siteCommandNotUnderstood', { verb })),
    noAliases: reply(502, words.say('noAliases')),
    aliases: ({ aliases }) => ({
      code: 214,
      lines: [words.say('aliasesBegin'), ' '],
      embedded: Array.from(aliases, ([alias, directory]) => `${alias} ${directory}`),
    }),
    aliasTarget: ({ alias, directory }) => reply(214, words.say('aliasTarget', { alias, directory })),
    commandSuperfluous: ({ verb }) => reply(202, words.say('commandSuperfluous', { verb })),
    commandOutOfSequence: ({ verb }) =>
      reply(503, verb === 'PBSZ' ? 'PBSZ=0' : words.say('commandOutOfSequence', { verb })),

    tlsAccepted: ({ mechanism }) => reply(234, words.say('tlsAccepted', { mechanism })),
    tlsAlreadyActive: ({ mechanism }) => reply(234, words.say('tlsAccepted', { mechanism })),
    tlsMechanismUnknown: ({ mechanism }) => reply(500, words.say('tlsMechanismUnknown', { mechanism })),
    tlsBusy: reply(421, words.say('tlsBusy')),
    clearTextBehindAuth: reply(421, words.say('clearTextBehindAuth')),
    controlProtectionRequired: {
      code: 421,
      lines: [words.say('controlProtectionRequired'), words.say('controlProtectionHow')],
    },
    dataProtectionRequired: reply(521, words.say('dataProtectionRequired')),
    protectionBufferSet: reply(200, 'PBSZ=0'),
    protectionLevelSet: ({ level }) =>
      reply(200, words.say(level === 'clear' ? 'protectionClear' : 'protectionPrivate')),
    protectionLevelRefused: ({ level }) => reply(534, words.say('protectionLevelRefused', { level })),
    protectionCleared: reply(200, words.say('protectionCleared')),
    protectionUnavailable: reply(534, words.say('protectionUnavailable')),
    protectionKept: reply(534, words.say('protectionKept')),
    dataHandshakeFailed: reply(425, words.say('dataHandshakeFailed')),
    dataSessionNotResumed: ({ resumedBefore }) =>
      reply(522, resumedBefore ? words.say('dataSessionNoLongerResumed') : words.say('dataSessionNotResumed')),

    loginRequired: reply(530, words.say('loginRequired')),
    passwordRequired: ({ username }) => reply(331, words.say('passwordRequired', { username })),
    loggedIn: ({ message, directory, restricted }) => ({
      code: 230,
      lines: [
        words.say(restricted ? 'loggedInRestricted' : 'loggedIn', { directory }),
        ...(message === undefined ? [] : message.split(/\r?\n/)),
      ],
    }),
    alreadyLoggedIn: reply(530, words.say('alreadyLoggedIn')),
    userRequired: reply(530, words.say('userRequired')),
    loginFailed: ({ last }) => reply(530, last ? words.say('lastLoginFailed') : words.say('loginFailed')),
    homeUnavailable: reply(421, words.say('homeUnavailable')),
    accountNotServed: reply(530, words.say('accountNotServed')),
    tooManySessionsOfUser: reply(421, words.say('tooManySessionsOfUser')),

    systemType: reply(215, 'UNIX Type: L8'),
    features: ({ features }) => ({
      code: 211,
      lines: [words.say('featuresBegin'), words.say('featuresEnd')],
      embedded: features,
    }),
    help: ({ verbs }) => ({ code: 214, lines: [words.say('helpBegin'), words.say('helpEnd')], embedded: verbs }),
    // In English, as the protocol's own words: Pure-FTPd's HELP lists commands, and explains none.
    helpForVerb: ({ verb, syntax, help }) => reply(214, `${verb}${syntax === '' ? '' : ` ${syntax}`}: ${help}`),
    siteHelp: ({ verbs }) => ({
      code: 214,
      lines: [words.say('siteHelpBegin'), words.say('siteHelpEnd')],
      embedded: verbs,
    }),
    serverStatus: (status) => ({
      code: 211,
      lines: [words.say('statusBegin'), words.say('statusEnd')],
      embedded: statusLines(words, status),
    }),
    pathStatus: ({ lines }) => ({ code: 213, lines: ['STAT', 'End.'], embedded: lines, rawEmbedded: true }),
    noop: reply(200, words.say('noop')),
    allocationUnneeded: reply(200, words.say('allocationUnneeded')),
    languageSet: ({ language }) => reply(200, words.say('languageSet', { language })),
    clientNoted: reply(200, words.say('clientNoted')),
    hostAccepted: ({ host }) => reply(220, words.say('hostAccepted', { host })),
    hostUnknown: ({ host }) => reply(504, words.say('hostUnknown', { host })),
    idleTimeSet: ({ seconds }) => reply(200, words.say('idleTimeSet', { seconds })),
    serverTime: ({ text }) => reply(211, text),
    spaceAvailable: ({ bytes }) => reply(213, String(bytes)),
    // RFC 3659 §7.8 wants the facts behind one more space.
    optionsSet: ({ text }) => reply(200, text.startsWith('MLST OPTS') ? ` ${text}` : text),
  } satisfies Partial<Catalogue>;
}

function kibibytes(bytes: number): number {
  return Math.floor(bytes / 1024);
}

function settingReplies(words: Sentences) {
  return {
    typeSet: ({ type }) => reply(200, words.say(TYPES[type])),
    typeUnsupported: ({ argument, current }) => ({
      code: 504,
      lines: [words.say('typeUnsupported', { argument }), words.say(TYPES[current])],
    }),
    structureSet: reply(200, words.say('structureSet')),
    structureUnsupported: ({ argument }) => reply(504, words.say('structureUnsupported', { argument })),
    modeSet: reply(200, words.say('modeSet')),
    modeUnsupported: ({ argument }) => reply(504, words.say('modeUnsupported', { argument })),
    restartAt: ({ offset, type }) =>
      reply(350, type === 'ascii' ? words.say('restartAtInAscii', { offset }) : words.say('restartAt', { offset })),
    restartInvalid: { code: 554, lines: [words.say('restartInvalid'), words.say('restartReset')] },
    restartInAscii: reply(503, words.say('restartInAscii')),
    restartBeyondEnd: ({ offset }) => ({
      code: 554,
      lines: [words.say('restartBeyondEnd', { offset }), words.say('restartReset')],
    }),
    restartWithAppend: reply(503, words.say('restartWithAppend')),

    // Routers rewrite 227: its words are fixed, and no dot follows [server-protocol §13].
    passiveMode: ({ address, port }) => reply(227, `Entering Passive Mode (${formatPasv(address, port)})`),
    extendedPassiveMode: ({ port }) => reply(229, `Extended Passive mode OK ${formatEpsv(port)}`),
    extendedPassiveOnly: reply(220, words.say('extendedPassiveOnly')),
    activeMode: reply(200, words.say('activeMode')),
    networkProtocolUnsupported: ({ supported }) => reply(522, words.say('networkProtocolUnsupported', { supported })),
    refusedAfterEpsvAll: ({ verb }) => reply(501, words.say('refusedAfterEpsvAll', { verb })),
    foreignAddressRefused: reply(500, words.say('foreignAddressRefused')),
    privilegedPortRefused: reply(501, words.say('privilegedPortRefused')),
    preTransferAccepted: reply(200, words.say('preTransferAccepted')),
    dataConnectionEstablished: ({ direction, family, address, port }) =>
      reply(225, `Connected ${direction} (|${family}|${address}|${port}|)`),
    establishImpossible: ({ verb }) =>
      reply(520, words.say(verb === 'ESTA' ? 'establishNeedsPort' : 'establishNeedsPassive')),
    passiveUnavailable: ({ reason }) => reply(425, words.say('passiveUnavailable', { reason: words.reason(reason) })),
  } satisfies Partial<Catalogue>;
}

function fileReplies(words: Sentences) {
  return {
    dataConnectionOpening: (outcome) => dataConnectionOpening(words, outcome),
    dataConnectionUnavailable: ({ reason }) =>
      reply(425, words.say('dataConnectionUnavailable', { reason: words.reason(reason) })),
    transferComplete: (outcome) => transferComplete(words, outcome),
    transferAborted: reply(426, words.say('transferAborted')),
    dataConnectionLost: reply(426, words.say('dataConnectionLost')),
    dataConnectionTimeout: reply(426, words.say('dataConnectionTimeout')),
    transferFailed: ({ reason }) => reply(451, words.say('transferFailed', { reason: words.reason(reason) })),
    storageExhausted: reply(451, words.say('storageExhausted')),
    uploadsHeld: reply(452, words.say('storageLimitExceeded')),
    storageLimitExceeded: reply(552, words.say('storageLimitExceeded')),
    ratioExceeded: ({ upload, download, uploaded, downloaded }) => ({
      code: 550,
      lines: [
        words.say('ratioNotice', { upload, download }),
        words.say('ratioUsed', { uploaded: kibibytes(uploaded), downloaded: kibibytes(downloaded) }),
        words.say('ratioAdvice'),
      ],
    }),
    nothingToAbort: reply(226, words.say('nothingToAbort')),
    abortComplete: reply(226, words.say('abortComplete')),
    dataConnectionDropped: reply(226, words.say('abortComplete')),

    currentDirectory: ({ path }) => reply(257, `${quotePath(path)} ${words.say('currentDirectory')}`),
    directoryChanged: ({ path }) => reply(250, words.say('directoryChanged', { path })),
    directoryCreated: ({ path }) => reply(257, `${quotePath(path)} ${words.say('directoryCreated')}`),
    directoryRemoved: reply(250, words.say('directoryRemoved')),
    fileRemoved: reply(250, words.say('fileRemoved')),
    renameReady: reply(350, words.say('renameReady')),
    renamed: reply(250, words.say('renamed')),
    renameFailed: ({ reason }) => reply(451, words.say('renameFailed', { reason: words.reason(reason) })),
    renameSourceRequired: reply(503, words.say('renameSourceRequired')),
    fileSize: ({ size }) => reply(213, String(size)),
    sizeInAscii: reply(550, words.say('sizeInAscii')),
    fileModified: ({ mtimeMs }) => reply(213, formatTimestamp(mtimeMs)),
    modificationSet: ({ mtimeMs, path }) => reply(213, `Modify=${formatTimestamp(mtimeMs)}; ${path}`),
    factsChanged: ({ facts, path }) => reply(213, `${facts} ${path}`),
    fileHash: ({ algorithm, end, hash, path }) => reply(213, `${algorithm} 0-${end} ${hash} ${path}`),
    factList: ({ facts }) => ({ code: 250, lines: ['Begin', 'End.'], embedded: [facts] }),
    modeChanged: reply(200, words.say('modeChanged')),
    notRegularFile: ({ path }) => reply(550, words.say('notRegularFile', { path })),
    notDirectory: ({ path }) => reply(550, words.say('notDirectory', { path })),
    permissionDenied: reply(550, words.say('permissionDenied')),
    fileUnavailable: ({ path, reason }) =>
      reply(550, words.say('fileUnavailable', { path, reason: words.reason(reason) })),
    storageUnavailable: ({ path, reason }) =>
      reply(450, words.say('fileUnavailable', { path, reason: words.reason(reason) })),
    nameRefused: ({ path, reason }) => reply(553, words.say('nameRefused', { path, reason: words.reason(reason) })),
  } satisfies Partial<Catalogue>;
}
