import path from 'node:path';

import type { AuthBackend } from './backend.ts';
import { PureDBBackend } from './puredb-backend.ts';

/** Why the argument of `-l` cannot be used: one line that names it. */
export class LoginMethodError extends Error {
  override readonly name = 'LoginMethodError';
  readonly code: 'unknownMethod' | 'missingArgument' | 'notSupportedYet';

  constructor(code: LoginMethodError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** What a method needs behind its name. */
const METHODS: readonly { readonly name: string; readonly argument: string | undefined }[] = [
  { name: 'unix', argument: undefined },
  { name: 'pam', argument: undefined },
  { name: 'mysql', argument: 'file' },
  { name: 'pgsql', argument: 'file' },
  { name: 'ldap', argument: 'file' },
  { name: 'puredb', argument: 'file' },
  { name: 'extauth', argument: 'socket' },
];

/**
 * The backend that an argument of `-l` stands for: `puredb:/etc/pureftpd.pdb`. As in C, a method is known by how the
 * argument begins, in any case [server-options §2].
 * @throws LoginMethodError.
 */
export function createBackend(text: string): AuthBackend {
  const lower = text.toLowerCase();
  const method = METHODS.find(({ name }) => lower.startsWith(name));
  if (method === undefined) {
    throw new LoginMethodError('unknownMethod', `no such login method: ${text} (expected puredb:FILE)`);
  }
  const { name } = method;
  if (name !== 'puredb') throw new LoginMethodError('notSupportedYet', `login method ${name} is not supported yet`);
  const colon = text.indexOf(':');
  const argument = colon === -1 ? '' : text.slice(colon + 1);
  if (argument === '') {
    throw new LoginMethodError('missingArgument', `login method ${name} needs a ${method.argument}: ${name}:FILE`);
  }
  // The server leaves the folder it was started in.
  return new PureDBBackend(path.resolve(argument));
}
