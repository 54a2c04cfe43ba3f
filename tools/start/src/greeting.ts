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
    '  Ctrl-C stops the server.',
    '',
    '',
  ].join('\n');
}
