import { join } from 'node:path';

import { peerPath } from '@pure-ftpd/peers';

import { type Finished, runProgram } from '../support/program.ts';
import type { Client, Step, Visit } from './client.ts';

const SCRIPT = join(import.meta.dirname, 'ftplib-client.py');

function call(step: Step): readonly string[] {
  switch (step.do) {
    case 'upload':
    case 'resumeUpload':
      return [step.do, step.local, step.remote];
    case 'download':
    case 'resumeDownload':
      return [step.do, step.remote, step.local];
    case 'rename':
      return [step.do, step.remote, step.to];
    case 'changeMode':
      return [step.do, step.remote, step.mode];
    case 'list':
    case 'delete':
    case 'makeFolder':
    case 'removeFolder':
      return [step.do, step.remote];
    default:
      return step satisfies never;
  }
}

function ftplib({ folder, ...place }: Visit, calls: readonly (readonly string[])[]): Promise<Finished> {
  const input = [place, ...calls].map((line) => `${JSON.stringify(line)}\n`).join('');
  return runProgram(peerPath('python3'), [SCRIPT], { input, cwd: folder, env: { PYTHONUTF8: '1' } });
}

export const ftplibClient: Client = {
  name: "Python's ftplib",
  needs: ['python3'],
  modes: ['passive', 'active'],
  cannot: [],
  canName: () => true,
  run: (at, steps) => ftplib(at, steps.map(call)),
  uploadTree: (at, local, remote) => ftplib(at, [['uploadTree', local, remote]]),
  downloadTree: (at, remote, local) => ftplib(at, [['downloadTree', remote, local]]),
  treeFolders: 50,
  bigFile: true,
  shows: {
    wrongPassword: { output: /ftplib\.error_perm: 530 /, status: 1 },
    missingFile: { output: /ftplib\.error_perm: 550 /, status: 1 },
    noPermission: { output: /ftplib\.error_perm: 55\d /, status: 1 },
  },
};
