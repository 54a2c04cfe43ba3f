import { join } from 'node:path';

import { peerPath } from '@pure-ftpd/peers';

import type { Client } from './client.ts';
import { scripted } from './scripted.ts';

const SCRIPT = join(import.meta.dirname, 'net-ftp.rb');

/** Net::FTP, which comes with Ruby. */
export const rubyClient: Client = {
  name: "Ruby's Net::FTP",
  needs: ['ruby'],
  modes: ['passive', 'active'],
  cannot: [],
  canName: () => true,
  ...scripted(() => ({ file: peerPath('ruby'), args: [SCRIPT] })),
  // It ends downloads without its word (close_notify), after which OpenSSL does not resume the session; by 1.3 it has another.
  resumes: ['TLSv1.3'],
  treeFolders: 2,
  bigFile: false,
  shows: {
    wrongPassword: { output: /530 .*\(Net::FTPPermError\)/, status: 1 },
    missingFile: { output: /550 .*\(Net::FTPPermError\)/, status: 1 },
    noPermission: { output: /55\d .*\(Net::FTPPermError\)/, status: 1 },
  },
};
