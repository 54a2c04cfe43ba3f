// Which page of the reference a name is on: by the folder its source is in.

/** A page of the reference. */
export interface Page {
  /** Name of its file, without the ending. */
  readonly name: string;
  readonly title: string;
  /** A sentence about it. */
  readonly about: string;
  /** Where the sources of its names are: beginnings of paths below `libs`. */
  readonly sources: readonly string[];
}

export const PAGES: readonly Page[] = [
  {
    name: 'create-server',
    title: 'A server of settings',
    about: 'A server in one call, for programs that need no class of their own.',
    sources: ['server/src/create-server/'],
  },
  {
    name: 'server',
    title: 'Servers',
    about: 'Listening, limits of connections, beginning and end; in one process and in several.',
    sources: ['server/src/server/', 'server/src/multiprocess/', 'server/src/timers'],
  },
  {
    name: 'handler',
    title: 'Sessions',
    about: 'The class that is subclassed: settings, hooks, commands; what a session is, and what happens in it.',
    sources: [
      'server/src/face/',
      'server/src/session/',
      'server/src/contract/session',
      'server/src/contract/client',
      'server/src/contract/hooks',
      'server/src/contract/settings',
      'server/src/contract/user-code',
      'server/src/contract/events',
      'server/src/events',
      'server/src/long-work',
    ],
  },
  {
    name: 'accounts',
    title: 'Accounts',
    about: 'Who may log in and do what, and what the sessions of a user may take together.',
    sources: [
      'server/src/authorizers/',
      'server/src/login/',
      'server/src/contract/authenticator',
      'server/src/contract/authorizer',
      'server/src/contract/account',
      'server/src/state/user-account',
      'passwords/src/',
    ],
  },
  {
    name: 'files',
    title: 'Files',
    about: 'File systems of any kind, uploads, streams, character sets of names.',
    sources: [
      'server/src/filesystem/',
      'server/src/contract/file-system',
      'server/src/contract/virtual-file',
      'jail/src/',
      'charsets/src/',
    ],
  },
  {
    name: 'quota',
    title: 'Quotas',
    about: 'How much may be stored, and where that is counted.',
    sources: ['server/src/quota/'],
  },
  {
    name: 'data',
    title: 'Data connections',
    about: 'What moves bytes, ports and addresses, bandwidth.',
    sources: ['server/src/data/', 'server/src/sockets/', 'server/src/contract/data'],
  },
  {
    name: 'tls',
    title: 'TLS',
    about: 'Certificates, and what is asked of connections.',
    sources: ['server/src/tls/', 'server/src/contract/tls'],
  },
  {
    name: 'replies',
    title: 'Commands and replies',
    about: 'The tables of commands, what can happen, and how it is said.',
    sources: ['server/src/replies/', 'server/src/commands/', 'server/src/contract/command'],
  },
  {
    name: 'errors',
    title: 'Errors',
    about: 'Error classes, each with a stable code.',
    sources: ['server/src/errors', 'posix/src/'],
  },
];
