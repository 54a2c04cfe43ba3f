import { type About, renderHelp } from '@pure-ftpd/cli';

import manifest from '../package.json' with { type: 'json' };
import { DRY_RUN, OPTIONS } from './command-line.ts';

const NAMES = { program: 'pure-quotacheck', version: manifest.version };

/** What the program says of itself. */
export const ABOUT: About = {
  ...NAMES,
  help: () =>
    renderHelp({
      ...NAMES,
      usage: ['-u USER -d DIRECTORY [-g GROUP] [--dry-run]'],
      purpose:
        'Counts the files of an account below a directory, and writes the result to the .ftpquota in it, which the server keeps from then on. Root becomes the account before anything is looked at.',
      options: [
        ...OPTIONS,
        { long: DRY_RUN.slice(2), description: 'show the count beside what is recorded, and write nothing' },
      ],
      epilogue: ['-g stands before -u, since a user brings a group.'],
    }),
};
