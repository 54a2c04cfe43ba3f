import type { AuthBackend } from './backend.ts';
import { EXTAUTH } from './extauth/method.ts';
import { type BackendServices, type LoginMethod, LoginMethodError, type MethodKind } from './method.ts';
import { LDAP } from './ldap/method.ts';
import { PAM } from './pam/method.ts';
import { PUREDB } from './puredb-method.ts';
import { MYSQL, PGSQL } from './sql/method.ts';
import { UNIX } from './unix-method.ts';

/** The methods there are, in the order in which C looks for their names. */
const METHODS: readonly MethodKind[] = [UNIX, PAM, MYSQL, PGSQL, LDAP, PUREDB, EXTAUTH];

/** Their names. */
export const METHOD_NAMES: readonly string[] = METHODS.map(({ name }) => name);

/** As help shows them: `unix, pam, puredb:FILE`. */
export const METHOD_FORMS: readonly string[] = METHODS.map(form);

function form({ name, argument }: MethodKind): string {
  return argument === undefined ? name : `${name}:${argument}`;
}

/**
 * What an argument of `-l` asks for: `puredb:/etc/pureftpd.pdb`. As in C, a method is known by how the argument begins, in
 * any case, and what follows the names of `unix` and `pam` does not count [server-options §2].
 * @throws LoginMethodError.
 */
export function parseLoginMethod(text: string): LoginMethod {
  const lower = text.toLowerCase();
  const kind = METHODS.find(({ name }) => lower.startsWith(name));
  if (kind === undefined) {
    const expected = METHOD_FORMS.join(', ');
    throw new LoginMethodError('UNKNOWN_METHOD', `no such login method: ${text} (${expected} are expected)`);
  }
  const { name, argument } = kind;
  if (argument === undefined) return { name, path: '' };
  const colon = text.indexOf(':');
  const value = colon === -1 ? '' : text.slice(colon + 1);
  if (value === '') {
    const what = argument.toLowerCase();
    throw new LoginMethodError('MISSING_ARGUMENT', `login method ${name} needs a ${what}: ${form(kind)}`);
  }
  return { name, path: kind.parse(value) };
}

/**
 * Looks at what a method needs.
 * @returns What the administrator should know, one line each.
 * @throws LoginMethodError when the server must not start with it.
 */
export function checkMethod(method: LoginMethod): readonly string[] {
  return kindOf(method).check?.(method.path) ?? [];
}

/** Why a method cannot be asked at the moment, and a login that comes to it is over; undefined when it can. */
export function whyUnusable(method: LoginMethod): string | undefined {
  return kindOf(method).whyUnusable?.(method.path);
}

/** The backend of a method. */
export function createBackend(method: LoginMethod, services: BackendServices): AuthBackend {
  return kindOf(method).create(method.path, services);
}

/** Whether a method has a server of accounts, which can be asked. */
export function hasAccountServer(method: LoginMethod): boolean {
  return kindOf(method).open !== undefined;
}

/** The backend of a method with a server of accounts, in this process. @throws LoginMethodError. */
export async function openBackend(method: LoginMethod): Promise<AuthBackend> {
  const { open } = kindOf(method);
  if (open === undefined) throw new LoginMethodError('UNKNOWN_METHOD', `${method.name} has no server of accounts`);
  return open(method.path);
}

function kindOf({ name }: LoginMethod): MethodKind {
  const kind = METHODS.find((known) => known.name === name);
  if (kind === undefined) throw new LoginMethodError('UNKNOWN_METHOD', `no such login method: ${name}`);
  return kind;
}
