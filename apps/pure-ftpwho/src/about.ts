import { type About, renderHelp } from '@pure-ftpd/cli';

import manifest from '../package.json' with { type: 'json' };
import { OPTIONS } from './options.ts';

const NAMES = { program: 'pure-ftpwho', version: manifest.version };

/** What the program says of itself. */
export const ABOUT: About = {
  ...NAMES,
  help: () =>
    renderHelp({
      ...NAMES,
      usage: ['[OPTION]...'],
      purpose:
        'Shows who is connected to the servers of this machine, and what is transferred. Of several formats the last counts; a web server that calls it gets a page.',
      options: OPTIONS,
      epilogue: [
        'A line of -s is pid|acct|time|state|file|peer|local|port|current|total|%|bandwidth, with backslashes before what a field has of these signs.',
      ],
    }),
};
