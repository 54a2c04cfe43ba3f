import { peerPath } from '@pure-ftpd/peers';
import { encodeName } from '@pure-ftpd/protocol';
import { statSync } from 'node:fs';

import { type Finished, runProgram } from '../support/program.ts';
import type { Client, Step, Visit } from './client.ts';

/** A backslash takes the meaning from whatever follows, outside of quotes only. */
function quoted(text: string): string {
  return text.replaceAll(/[\\"' \t!$]/g, '\\$&');
}

function commands(step: Step): string[] {
  const remote = quoted(step.remote);
  switch (step.do) {
    case 'upload':
      return [`put ${quoted(step.local)} ${remote}`];
    case 'resumeUpload':
      // What is there is continued from where the test left it, which is half of it.
      return [`restart ${Math.floor(statSync(step.local).size / 2)}`, `put ${quoted(step.local)} ${remote}`];
    case 'download':
      return [`get ${remote} ${quoted(step.local)}`];
    case 'resumeDownload':
      return [`reget ${remote} ${quoted(step.local)}`];
    case 'list':
      return [`nlist ${remote} -`];
    case 'delete':
      return [`delete ${remote}`];
    case 'makeFolder':
      return [`mkdir ${remote}`];
    case 'removeFolder':
      return [`rmdir ${remote}`];
    case 'rename':
      return [`rename ${remote} ${quoted(step.to)}`];
    case 'changeMode':
      return [`chmod ${step.mode} ${remote}`];
    default:
      return step satisfies never;
  }
}

function tnftp({ host, port, user, password, mode, folder }: Visit, lines: readonly string[]): Promise<Finished> {
  const input = [`user ${quoted(user)} ${quoted(password)}`, 'binary', ...lines, 'bye'];
  // -n: no login by itself, -i: no questions, -g: names are names, -v: replies are shown.
  return runProgram(peerPath('tnftp'), [mode === 'passive' ? '-p' : '-A', '-n', '-i', '-g', '-v', host, String(port)], {
    input: encodeName(`${input.join('\n')}\n`),
    cwd: folder,
  });
}

export const tnftpClient: Client = {
  name: 'tnftp',
  needs: ['tnftp'],
  modes: ['passive', 'active'],
  cannot: [],
  canName: () => true,
  run: (at, steps) => tnftp(at, steps.flatMap(commands)),
  treeFolders: 50,
  bigFile: true,
  shows: {
    wrongPassword: { output: /^530 /m, status: 0 },
    missingFile: { output: /^550 /m, status: 0 },
    noPermission: { output: /^55\d /m, status: 0 },
  },
};
