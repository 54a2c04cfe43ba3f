// What a database says of an account, as text [sql.md §4, §6].
import { decodeName } from '@pure-ftpd/protocol';
import { getgrnam, getpwnam } from '@pure-ftpd/posix';

import { isAccountId } from '../account-id.ts';

/** A value that makes no sense: the login is refused, and the log says which one. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
  readonly code = 'ACCOUNT_VALUE';
}

/** A user or a group: a number, or a name of the system. @throws ValueError. */
export async function idOf(kind: 'uid' | 'gid', text: string): Promise<number> {
  const digits = /^(\d{1,10})(?:\.0*)?$/.exec(text)?.[1];
  if (digits === undefined && /^[\d+\s-]/.test(text)) throw new ValueError(`the ${kind} is no number`);
  const id = digits === undefined ? await idByName(kind, text) : Number(digits);
  if (id === undefined) throw new ValueError(`the ${kind} is a name that the system does not know`);
  if (!isAccountId(id)) throw new ValueError(`the ${kind} is ${id}, with which nobody logs in`);
  return id;
}

async function idByName(kind: 'uid' | 'gid', name: string): Promise<number | undefined> {
  return kind === 'uid' ? (await getpwnam(name))?.uid : (await getgrnam(name))?.gid;
}

/** The home. @throws ValueError when it is not absolute. */
export function homeOf(bytes: Uint8Array): string {
  const home = decodeName(bytes);
  if (!home.startsWith('/')) throw new ValueError('the home directory is not an absolute path');
  return home;
}

/**
 * A limit: leading digits; 0 and what is negative are none, as panels write -1 for that. @throws ValueError for what is no number.
 */
export function limitOf(name: string, text: string): bigint | undefined {
  const [, sign, digits] = /^\s*([+-]?)(\d{1,19})(?:\.\d*)?\s*$/.exec(text) ?? [];
  if (digits === undefined) throw new ValueError(`${name} is no number`);
  const limit = BigInt(digits);
  return sign === '-' || limit === 0n ? undefined : limit;
}
