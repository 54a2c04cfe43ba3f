import { peerPath } from '@pure-ftpd/peers';

import { type Finished, runProgram } from '../support/program.ts';
import { type Client, inTurn, type Step, type Visit } from './client.ts';

/** A process for a step. */
function doStep({ host, port, user, password, folder }: Visit, step: Step): Promise<Finished> {
  const at = ['-u', user, '-p', password, '-P', String(port), '--', host];
  const run = (...words: readonly string[]): Promise<Finished> =>
    runProgram(peerPath('busybox'), words, { cwd: folder });
  switch (step.do) {
    case 'upload':
      return run('ftpput', ...at, step.remote, step.local);
    case 'download':
      return run('ftpget', ...at, step.local, step.remote);
    case 'resumeDownload':
      return run('ftpget', '-c', ...at, step.local, step.remote);
    case 'resumeUpload':
    case 'list':
    case 'delete':
    case 'makeFolder':
    case 'removeFolder':
    case 'rename':
    case 'changeMode':
      throw new Error(`it cannot ${step.do}`);
    default:
      return step satisfies never;
  }
}

/** The applets of BusyBox, which routers, cameras and rescue systems have. */
export const busyboxClient: Client = {
  name: "BusyBox's ftpput and ftpget",
  needs: ['busybox'],
  modes: ['passive'],
  cannot: ['resumeUpload', 'list', 'delete', 'makeFolder', 'removeFolder', 'rename', 'changeMode'],
  // Its names are arguments, which Node makes of strings.
  canName: (name) => name.isWellFormed(),
  run: (at, steps) => inTurn(steps, (step) => doStep(at, step)),
  treeFolders: 1,
  bigFile: false,
  shows: {
    wrongPassword: { output: /ftpget: unexpected server response to PASS: 530 /, status: 1 },
    missingFile: { output: /ftpget: unexpected server response to RETR: 550 /, status: 1 },
    noPermission: { output: /ftpput: unexpected server response to STOR: 55\d /, status: 1 },
  },
};
