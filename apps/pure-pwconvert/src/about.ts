import { type About, type HelpPage, renderHelp } from '@pure-ftpd/cli';

import manifest from '../package.json' with { type: 'json' };

/** The page of `--help`. */
export const PAGE: HelpPage = {
  program: 'pure-pwconvert',
  version: manifest.version,
  usage: [''],
  purpose:
    'Prints the accounts of the system as users of a PureDB text file, a line each: those with a uid and gid above 0, a home that is there, and a shell of /etc/shells or ftp. Run by root, the hashes of their passwords come along.',
  options: [],
  epilogue: ['pure-pwconvert >> /etc/pure-ftpd/pureftpd.passwd && pure-pw mkdb makes FTP users of them.'],
};

/** What the program says of itself. */
export const ABOUT: About = { ...PAGE, help: () => renderHelp(PAGE) };
