import path from 'node:path';

import type { AuthBackend } from './backend.ts';
import { PamBackend } from './pam/pam-backend.ts';
import type { PamPool } from './pam/pool.ts';
import { PureDBBackend } from './puredb-backend.ts';
import { UnixBackend } from './unix-backend.ts';

/** Why the argument of `-l` cannot be used: one line that names it. */
export class LoginMethodError extends Error {
  override readonly name = 'LoginMethodError';
  readonly code: 'UNKNOWN_METHOD' | 'MISSING_ARGUMENT' | 'NOT_SUPPORTED_YET';

  constructor(code: LoginMethodError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** What an argument of `-l` asks for: plain data. */
export type LoginMethod =
  | { readonly name: 'unix' }
  | { readonly name: 'pam' }
  | { readonly name: 'puredb'; readonly file: string };

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
 * What an argument of `-l` asks for: `puredb:/etc/pureftpd.pdb`. As in C, a method is known by how the argument begins, in
 * any case, and what follows the names of `unix` and `pam` does not count [server-options §2].
 * @throws LoginMethodError.
 */
export function parseLoginMethod(text: string): LoginMethod {
  const lower = text.toLowerCase();
  const method = METHODS.find(({ name }) => lower.startsWith(name));
  if (method === undefined) {
    const expected = 'unix, pam or puredb:FILE';
    throw new LoginMethodError('UNKNOWN_METHOD', `no such login method: ${text} (expected ${expected})`);
  }
  const { name } = method;
  if (name === 'unix' || name === 'pam') return { name };
  if (name !== 'puredb') throw new LoginMethodError('NOT_SUPPORTED_YET', `login method ${name} is not supported yet`);
  const colon = text.indexOf(':');
  const argument = colon === -1 ? '' : text.slice(colon + 1);
  if (argument === '') {
    throw new LoginMethodError('MISSING_ARGUMENT', `login method ${name} needs a ${method.argument}: ${name}:FILE`);
  }
  // The server leaves the folder it was started in.
  return { name, file: path.resolve(argument) };
}

/** What backends share, each made by whoever closes it in the end. */
export interface BackendServices {
  /** Called when there is a method `pam`. */
  readonly pamPool: () => PamPool;
}

/** The backend of a method. */
export function createBackend(method: LoginMethod, services: BackendServices): AuthBackend {
  if (method.name === 'unix') return new UnixBackend();
  return method.name === 'pam' ? new PamBackend(services.pamPool()) : new PureDBBackend(method.file);
}
