import { peerPath } from '@pure-ftpd/peers';
import { encodeName } from '@pure-ftpd/protocol';

import { runProgram } from '../support/program.ts';
import type { Client, Step, Visit, VisitTls } from './client.ts';

/** A value of a curl configuration file. */
function quoted(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, '\\$&')}"`;
}

/** Every byte that means something in a URL, escaped. */
function urlPath(path: string): string {
  return Array.from(encodeName(path), (byte) =>
    /[A-Za-z0-9._/]/.test(String.fromCharCode(byte))
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).padStart(2, '0')}`,
  ).join('');
}

/** The options of one step, as lines of a configuration file. */
function options(base: string, step: Step): string[] {
  const url = `url = ${quoted(base + urlPath(step.remote))}`;
  const say = (...commands: readonly string[]): string[] => [
    `url = ${quoted(base)}`,
    'head',
    ...commands.map((line) => `quote = ${quoted(line)}`),
  ];
  switch (step.do) {
    case 'upload':
      return [url, `upload-file = ${quoted(step.local)}`];
    case 'resumeUpload':
      return [url, `upload-file = ${quoted(step.local)}`, 'continue-at = -'];
    case 'download':
      return [url, `output = ${quoted(step.local)}`];
    case 'resumeDownload':
      return [url, `output = ${quoted(step.local)}`, 'continue-at = -'];
    case 'list':
      return [`url = ${quoted(`${base}${urlPath(step.remote)}/`)}`, 'list-only'];
    case 'delete':
      return say(`DELE ${step.remote}`);
    case 'makeFolder':
      return say(`MKD ${step.remote}`);
    case 'removeFolder':
      return say(`RMD ${step.remote}`);
    case 'rename':
      return say(`RNFR ${step.remote}`, `RNTO ${step.to}`);
    case 'changeMode':
      return say(`SITE CHMOD ${step.mode} ${step.remote}`);
    default:
      return step satisfies never;
  }
}

/** The options of TLS; certificates are checked. */
function secured(tls: VisitTls | undefined): string[] {
  if (tls === undefined) return [];
  const version = tls.version.slice('TLSv'.length);
  return ['ssl-reqd', `tlsv${version}`, `tls-max = ${version}`, `cacert = ${quoted(tls.authority)}`];
}

function configuration({ host, port, user, password, mode, tls }: Visit, steps: readonly Step[]): Buffer {
  const base = `ftp://${host.includes(':') ? `[${host}]` : host}:${port}/`;
  const sections = steps.map((step) => [
    'silent',
    'show-error',
    'globoff',
    'fail-early',
    `user = ${quoted(`${user}:${password}`)}`,
    ...(mode === 'active' ? ['ftp-port = "-"'] : []),
    ...secured(tls),
    ...options(base, step),
  ]);
  // It sometimes waits a second before a data connection, with any server: transfers of many files are made side by side, but
  // over TLS, where it loses some of them, with any server.
  if (tls === undefined && steps.length > 1 && steps.every(isTransfer))
    sections[0]?.unshift('parallel', 'parallel-max = 20');
  return encodeName(sections.map((lines) => `${lines.join('\n')}\n`).join('next\n'));
}

function isTransfer(step: Step): boolean {
  return step.do === 'upload' || step.do === 'download';
}

export const curlClient: Client = {
  name: 'curl',
  needs: ['curl'],
  modes: ['passive', 'active'],
  cannot: [],
  canName: () => true,
  // Version 7.88 ends active transfers over TLS with an error.
  tlsFaults: { modes: ['active'] },
  resumes: ['TLSv1.2', 'TLSv1.3'],
  run: (at, steps) =>
    runProgram(peerPath('curl'), ['--disable', '--config', '-'], { input: configuration(at, steps), cwd: at.folder }),
  treeFolders: 50,
  bigFile: true,
  shows: {
    wrongPassword: { output: /curl: \(67\) Access denied: 530/, status: 67 },
    missingFile: { output: /curl: \(78\) The file does not exist/, status: 78 },
    noPermission: { output: /curl: \(9\) Server denied you to change to the given directory/, status: 9 },
  },
};
