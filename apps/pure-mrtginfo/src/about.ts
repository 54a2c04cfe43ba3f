import { type About, renderHelp } from '@pure-ftpd/cli';

import manifest from '../package.json' with { type: 'json' };

const NAMES = { program: 'pure-mrtginfo', version: manifest.version };

/** What the program says of itself. */
export const ABOUT: About = {
  ...NAMES,
  help: () =>
    renderHelp({
      ...NAMES,
      usage: ['[PORT]'],
      purpose:
        'Prints four lines for MRTG: the number of established connections to a port of this machine (21 unless told), twice, how long the machine has been up, and its name.',
      options: [],
    }),
};
