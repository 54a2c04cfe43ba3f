import { type About, type HelpPage, renderHelp } from '@pure-ftpd/cli';
import { questionOptions } from '@pure-ftpd/cli/daemon';

import manifest from '../package.json' with { type: 'json' };
import { DAEMON } from './daemon.ts';

/** The page of `--help`. */
export const PAGE: HelpPage = {
  program: 'pure-authd',
  version: manifest.version,
  usage: ['-s SOCKET -r PROGRAM [OPTION]...'],
  purpose:
    'Answers the questions of pure-ftpd who may log in: for each login it runs a program that says yes or no, and with which user, group, home and limits.',
  options: questionOptions(DAEMON),
  epilogue: [
    'The program finds the login in AUTHD_ACCOUNT and the password in AUTHD_PASSWORD, and prints auth_ok:1, uid:NUMBER, gid:NUMBER, dir:PATH and end; auth_ok:0 for a login it does not know, auth_ok:-1 for one that is refused. The server is told the socket by -l extauth:SOCKET.',
  ],
};

/** What the program says of itself. */
export const ABOUT: About = { ...PAGE, help: () => renderHelp(PAGE) };
