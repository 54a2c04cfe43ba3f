import { dirname, join } from 'node:path';

import type { Endpoint } from './server-options.ts';
import type { State } from './state.ts';

/** A word of a command line as a shell takes it. */
function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * What `npm start` tells when the server is up. Everything in it can be pasted: the password has letters and digits only.
 * @param certificate What clients have to trust, where there is TLS.
 */
export function greeting(state: State, { host, port }: Endpoint, certificate?: string): string {
  const url = `ftp://${host.includes(':') ? `[${host}]` : host}:${port}/`;
  const { uid, gid } = state.identity;
  const passwd = join(dirname(state.database), 'pureftpd.passwd');
  const users = `-m -f ${quoted(passwd)} -F ${quoted(state.database)} -u ${uid} -g ${gid} -d ${quoted(state.folder)}`;
  const tls = certificate === undefined ? '' : `--ssl-reqd --cacert ${quoted(certificate)} `;
  return [
    '',
    `  address   ${url}`,
    `  login     ${state.login}`,
    `  password  ${state.password}`,
    `  folder    ${state.folder}`,
    '',
    `  curl ${tls}--user ${state.login}:${state.password} ${url}`,
    '',
    '  Next, in another terminal:',
    `    upload a file    curl ${tls}--user ${state.login}:${state.password} -T README.md ${url}`,
    ...(certificate === undefined ? ['    with TLS         npm start -- --tls 1, after Ctrl-C'] : []),
    `    another user     node_modules/.bin/pure-pw useradd NAME ${users}`,
    '    every option     node_modules/.bin/pure-ftpd --help',
    '    for the public   README.md, "Serve the public"; a package: npm run package:deb',
    '',
    '  Ctrl-C stops the server; the next start keeps user and files.',
    '',
    '',
  ].join('\n');
}
