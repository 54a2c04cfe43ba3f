import type { About } from '@pure-ftpd/cli';

import manifest from '../package.json' with { type: 'json' };
import { USAGE } from './usage.ts';

/** What the C program has no word of. */
const OURS = `pure-pw hash reads a password from standard input, or asks for it on a terminal, and prints its hash
--help : print this text
--version : print the version

`;

/** What the program says of itself. */
export const ABOUT: About = {
  program: 'pure-pw',
  version: manifest.version,
  help: () => `${USAGE.trimEnd()}\n${OURS}`,
};
