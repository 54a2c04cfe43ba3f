import { join } from 'node:path';

import { peerPath } from '@pure-ftpd/peers';

import type { Client } from './client.ts';
import { scripted } from './scripted.ts';

const SCRIPT = join(import.meta.dirname, 'net-ftp.pl');

/** Net::FTP, which comes with Perl. */
export const perlClient: Client = {
  name: "Perl's Net::FTP",
  needs: ['perl', 'perl-modules', 'perl-tls'],
  modes: ['passive', 'active'],
  cannot: [],
  canName: () => true,
  ...scripted(() => ({ file: peerPath('perl'), args: [SCRIPT] })),
  // It ends downloads without its word (close_notify), after which OpenSSL does not resume the session.
  treeFolders: 2,
  bigFile: false,
  shows: {
    wrongPassword: { output: /refused: 530 /, status: 255 },
    missingFile: { output: /refused: 550 /, status: 255 },
    noPermission: { output: /refused: 55\d /, status: 255 },
  },
};
