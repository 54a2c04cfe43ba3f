import { formatReply } from '@pure-ftpd/protocol';
import { type Outcome, type Reason, SystemError } from '@pure-ftpd/server';
import { type OutcomeName, reasonOf, replyFor } from '@pure-ftpd/server/internal';
import { describe, expect, test } from 'vitest';

import { pureFtpdCatalogue } from './catalogue.ts';
import { english } from './languages/english.ts';
import { note } from './notes.ts';
import { SYSTEM_REASONS } from './reasons.ts';
import { Sentences } from './sentences.ts';

const catalogue = pureFtpdCatalogue(new Sentences('en', english));

/** The bytes said for an outcome. */
function said(outcome: Outcome): string {
  return formatReply(replyFor(catalogue, outcome)).toString('latin1');
}

/** One outcome of each name, and the code it must be said with. */
const CODES: readonly (readonly [code: number, outcome: Outcome])[] = [
  [220, { name: 'serviceReady', banner: 'hello\nworld' }],
  [221, { name: 'goodbye', message: undefined, bytesReceived: 0, bytesSent: 0 }],
  [220, { name: 'readyForNewUser' }],
  [421, { name: 'tooManyConnections' }],
  [421, { name: 'tooManyConnectionsFromAddress' }],
  [421, { name: 'idleTimeout' }],
  [421, { name: 'kicked' }],
  [421, { name: 'serverClosing' }],
  [421, { name: 'serviceUnavailable', reason: 'authentication' }],
  [451, { name: 'internalError' }],
  [500, { name: 'commandNotUnderstood', verb: 'FROB' }],
  [502, { name: 'commandUnsupported', verb: 'REST' }],
  [500, { name: 'commandMalformed' }],
  [421, { name: 'commandTooLong' }],
  [501, { name: 'argumentRequired', verb: 'RETR' }],
  [550, { name: 'argumentRequired', verb: 'RMD' }],
  [550, { name: 'argumentRequired', verb: 'RNFR' }],
  [550, { name: 'argumentRequired', verb: 'RNTO' }],
  [500, { name: 'argumentRequired', verb: 'SITE' }],
  [501, { name: 'argumentNotAllowed', verb: 'PWD' }],
  [501, { name: 'argumentInvalid', verb: 'PORT', reason: { text: 'no' } }],
  [504, { name: 'argumentInvalid', verb: 'MODE', reason: { text: 'no' } }],
  [504, { name: 'argumentInvalid', verb: 'STRU', reason: { text: 'no' } }],
  [504, { name: 'argumentInvalid', verb: 'OPTS', reason: { text: 'no' } }],
  [504, { name: 'argumentUnsupported', verb: 'OPTS', argument: 'X' }],
  [500, { name: 'siteCommandNotUnderstood', verb: 'X' }],
  [202, { name: 'commandSuperfluous', verb: 'ACCT' }],
  [234, { name: 'tlsAccepted', mechanism: 'TLS' }],
  [234, { name: 'tlsAlreadyActive', mechanism: 'TLS' }],
  [500, { name: 'tlsMechanismUnknown', mechanism: 'GSSAPI' }],
  [421, { name: 'tlsBusy' }],
  [421, { name: 'clearTextBehindAuth' }],
  [421, { name: 'controlProtectionRequired' }],
  [521, { name: 'dataProtectionRequired', verb: 'RETR' }],
  [200, { name: 'protectionBufferSet' }],
  [200, { name: 'protectionLevelSet', level: 'private' }],
  [534, { name: 'protectionLevelRefused', level: 'X', known: false }],
  [200, { name: 'protectionCleared' }],
  [534, { name: 'protectionUnavailable' }],
  [534, { name: 'protectionKept' }],
  [425, { name: 'dataHandshakeFailed', reason: { text: 'no' } }],
  [522, { name: 'dataSessionNotResumed', resumedBefore: false }],
  [502, { name: 'noAliases' }],
  [214, { name: 'aliases', aliases: new Map([['pub', '/public']]) }],
  [214, { name: 'aliasTarget', alias: 'pub', directory: '/public' }],
  [503, { name: 'commandOutOfSequence', verb: 'PROT' }],
  [530, { name: 'loginRequired' }],
  [331, { name: 'passwordRequired', username: 'a', flushed: false }],
  [230, { name: 'loggedIn', username: 'a', message: undefined, directory: '/', restricted: true }],
  [530, { name: 'alreadyLoggedIn' }],
  [530, { name: 'userRequired' }],
  [530, { name: 'loginFailed', reason: 'secret', last: false }],
  [421, { name: 'homeUnavailable' }],
  [530, { name: 'accountNotServed' }],
  [421, { name: 'tooManySessionsOfUser' }],
  [215, { name: 'systemType' }],
  [211, { name: 'features', features: ['UTF8'] }],
  [214, { name: 'help', verbs: ['CHMOD'] }],
  [214, { name: 'helpForVerb', verb: 'X', syntax: '', help: 'x' }],
  [214, { name: 'siteHelp', verbs: ['CHMOD'] }],
  [
    211,
    { name: 'serverStatus', remoteAddress: '::1', username: 'a', type: 'ascii', isAwaited: true, transfer: undefined },
  ],
  [213, { name: 'pathStatus', path: 'x', lines: [] }],
  [200, { name: 'noop' }],
  [200, { name: 'allocationUnneeded' }],
  [200, { name: 'optionsSet', text: 'UTF8 is on.' }],
  [200, { name: 'clientNoted' }],
  [200, { name: 'languageSet', language: 'en' }],
  [220, { name: 'hostAccepted', host: 'a' }],
  [504, { name: 'hostUnknown', host: 'a' }],
  [200, { name: 'idleTimeSet', seconds: 5 }],
  [211, { name: 'serverTime', text: '2026-01-02 03:04:05' }],
  [213, { name: 'spaceAvailable', bytes: 5 }],
  [200, { name: 'typeSet', type: 'ascii' }],
  [504, { name: 'typeUnsupported', argument: 'E', current: 'ascii' }],
  [200, { name: 'structureSet' }],
  [504, { name: 'structureUnsupported', argument: 'R' }],
  [200, { name: 'modeSet' }],
  [504, { name: 'modeUnsupported', argument: 'B' }],
  [350, { name: 'restartAt', offset: 5, type: 'binary' }],
  [554, { name: 'restartInvalid' }],
  [503, { name: 'restartInAscii' }],
  [554, { name: 'restartBeyondEnd', offset: 9, size: 1 }],
  [503, { name: 'restartWithAppend', verb: 'APPE' }],
  [227, { name: 'passiveMode', address: '192.0.2.1', port: 5000 }],
  [229, { name: 'extendedPassiveMode', port: 5000 }],
  [220, { name: 'extendedPassiveOnly' }],
  [200, { name: 'activeMode' }],
  [522, { name: 'networkProtocolUnsupported', supported: '1' }],
  [501, { name: 'refusedAfterEpsvAll', verb: 'PORT' }],
  [500, { name: 'foreignAddressRefused' }],
  [501, { name: 'privilegedPortRefused' }],
  [425, { name: 'passiveUnavailable', reason: { text: 'no port is free' } }],
  [200, { name: 'preTransferAccepted' }],
  [225, { name: 'dataConnectionEstablished', direction: 'from', family: 1, address: '192.0.2.1', port: 5 }],
  [520, { name: 'establishImpossible', verb: 'ESTA' }],
  [150, { name: 'dataConnectionOpening', open: true, uniqueName: undefined, size: undefined }],
  [425, { name: 'dataConnectionUnavailable', reason: { text: 'no' } }],
  [226, { name: 'transferComplete', bytes: 1, seconds: 1, kind: 'send' }],
  [426, { name: 'transferAborted' }],
  [426, { name: 'dataConnectionLost' }],
  [426, { name: 'dataConnectionTimeout' }],
  [451, { name: 'transferFailed', reason: { text: 'no' } }],
  [451, { name: 'storageExhausted' }],
  [452, { name: 'uploadsHeld' }],
  [552, { name: 'storageLimitExceeded' }],
  [550, { name: 'ratioExceeded', upload: 1, download: 3, uploaded: 0, downloaded: 3000 }],
  [226, { name: 'nothingToAbort' }],
  [226, { name: 'abortComplete' }],
  [226, { name: 'dataConnectionDropped' }],
  [257, { name: 'currentDirectory', path: '/' }],
  [250, { name: 'directoryChanged', path: '/' }],
  [257, { name: 'directoryCreated', path: '/x' }],
  [250, { name: 'directoryRemoved' }],
  [250, { name: 'fileRemoved' }],
  [350, { name: 'renameReady' }],
  [250, { name: 'renamed' }],
  [451, { name: 'renameFailed', reason: { text: 'no' } }],
  [503, { name: 'renameSourceRequired' }],
  [213, { name: 'fileSize', size: 12 }],
  [550, { name: 'sizeInAscii' }],
  [213, { name: 'fileModified', mtimeMs: 0 }],
  [213, { name: 'modificationSet', mtimeMs: 0, path: 'x' }],
  [213, { name: 'factsChanged', facts: 'modify=1;', path: 'x' }],
  [213, { name: 'fileHash', algorithm: 'CRC32', end: 4, hash: '00', path: 'x' }],
  [250, { name: 'factList', path: 'x', facts: 'type=file; x' }],
  [200, { name: 'modeChanged' }],
  [550, { name: 'notRegularFile', path: 'x' }],
  [550, { name: 'notDirectory', path: 'x', verb: 'MLSD' }],
  [550, { name: 'permissionDenied', verb: 'DELE' }],
  [550, { name: 'fileUnavailable', path: 'x', reason: { text: 'no' } }],
  [450, { name: 'storageUnavailable', path: 'x', reason: { text: 'no' } }],
  [553, { name: 'nameRefused', path: 'x', reason: { text: 'no' } }],
];

describe('codes of Pure-FTPd', () => {
  test.each(CODES.map(([code, outcome]) => ({ code, outcome })))('$outcome.name is $code', ({ code, outcome }) => {
    const lines = said(outcome).split('\r\n').slice(0, -1);
    expect(lines.at(-1)).toMatch(new RegExp(`^${code} `));
    expect(lines[0]).toMatch(new RegExp(`^${code}[ -]`));
  });

  test('every outcome of the engine is in the table above', () => {
    const covered = new Set<string>(CODES.map(([, { name }]) => name));
    const { note: _, ...outcomes } = catalogue;
    expect(Object.keys(outcomes).filter((name) => !covered.has(name))).toEqual([] satisfies OutcomeName[]);
  });
});

describe('what programs read', () => {
  test.each([
    [
      'PASV',
      { name: 'passiveMode', address: '192.0.2.1', port: 5001 },
      '227 Entering Passive Mode (192,0,2,1,19,137)\r\n',
    ],
    ['EPSV', { name: 'extendedPassiveMode', port: 5001 }, '229 Extended Passive mode OK (|||5001|)\r\n'],
    ['SYST', { name: 'systemType' }, '215 UNIX Type: L8\r\n'],
    ['SIZE', { name: 'fileSize', size: 42 }, '213 42\r\n'],
    ['MDTM', { name: 'fileModified', mtimeMs: 0 }, '213 19700101000000\r\n'],
    ['PBSZ in cleartext', { name: 'commandOutOfSequence', verb: 'PBSZ' }, '503 PBSZ=0\r\n'],
    ['OPTS MLST', { name: 'optionsSet', text: 'MLST OPTS type;' }, '200  MLST OPTS type;\r\n'],
    [
      'MLST',
      { name: 'factList', path: 'f', facts: 'type=file;size=1; f' },
      '250-Begin\r\n type=file;size=1; f\r\n250 End.\r\n',
    ],
    [
      'STAT with a path',
      { name: 'pathStatus', path: 'f', lines: ['-rw-r--r--    1 f', '123 forged'] },
      '213-STAT\r\n-rw-r--r--    1 f\r\n 123 forged\r\n213 End.\r\n',
    ],
  ] satisfies readonly (readonly [string, Outcome, string])[])('%s', (_command, outcome, bytes) => {
    expect(said(outcome)).toBe(bytes);
  });

  test('paths of PWD and MKD have their quotes doubled', () => {
    expect(said({ name: 'currentDirectory', path: '/a "b"' })).toMatch(/^257 "\/a ""b""" /);
    expect(said({ name: 'directoryCreated', path: '/"' })).toMatch(/^257 "\/""" /);
  });

  test('a unique name comes first, in a line of its own', () => {
    const lines = said({ name: 'dataConnectionOpening', open: false, uniqueName: 'n', size: undefined }).split('\r\n');
    expect(lines[0]).toBe('150-FILE: n');
    expect(lines[1]).toMatch(/^150 /);
  });

  test('features stand one to a line behind one space', () => {
    expect(said({ name: 'features', features: ['UTF8', 'SIZE'] })).toMatch(/^211-[^\r]*\r\n UTF8\r\n SIZE\r\n211 /);
  });
});

describe('replies of several lines', () => {
  test('a refused type is followed by the one in force', () => {
    expect(said({ name: 'typeUnsupported', argument: 'E', current: 'binary' })).toMatch(/^504-.*\r\n504 .*binary/);
  });

  test('QUIT tells KiB, each rounded up', () => {
    const lines = said({ name: 'goodbye', message: undefined, bytesReceived: 1025, bytesSent: 1 }).split('\r\n');
    expect(lines[0]).toMatch(/^221-.*\b2\b.*\b1\b/);
    expect(lines[1]).toMatch(/^221 /);
  });

  test('a listing names its options and counts its entries', () => {
    const listing = { options: '-a -l ', entries: 3, truncated: false };
    const lines = said({ name: 'transferComplete', bytes: 9, seconds: 1, kind: 'list', listing }).split('\r\n');
    expect(lines[0]).toBe('226-Options: -a -l ');
    expect(lines[1]).toMatch(/^226 3\b/);
  });

  test('a transfer tells its rate, unless nothing was sent', () => {
    expect(said({ name: 'transferComplete', bytes: 2048, seconds: 2, kind: 'send' })).toMatch(
      /^226-.*\r\n226 .*2\.000.*1\.00 KiB/,
    );
    expect(said({ name: 'transferComplete', bytes: 0, seconds: 2, kind: 'send' })).not.toContain('226-');
  });

  test('more than 4096 bytes to come are announced', () => {
    const opening = { name: 'dataConnectionOpening', open: false, uniqueName: undefined } as const;
    expect(said({ ...opening, size: 5120 })).toMatch(/^150-.*\r\n150 5\.0 KiB/);
    expect(said({ ...opening, size: 4096 })).not.toContain('150-');
  });
});

test('a refused login tells nothing but that', () => {
  expect(said({ name: 'loginFailed', reason: 'no such user', last: false })).not.toContain('no such user');
});

/** The bytes said of a file that cannot be had. */
function because(reason: Reason): string {
  return said({ name: 'fileUnavailable', path: 'x', reason });
}

test('a reason of the system, of the engine and of the daemon has words; a text of somebody else is said as it is', () => {
  expect(because({ name: 'ENOENT', text: '?' })).toBe('550 x: No such file or directory.\r\n');
  expect(because({ name: 'addressUnknown', text: '?', values: { host: 'h' } })).toContain('address of h is');
  expect(because({ name: 'backslash', text: '?' })).toContain('Backslashes');
  expect(because({ text: 'Not {today}' })).toBe('550 x: Not {today}.\r\n');
  expect(because({ name: 'constructor', text: 'mine' })).toBe('550 x: mine.\r\n');
});

test('the words for what the system reports are the words it is reported in without a catalogue', () => {
  // Node has no words for two of them, and writes "i/o".
  const own = new Set(['EDQUOT', 'EIO', 'ESTALE']);
  const known = Object.entries(SYSTEM_REASONS).filter(([code]) => !own.has(code));
  const reported = known.map(([code]) => [code, reasonOf(new SystemError(code, 'open')).text]);
  expect(reported).toEqual(known);
});

test('notes and remarks are said in the language of the catalogue, a text as it is', () => {
  const notes = [note('quotaFiles', { used: `${2n ** 70n}`, percent: 1, limit: `${2n ** 71n}` }), 'as it is'];
  expect(said({ name: 'noop', notes, remarks: [note('ratioAdvice')] })).toBe(
    `200-${2n ** 70n} files of ${2n ** 71n} (1%)\r\n200-as it is\r\n200-Here.\r\n200 Upload something first.\r\n`,
  );
});
