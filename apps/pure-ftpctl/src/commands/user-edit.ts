// Changes of one user.
import { printableName } from '@pure-ftpd/protocol';
import { changeRecord, formatTextLine, newRecord, PasswdFileError, type UserRecord } from '@pure-ftpd/puredb';

import { CommandError, ExitStatus } from '../exit-status.ts';
import type { Given } from '../given.ts';
import { NO_PASSWORD } from '../users/account.ts';
import { askForHash, locked, unlocked } from '../users/password.ts';
import { changeUsers, placeOf } from '../users/place.ts';
import { changesOf } from '../users/settings.ts';

/** As long as any hash that is made, to see whether the line fits before somebody types a password. */
const HASH_OF_GREATEST_LENGTH = '$'.repeat(127);

/** Adds a user. Whether the login is taken is looked at last, under the lock. */
export async function userAdd(given: Given): Promise<number> {
  const login = given.operands['login'] ?? '';
  const { home, ...changes } = await changesOf(given);
  if (changes.uid === 0) throw new CommandError('--owner is needed: the system user whom the files belong to');
  if (changes.gid === 0) throw new CommandError('--group is needed: this number has no user, and so no group');
  if (home === undefined) throw new CommandError('--home is needed');
  fitting(newRecord(login, HASH_OF_GREATEST_LENGTH, home, changes));
  const hash = given.options.has('locked') ? NO_PASSWORD : await askForHash();
  await edit(given, (current) => {
    if (current !== undefined) throw failed(`${printableName(login)} is there already: user set changes it`);
    return newRecord(login, hash, home, changes);
  });
  return ExitStatus.done;
}

/** Changes a user: only what is given. */
export async function userSet(given: Given): Promise<number> {
  const changes = await changesOf(given);
  if (given.options.has('password')) changes.passwordHash = await askForHash();
  await edit(given, (current) => fitting(changeRecord(existing(given, current), changes)));
  return ExitStatus.done;
}

/** Keeps a user out, until `unlock`. */
export async function userLock(given: Given): Promise<number> {
  await edit(given, (current) => {
    const user = existing(given, current);
    return { ...user, passwordHash: locked(user.passwordHash) };
  });
  return ExitStatus.done;
}

/** Lets a user in again who was locked, with the same password. */
export async function userUnlock(given: Given): Promise<number> {
  await edit(given, (current) => {
    const user = existing(given, current);
    const passwordHash = unlocked(user.passwordHash);
    if (passwordHash !== undefined) return { ...user, passwordHash };
    throw failed(`${printableName(user.login)} has no password: give one by user set --password`);
  });
  return ExitStatus.done;
}

/** Removes a user; the home stays. */
export async function userRemove(given: Given): Promise<number> {
  await edit(given, (current) => {
    existing(given, current);
    return undefined;
  });
  return ExitStatus.done;
}

async function edit(given: Given, change: (current: UserRecord | undefined) => UserRecord | undefined): Promise<void> {
  await changeUsers(placeOf(given), [given.operands['login'] ?? ''], change);
}

function existing({ operands }: Given, current: UserRecord | undefined): UserRecord {
  if (current !== undefined) return current;
  throw failed(`there is no user ${printableName(operands['login'] ?? '')}`);
}

function fitting(record: UserRecord): UserRecord {
  try {
    formatTextLine(record);
    return record;
  } catch (error) {
    if (!(error instanceof PasswdFileError)) throw error;
    throw failed(error.message);
  }
}

function failed(message: string): CommandError {
  return new CommandError(message, ExitStatus.failed);
}
