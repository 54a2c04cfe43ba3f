import { peerPath } from '@pure-ftpd/peers';
import { encodeName } from '@pure-ftpd/protocol';

import { type Finished, runProgram } from '../support/program.ts';
import type { Client, Step, Visit, VisitTls } from './client.ts';

function quoted(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, '\\$&')}"`;
}

/** A name after which no dash is an option and no tilde a home. */
function path(text: string): string {
  return quoted(/^[-~]/.test(text) ? `./${text}` : text);
}

function command(step: Step): string {
  const remote = path(step.remote);
  switch (step.do) {
    case 'upload':
      return `put ${quoted(step.local)} -o ${remote}`;
    case 'resumeUpload':
      return `reput ${quoted(step.local)} -o ${remote}`;
    case 'download':
      return `get ${remote} -o ${quoted(step.local)}`;
    case 'resumeDownload':
      return `get -c ${remote} -o ${quoted(step.local)}`;
    case 'list':
      return `cls -1 ${remote}`;
    case 'delete':
      return `rm ${remote}`;
    case 'makeFolder':
      return `mkdir ${remote}`;
    case 'removeFolder':
      return `rmdir ${remote}`;
    case 'rename':
      return `mv ${remote} ${path(step.to)}`;
    case 'changeMode':
      return `chmod ${step.mode} ${remote}`;
    default:
      return step satisfies never;
  }
}

/** The settings of TLS: nothing goes in the clear, and certificates are checked. */
function secured(tls: VisitTls | undefined): string[] {
  if (tls === undefined) return ['set ftp:ssl-allow no'];
  return [
    'set ftp:ssl-force yes',
    'set ftp:ssl-protect-data yes',
    'set ftp:ssl-protect-list yes',
    'set ssl:verify-certificate yes',
    `set ssl:ca-file ${quoted(tls.authority)}`,
    `set ssl:priority NORMAL:-VERS-ALL:+VERS-${tls.version.replace('v', '')}`,
  ];
}

/** Where FEAT has UTF8 it speaks that, whatever it was told. */
function inCharset(charset: string | undefined): string[] {
  return charset === undefined ? [] : ['set ftp:use-feat no', 'set file:charset UTF-8', `set ftp:charset ${charset}`];
}

function lftp(
  { host, port, user, password, mode, folder, tls, charset }: Visit,
  commands: readonly string[],
): Promise<Finished> {
  const lines = [
    'set cmd:fail-exit yes',
    'set net:max-retries 1',
    'set net:timeout 60',
    `set ftp:passive-mode ${mode === 'passive' ? 'yes' : 'no'}`,
    ...secured(tls),
    ...inCharset(charset),
    `open -u ${quoted(user)},${quoted(password)} -p ${port} ${host.includes(':') ? `[${host}]` : host}`,
    ...commands,
    'quit',
  ];
  return runProgram(peerPath('lftp'), ['--norc'], { input: encodeName(`${lines.join('\n')}\n`), cwd: folder });
}

export const lftpClient: Client = {
  name: 'lftp',
  needs: ['lftp'],
  modes: ['passive', 'active'],
  cannot: [],
  // It doubles 0xFF, as Telnet has it; FTP servers take names as they come.
  canName: (name) => !name.includes('\uDCFF'),
  resumes: ['TLSv1.2', 'TLSv1.3'],
  // Over IPv6 it announces the address `::` for active data connections.
  canReach: (host, mode) => host !== '::1' || mode === 'passive',
  run: (at, steps) => lftp(at, steps.map(command)),
  uploadTree: (at, local, remote) => lftp(at, [`mirror -R ${quoted(local)} ${path(remote)}`]),
  downloadTree: (at, remote, local) => lftp(at, [`mirror ${path(remote)} ${quoted(local)}`]),
  treeFolders: 50,
  bigFile: true,
  shows: {
    wrongPassword: { output: /Login failed: 530/, status: 1 },
    missingFile: { output: /Access failed: 550/, status: 1 },
    noPermission: { output: /Access failed: 55\d/, status: 1 },
  },
};
