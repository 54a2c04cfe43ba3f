import type { Endpoint } from './server-options.ts';
import type { State } from './state.ts';

/** What `npm start` tells when the server is up. Everything in it can be pasted: the password has letters and digits only. */
export function greeting(state: State, { host, port }: Endpoint): string {
  const url = `ftp://${host.includes(':') ? `[${host}]` : host}:${port}/`;
  return [
    '',
    `  address   ${url}`,
    `  login     ${state.login}`,
    `  password  ${state.password}`,
    `  folder    ${state.folder}`,
    '',
    `  curl --user ${state.login}:${state.password} ${url}`,
    '',
    '  Ctrl-C stops the server.',
    '',
    '',
  ].join('\n');
}
