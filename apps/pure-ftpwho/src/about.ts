import { type About, type HelpPage, renderHelp } from '@pure-ftpd/cli';

import manifest from '../package.json' with { type: 'json' };
import { OPTIONS } from './options.ts';

/** The page of `--help`. */
export const PAGE: HelpPage = {
  program: 'pure-ftpwho',
  version: manifest.version,
  usage: ['[OPTION]...'],
  purpose:
    'Shows who is connected to the servers of this machine, and what is transferred. Of several formats the last counts; a web server that calls it gets a page.',
  options: OPTIONS,
  epilogue: [
    'A line of -s is pid|acct|time|state|file|peer|local|port|current|total|%|bandwidth, with backslashes before what a field has of these signs.',
  ],
};

/** What the program says of itself. */
export const ABOUT: About = { ...PAGE, help: () => renderHelp(PAGE) };
