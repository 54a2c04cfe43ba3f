import { type About, type HelpPage, renderHelp } from '@pure-ftpd/cli';

import manifest from '../package.json' with { type: 'json' };

/** The page of `--help`. */
export const PAGE: HelpPage = {
  program: 'pure-mrtginfo',
  version: manifest.version,
  usage: ['[PORT]'],
  purpose:
    'Prints four lines for MRTG: the number of established connections to a port of this machine (21 unless told), twice, how long the machine has been up, and its name.',
  options: [],
};

/** What the program says of itself. */
export const ABOUT: About = { ...PAGE, help: () => renderHelp(PAGE) };
