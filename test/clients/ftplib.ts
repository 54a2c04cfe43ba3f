import { join } from 'node:path';

import { peerPath } from '@pure-ftpd/peers';

import type { Client } from './client.ts';
import { type Interpreter, runScript, scripted } from './scripted.ts';

const SCRIPT = join(import.meta.dirname, 'ftplib-client.py');

function ftplib(): Interpreter {
  return { file: peerPath('python3'), args: [SCRIPT], env: { PYTHONUTF8: '1' } };
}

export const ftplibClient: Client = {
  name: "Python's ftplib",
  needs: ['python3'],
  modes: ['passive', 'active'],
  cannot: [],
  canName: () => true,
  ...scripted(ftplib),
  uploadTree: (at, local, remote) => runScript(ftplib(), at, [['uploadTree', local, remote]]),
  downloadTree: (at, remote, local) => runScript(ftplib(), at, [['downloadTree', remote, local]]),
  treeFolders: 50,
  bigFile: true,
  shows: {
    wrongPassword: { output: /ftplib\.error_perm: 530 /, status: 1 },
    missingFile: { output: /ftplib\.error_perm: 550 /, status: 1 },
    noPermission: { output: /ftplib\.error_perm: 55\d /, status: 1 },
  },
};
