import { formatTimestamp, type Reply } from '@pure-ftpd/protocol';

import { type Catalogue, reply } from './catalogue.ts';
import { defaultCatalogue } from './default-catalogue.ts';
import type { Reason } from './reasons.ts';

/** What clients and scripts look for in the words of a mistake, by verb; with the code where it is another. */
const MISTAKES = new Map([
  ['EPRT', 'Invalid EPRT format.'],
  ['EPSV', 'Unknown network protocol (use 1).'],
  ['HELP', 'Unrecognized command.'],
  ['MODE', 'Unrecognized MODE type.'],
  ['OPTS', 'Invalid argument.'],
  ['PORT', 'Invalid PORT format.'],
  ['SITE CHMOD', 'Invalid SITE CHMOD format.'],
  ['SITE HELP', 'Unrecognized SITE command.'],
  ['STRU', 'Unrecognized STRU type.'],
]);

/** What is said where there are more or fewer parts than a command takes. */
const MISCOUNTED = new Map([
  ['OPTS', 'Invalid number of arguments.'],
  ['SITE CHMOD', 'Syntax error: command needs two arguments.'],
]);

/** The C library's words, where Node has others. */
const SYSTEM = new Map([
  ['EEXIST', 'File exists.'],
  ['EISDIR', 'Is a directory.'],
  ['ELOOP', 'Too many levels of symbolic links.'],
  ['ENAMETOOLONG', 'File name too long.'],
  ['EXDEV', 'Invalid cross-device link.'],
]);

/** What is said of the root directory, by the reason's name. */
const ROOT = new Map([
  ['rootRemoved', "Can't remove root directory."],
  ['rootRenamed', "Can't rename home directory."],
]);

/**
 * The library's replies in the words pyftpdlib answers with, for programs that match them; outcomes it does not know are said as by
 * {@link defaultCatalogue}.
 *
 * @example
 * class Handler extends FTPHandler {
 *   static override catalogue = pyftpdlibCatalogue;
 * }
 */
export const pyftpdlibCatalogue: Catalogue = {
  ...defaultCatalogue,
  readyForNewUser: reply(230, 'Ready for new user.'),
  tooManyConnections: reply(421, 'Too many connections. Service temporarily unavailable.'),
  tooManyConnectionsFromAddress: reply(421, 'Too many connections from the same IP address.'),
  idleTimeout: reply(421, 'Control connection timed out.'),

  commandNotUnderstood: ({ verb }) => reply(500, `Command "${verb}" not understood.`),
  commandTooLong: reply(500, 'Command too long.'),
  argumentRequired: reply(501, 'Syntax error: command needs an argument.'),
  argumentNotAllowed: reply(501, 'Syntax error: command does not accept arguments.'),
  argumentInvalid(outcome) {
    if (outcome.verb === 'MFMT') return mfmtMistake(outcome.reason);
    if (outcome.miscounted === true) return reply(501, MISCOUNTED.get(outcome.verb) ?? 'Syntax error.');
    const { name, values, text } = outcome.reason;
    if (name === 'noSuchOption') return reply(501, `Unsupported command "${values?.['option'] ?? ''}".`);
    const words = MISTAKES.get(outcome.verb);
    return words === undefined ? reply(501, `Invalid argument: ${text}.`) : reply(501, words);
  },
  siteCommandNotUnderstood: ({ verb }) => reply(500, `Command "SITE ${verb}" not understood.`),

  passwordRequired: ({ flushed }) =>
    reply(331, flushed ? 'Previous account information was flushed, send password.' : 'Username ok, send password.'),
  loggedIn: ({ message }) =>
    message === undefined ? reply(230, 'Login successful.') : { code: 230, lines: message.split(/\r?\n/) },
  alreadyLoggedIn: reply(503, 'User already authenticated.'),
  userRequired: reply(503, 'Login with USER first.'),
  loginFailed: ({ reason, last }) =>
    reply(530, `${reason ?? 'Authentication failed.'}${last ? ' Disconnecting.' : ''}`),

  // The apostrophe is theirs.
  noop: reply(200, "I successfully did nothing'."),
  // Without facts a blank is left at the end.
  optionsSet: ({ text }) => reply(200, text === 'MLST OPTS' ? `${text} ` : text),
  typeSet: ({ type }) => reply(200, `Type set to: ${type === 'ascii' ? 'ASCII' : 'Binary'}.`),
  typeUnsupported: ({ argument }) => reply(504, `Unsupported type "${argument}".`),
  structureUnsupported: reply(504, 'Unimplemented STRU type.'),
  modeSet: reply(200, 'Transfer mode set to: S'),
  modeUnsupported: reply(504, 'Unimplemented MODE type.'),
  restartInvalid: reply(501, 'Invalid parameter.'),
  restartBeyondEnd: ({ offset, size }) =>
    size === undefined
      ? reply(550, 'No such file or directory.')
      : reply(554, `REST position (${offset}) > file size (${size})`),
  restartInAscii: reply(501, 'Resuming transfers not allowed in ASCII mode.'),
  restartWithAppend: ({ verb }) => reply(450, `Can't ${verb} while REST request is pending.`),

  extendedPassiveOnly: reply(220, 'Other commands other than EPSV are now disabled.'),
  activeMode: reply(200, 'Active data connection established.'),
  networkProtocolUnsupported: ({ supported }) => reply(522, `Network protocol not supported (use ${supported}).`),
  refusedAfterEpsvAll: ({ verb }) => reply(501, `${verb} not allowed after EPSV ALL.`),
  foreignAddressRefused: reply(501, 'Rejected data connection to foreign address.'),
  privilegedPortRefused: reply(501, 'PORT against the privileged port refused.'),

  dataConnectionOpening({ open, uniqueName }) {
    const code = open ? 125 : 150;
    if (uniqueName !== undefined) return reply(code, `FILE: ${uniqueName}`);
    return reply(
      code,
      open ? 'Data connection already open. Transfer starting.' : 'File status okay. About to open data connection.',
    );
  },
  transferAborted: reply(426, 'Transfer aborted via ABOR.'),
  nothingToAbort: reply(225, 'No transfer to abort.'),
  abortComplete: reply(226, 'ABOR command successful.'),
  dataConnectionDropped: reply(225, 'ABOR command successful; data channel closed.'),

  renameReady: reply(350, 'Ready for destination name.'),
  renamed: reply(250, 'Renaming ok.'),
  renameSourceRequired: reply(503, 'Bad sequence of commands: use RNFR first.'),
  sizeInAscii: reply(550, 'SIZE not allowed in ASCII mode.'),
  modificationSet: ({ mtimeMs, path }) => reply(213, `Modify=${formatTimestamp(mtimeMs)}; ${path}.`),
  modeChanged: reply(200, 'SITE CHMOD successful.'),
  notRegularFile: ({ path }) => reply(550, `${path} is not retrievable.`),
  notDirectory: ({ path, verb }) =>
    verb === 'MLSD' ? reply(501, 'No such directory.') : reply(550, `${path} is not a directory.`),
  fileUnavailable: ({ path, reason: { name = '', text }, verb }) =>
    reply(
      550,
      verb === 'MDTM' || verb === 'SIZE'
        ? `${path} is not retrievable${verb === 'SIZE' ? '.' : ''}`
        : (ROOT.get(name) ?? SYSTEM.get(name) ?? `${text}.`),
    ),
};

/** A time that is none, or no time and file name at all. */
function mfmtMistake({ name }: Reason): Reply {
  return name === 'timeAndNameExpected'
    ? reply(501, 'Syntax error: command needs two arguments.')
    : reply(550, 'Invalid time format; expected: YYYYMMDDHHMMSS.');
}
