import { type About, type HelpPage, renderHelp } from '@pure-ftpd/cli';
import { questionOptions } from '@pure-ftpd/cli/daemon';

import manifest from '../package.json' with { type: 'json' };
import { DAEMON } from './daemon.ts';

/** The page of `--help`. */
export const PAGE: HelpPage = {
  program: 'pure-certd',
  version: manifest.version,
  usage: ['-s SOCKET -r PROGRAM [OPTION]...'],
  purpose:
    'Answers the questions of pure-ftpd for certificates: for each client that names the server it wants, it runs a program that says which certificate and key to use.',
  options: questionOptions(DAEMON),
  epilogue: [
    'The program finds the name in CERTD_SNI_NAME, and prints action:default, action:strict or action:fallback, with cert_file:PATH and key_file:PATH, and end. The server is told the socket by -3 SOCKET.',
  ],
};

/** What the program says of itself. */
export const ABOUT: About = { ...PAGE, help: () => renderHelp(PAGE) };
