/**
 * Who may import whom, as the layout in README.md draws it. A library stands on those listed beside it and on nothing else of the
 * workspace; programs may import every library and no program.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'libs/protocol': [],
  'libs/cli': [],
  'libs/x509': [],
  'libs/posix': ['libs/protocol'],
  'libs/cluster': [],
  'libs/proxy-protocol': ['libs/protocol'],
  'libs/passwords': ['libs/posix', 'libs/protocol'],
  'libs/puredb': ['libs/posix', 'libs/protocol'],
  'libs/charsets': ['libs/protocol'],
  'libs/altlog': ['libs/posix', 'libs/protocol'],
  'libs/certificates': ['libs/posix', 'libs/protocol', 'libs/x509'],
  'libs/quota': ['libs/posix', 'libs/protocol'],
  'libs/control': ['libs/protocol'],
  'libs/uploads': ['libs/posix', 'libs/protocol'],
  'libs/scoreboard': ['libs/posix', 'libs/protocol'],
  'libs/status': ['libs/cli', 'libs/control', 'libs/protocol', 'libs/scoreboard'],
  'libs/jail': ['libs/posix', 'libs/protocol'],
  'libs/auth': ['libs/passwords', 'libs/posix', 'libs/protocol', 'libs/puredb'],
  'libs/server': [
    'libs/charsets',
    'libs/jail',
    'libs/passwords',
    'libs/posix',
    'libs/protocol',
    'libs/proxy-protocol',
    'libs/x509',
  ],
  'libs/messages': ['libs/protocol', 'libs/server'],
  'libs/s3': ['libs/posix', 'libs/protocol', 'libs/server'],
  'libs/options': [
    'libs/altlog',
    'libs/auth',
    'libs/certificates',
    'libs/charsets',
    'libs/cli',
    'libs/control',
    'libs/messages',
    'libs/protocol',
    'libs/server',
  ],
};

/** The programs that join `server` with what is Pure-FTPd's. Every other program does without the engine. */
export const JOINS_THE_SERVER: readonly string[] = ['apps/pure-ftpd'];

/** The libraries which only such a program may import. */
export const ENGINE: readonly string[] = ['libs/server', 'libs/messages', 'libs/s3'];

/**
 * Packages of npm that one package has in a version of its own, for another package to find beside it: TypeDoc knows no
 * compiler after TypeScript 6.
 */
export const OWN_VERSION: Readonly<Record<string, readonly string[]>> = {
  'tools/reference': ['typescript'],
};

/** Packages of npm that one place only may import: native code, and what we may have to replace. */
export const ONLY_IN: Readonly<Record<string, string>> = {
  '@redis/client': 'libs/cluster/src/redis-engine.ts',
  koffi: 'libs/posix/src/',
  'iconv-lite': 'libs/charsets/src/iconv.ts',
  'proper-lockfile': 'libs/puredb/src/lock.ts',
};

/**
 * The floors of a package, from the ground up: each is a list of folders and files below its `src`. A file imports what is on
 * lower floors, and what is in its own folder.
 */
export type Floors = Readonly<Record<string, readonly (readonly string[])[]>>;

/** What may import what inside the packages that have more than a handful of files. */
export const FLOORS: Floors = {
  'apps/pure-ftpd/src': [
    ['version.ts', 'remembered.ts'],
    ['help.ts'],
    ['limits', 'log'],
    ['events'],
    ['files', 'metrics', 'penalties', 'unfinished', 'scoreboard', 'sinks', 'uploads', 'webhooks'],
    ['contract'],
    ['login', 'tls'],
    ['telling', 'control'],
    ['features'],
    ['session'],
    ['process'],
    ['check-config.ts', 'wrapper.ts'],
    ['read-again.ts'],
    ['run.ts'],
    ['main.ts'],
  ],
  'libs/server/src': [
    ['public-random.ts', 'replies', 'sockets', 'state'],
    ['errors.ts'],
    ['contract'],
    ['user-code'],
    ['timers.ts', 'events.ts', 'long-work.ts'],
    ['filesystem'],
    ['quota'],
    ['authorizers', 'data', 'listing', 'tls'],
    ['session'],
    ['login'],
    ['commands'],
    ['face'],
    ['server'],
    ['multiprocess'],
    ['create-server'],
    ['index.ts', 'internal.ts'],
    ['command-line'],
  ],
};
