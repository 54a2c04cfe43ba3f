import { type About, type HelpPage, renderHelp } from '@pure-ftpd/cli';

import manifest from '../package.json' with { type: 'json' };
import { TABLE } from './options.ts';

/** The page of `--help`. */
export const PAGE: HelpPage = {
  program: 'pure-uploadscript',
  version: manifest.version,
  usage: ['-r PROGRAM [OPTION]...'],
  purpose: 'Runs a program for each file that was uploaded to a server which announces uploads (pure-ftpd -o).',
  options: TABLE,
  epilogue: [
    'The program gets the path of the file as its argument, and UPLOAD_SIZE, UPLOAD_PERMS, UPLOAD_UID, UPLOAD_GID, UPLOAD_USER, UPLOAD_GROUP and UPLOAD_VUSER in its environment. There is no shell.',
  ],
};

/** What the program says of itself. */
export const ABOUT: About = { ...PAGE, help: () => renderHelp(PAGE) };
