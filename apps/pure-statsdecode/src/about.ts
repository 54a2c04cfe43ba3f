import { type About, type HelpPage, renderHelp } from '@pure-ftpd/cli';

import manifest from '../package.json' with { type: 'json' };

/** The page of `--help`. */
export const PAGE: HelpPage = {
  program: 'pure-statsdecode',
  version: manifest.version,
  usage: ['FILE', '-'],
  purpose: 'Makes a stats transfer log readable: the number of seconds at the beginning of each line becomes a date.',
  options: [],
  epilogue: ['With - standard input is read. Dates are those of the time zone of the process (TZ).'],
};

/** What the program says of itself. */
export const ABOUT: About = { ...PAGE, help: () => renderHelp(PAGE) };
