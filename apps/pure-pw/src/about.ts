import { type About, type HelpPage, renderHelp } from '@pure-ftpd/cli';

import manifest from '../package.json' with { type: 'json' };
import { OPTIONS } from './options.ts';

/** The page of `--help`; `-h` prints the text of the C program. */
export const PAGE: HelpPage = {
  program: 'pure-pw',
  version: manifest.version,
  usage: [
    'useradd LOGIN -u UID -d HOME [OPTION]...',
    'usermod LOGIN [OPTION]...',
    'userdel LOGIN [-f FILE] [-m]',
    'passwd LOGIN [-f FILE] [-m]',
    'show LOGIN [-f FILE]',
    'list [-f FILE]',
    'mkdb [DATABASE [-f FILE]]',
    'hash [-C LOGINS] [-M MEGABYTES]',
  ],
  purpose:
    'Manages the virtual users of a PureDB: a text file with a line for each, and the database that the server reads, which is made of it by mkdb or -m.',
  options: OPTIONS,
  epilogue: [
    "An empty value ('') takes a limit away. useradd and passwd ask for the password, twice; without a terminal they read it from standard input. hash prints the hash of a password, for users that are kept elsewhere (SQL, LDAP).",
  ],
};

/** What the program says of itself. */
export const ABOUT: About = { ...PAGE, help: () => renderHelp(PAGE) };
