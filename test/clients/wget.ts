import { renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { peerPath } from '@pure-ftpd/peers';
import { encodeName } from '@pure-ftpd/protocol';

import { type Finished, runProgram } from '../support/program.ts';
import type { Client, Step, Visit } from './client.ts';

/** Arguments of a program are strings here, so that a file whose name is no UTF-8 gets it afterwards. */
const FETCHED = 'fetched';

/** A URL with everything but plain letters escaped. */
function url({ host, port }: Visit, path: string): string {
  const escaped = Array.from(encodeName(path), (byte) =>
    /[A-Za-z0-9._/]/.test(String.fromCharCode(byte))
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).padStart(2, '0')}`,
  ).join('');
  return `ftp://${host.includes(':') ? `[${host}]` : host}:${port}/${escaped}`;
}

function wget(at: Visit, args: readonly string[]): Promise<Finished> {
  return runProgram(
    peerPath('wget'),
    [
      '--no-config',
      '--no-verbose',
      '--tries=1',
      '--timeout=60',
      `--ftp-user=${at.user}`,
      `--ftp-password=${at.password}`,
      '--no-glob',
      // Names as they are, whatever bytes they have.
      '--restrict-file-names=nocontrol',
      '--no-iri',
      ...(at.mode === 'active' ? ['--no-passive-ftp'] : []),
      ...args,
    ],
    { cwd: at.folder },
  );
}

function args(at: Visit, step: Step): string[] {
  switch (step.do) {
    case 'download':
      return ['-O', join(at.folder, FETCHED), url(at, step.remote)];
    case 'resumeDownload':
      // It continues what has the name it would give the file.
      return [
        '--continue',
        '--directory-prefix',
        dirname(step.local),
        url(at, `${dirname(step.remote)}/${basename(step.local)}`),
      ];
    case 'upload':
    case 'resumeUpload':
    case 'list':
    case 'delete':
    case 'makeFolder':
    case 'removeFolder':
    case 'rename':
    case 'changeMode':
      throw new Error(`wget has no command for ${step.do}`);
    default:
      return step satisfies never;
  }
}

export const wgetClient: Client = {
  name: 'wget',
  needs: ['wget'],
  modes: ['passive', 'active'],
  cannot: ['upload', 'resumeUpload', 'list', 'delete', 'makeFolder', 'removeFolder', 'rename', 'changeMode'],
  canName: () => true,
  // It takes names in a listing for escaped, and skips blanks before them, and shortens long ones.
  canNest: (name) => !/%[0-9a-f]{2}/i.test(name) && Buffer.byteLength(name) < 230,
  async run(at, steps) {
    let last: Finished = { status: 0, stdout: '', stderr: '', output: '' };
    for (const step of steps) {
      last = await wget(at, args(at, step));
      if (last.status !== 0) break;
      if (step.do === 'download') renameSync(join(at.folder, FETCHED), encodeName(step.local));
    }
    return last;
  },
  downloadTree: (at, remote, local) =>
    wget(at, [
      '--recursive',
      '--level=inf',
      '--no-host-directories',
      '--cut-dirs=1',
      `--directory-prefix=${local}`,
      url(at, `${remote}/`),
    ]),
  treeFolders: 50,
  bigFile: true,
  shows: {
    wrongPassword: { output: /Login incorrect/, status: 6 },
    missingFile: { output: /No such file/, status: 8 },
    noPermission: { output: /No such (file|directory)/, status: 8 },
  },
};
