import type { Difference } from '../../support/differential.ts';

const EVERY_LINE_ANSWERED =
  'every line is answered: C says nothing to what does not begin with a verb, and a client waits';
const MORE_COMMANDS = 'C has not this command';
const UTF8 = 'FEAT lists UTF8, clients ask for it, and it is so: C refuses what it offers';
const NO_MODE = 'what is no octal mode is a mistake in the line';

/** Where our daemon answers otherwise than the C daemon, and why. */
export const differences: readonly Difference[] = [
  { section: 'before login', line: 'OPTS UTF8 ON', c: '504', ours: '200', reason: UTF8 },
  { section: 'states', line: 'OPTS UTF8 ON', c: '504', ours: '200', reason: UTF8 },
  { section: 'before login', line: String.raw`?\x01`, c: 'ignored', ours: '500', reason: EVERY_LINE_ANSWERED },
  { section: 'before login', line: '? NOOP', c: 'ignored', ours: '500', reason: EVERY_LINE_ANSWERED },
  { section: 'before login', line: '?NOOP_', c: 'ignored', ours: '500', reason: EVERY_LINE_ANSWERED },
  { section: 'before login', line: '?PWD;x', c: 'ignored', ours: '500', reason: EVERY_LINE_ANSWERED },
  {
    section: 'before login',
    line: String.raw`?\xff\xf4ABOR`,
    c: 'ignored',
    ours: '530',
    reason: 'Telnet signals before a verb are taken out [RFC 959 §4.1.3]: C ignores the line when no transfer runs',
  },
  {
    section: 'data connections',
    line: '?{port} is no command',
    c: 'ignored',
    ours: '500',
    reason: EVERY_LINE_ANSWERED,
  },
  { section: 'commands that C has not', line: '?LIST-la', c: 'ignored', ours: '500', reason: EVERY_LINE_ANSWERED },
  { section: 'commands that C has not', line: 'CLNT me', c: '500', ours: '200', reason: MORE_COMMANDS },
  { section: 'commands that C has not', line: 'HOST h', c: '500', ours: '503', reason: MORE_COMMANDS },
  { section: 'commands that C has not', line: 'HASH file.txt', c: '500', ours: '213', reason: MORE_COMMANDS },
  { section: 'commands that C has not', line: 'AVBL', c: '500', ours: '213', reason: MORE_COMMANDS },
  { section: 'commands that C has not', line: 'LANG en', c: '500', ours: '200', reason: MORE_COMMANDS },
  { section: 'commands that C has not', line: 'REIN', c: '500', ours: '220', reason: MORE_COMMANDS },
  { section: 'commands that C has not, before login', line: 'CLNT me', c: '530', ours: '200', reason: MORE_COMMANDS },
  { section: 'commands that C has not, before login', line: 'HOST h', c: '530', ours: '220', reason: MORE_COMMANDS },
  { section: 'commands that C has not, before login', line: 'LANG en', c: '530', ours: '200', reason: MORE_COMMANDS },
  { section: 'commands that C has not, before login', line: 'REIN', c: '530', ours: '220', reason: MORE_COMMANDS },
  {
    section: 'files',
    line: 'MFMT 2020 file.txt',
    c: '213',
    ours: '501',
    reason: 'a time has a month: C 1.0.54 refuses it too',
  },
  { section: 'files', line: 'SITE CHMOD 600', c: '550', ours: '501', reason: 'a file is missing in the line' },
  { section: 'a mode that is none', line: 'SITE CHMOD 999 file.txt', c: '200', ours: '501', reason: NO_MODE },
  { section: 'a mode that is none', line: 'SITE CHMOD x read-only', c: '200', ours: '501', reason: NO_MODE },
  {
    section: 'a mode that is none',
    line: '(home)',
    reason: 'C takes what is no octal mode for 0, and the owner can no longer read the file',
  },
  {
    section: 'no name',
    line: 'USER',
    c: '530',
    ours: '501',
    reason: 'a name is missing in the line: C takes it for an anonymous user, and ends the session when there are none',
  },
  {
    section: 'data connections',
    line: 'EPRT |2|::1|50000|',
    c: '500',
    ours: '522',
    reason: '522 says which family the session has [RFC 2428 §2]: C says only that the address is not the client’s',
  },
  {
    section: 'data connections',
    line: 'PASV',
    c: '227',
    ours: '501',
    reason: 'after EPSV ALL no other command may set up a data connection [RFC 2428 §4]',
  },
  {
    section: 'data connections',
    line: '(home)',
    reason: 'an upload without a data connection leaves no file: C makes an empty one before it finds out',
  },
];

/** The same for anonymous users. */
export const publicDifferences: readonly Difference[] = [];
