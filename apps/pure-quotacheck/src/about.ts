import { type About, type HelpPage, renderHelp } from '@pure-ftpd/cli';

import manifest from '../package.json' with { type: 'json' };
import { DRY_RUN, OPTIONS } from './command-line.ts';

/** The page of `--help`. */
export const PAGE: HelpPage = {
  program: 'pure-quotacheck',
  version: manifest.version,
  usage: ['-u USER -d DIRECTORY [-g GROUP] [--dry-run]'],
  purpose:
    'Counts the files of an account below a directory, and writes the result to the .ftpquota in it, which the server keeps from then on. Root becomes the account before anything is looked at.',
  options: [
    ...OPTIONS,
    { long: DRY_RUN.slice(2), description: 'show the count beside what is recorded, and write nothing' },
  ],
  epilogue: ['-g stands before -u, since a user brings a group.'],
};

/** What the program says of itself. */
export const ABOUT: About = { ...PAGE, help: () => renderHelp(PAGE) };
