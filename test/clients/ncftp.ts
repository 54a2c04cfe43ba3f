import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { peerPath } from '@pure-ftpd/peers';
import { encodeName } from '@pure-ftpd/protocol';

import { type Finished, runProgram } from '../support/program.ts';
import type { Client, Step, Visit } from './client.ts';

/** For the shell of ncftp: a backslash takes the meaning from blanks, quotes and patterns alike. */
function quoted(text: string): string {
  return text.replaceAll(/[\\"'`*?[\]{} ~;]/g, '\\$&');
}

/** Local paths are relative: its lines are short. */
function command(folder: string, step: Step): string {
  const remote = quoted(step.remote.startsWith('-') ? `./${step.remote}` : step.remote);
  switch (step.do) {
    case 'upload':
    case 'resumeUpload':
      return `put -z ./${quoted(relative(folder, step.local))} ${remote}`;
    case 'download':
    case 'resumeDownload':
      return `get -z ${remote} ./${quoted(relative(folder, step.local))}`;
    case 'list':
      return `ls -1 ${remote}`;
    case 'delete':
      // What looks like a pattern, quoted or not, it asks NLST for, where no server of this family has patterns.
      return /[*?[]/.test(step.remote) ? `quote DELE ${remote}` : `rm ${remote}`;
    case 'makeFolder':
      return `mkdir ${remote}`;
    case 'removeFolder':
      return `rmdir ${remote}`;
    case 'rename':
      return `rename ${remote} ${quoted(step.to)}`;
    case 'changeMode':
      return `chmod ${step.mode} ${remote}`;
    default:
      return step satisfies never;
  }
}

function ncftp({ host, port, user, password, mode, folder }: Visit, lines: readonly string[]): Promise<Finished> {
  const input = [
    `set passive ${mode === 'passive' ? 'on' : 'off'}`,
    `open -u ${user} -p ${password} -P ${port} ${host}`,
    ...lines,
    'quit',
  ];
  return runProgram(peerPath('ncftp'), [], { input: encodeName(`${input.join('\n')}\n`), cwd: folder });
}

/** ncftpput or ncftpget, with all folders below. */
function recursively(tool: 'ncftpput' | 'ncftpget', at: Visit, to: string, from: string): Promise<Finished> {
  const login = ['-u', at.user, '-p', at.password, '-P', String(at.port), at.host];
  return runProgram(peerPath(tool), ['-R', '-V', ...(tool === 'ncftpget' ? ['-T'] : []), ...login, to, from], {
    cwd: at.folder,
  });
}

export const ncftpClient: Client = {
  name: 'ncftp, ncftpput and ncftpget',
  needs: ['ncftp', 'ncftpput', 'ncftpget'],
  modes: ['passive', 'active'],
  cannot: [],
  canName: () => true,
  // It passes over `...`, and loses a folder after one with a long name.
  canNest: (name) => name !== '...' && name.length < 230,
  // It has no IPv6.
  canReach: (host) => host !== '::1',
  run: (at, steps) =>
    ncftp(
      at,
      steps.map((step) => command(at.folder, step)),
    ),
  uploadTree: (at, local, remote) => recursively('ncftpput', at, dirname(`/${remote}`), local),
  async downloadTree(at, remote, local) {
    const inside = join(at.folder, 'received');
    mkdirSync(inside);
    const finished = await recursively('ncftpget', at, inside, remote);
    if (existsSync(join(inside, remote))) renameSync(join(inside, remote), local);
    return finished;
  },
  treeFolders: 50,
  bigFile: true,
  shows: {
    wrongPassword: { output: /password was not accepted for login/, status: 0 },
    missingFile: { output: /get missing: server said: .*No such file/, status: 0 },
    noPermission: { output: /server said: .*[Pp]ermission denied/, status: 0 },
  },
};
