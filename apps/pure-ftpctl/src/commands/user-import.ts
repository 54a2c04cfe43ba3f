import { Progress, writeAll } from '@pure-ftpd/cli';
import { formatTextLine, PasswdFile, PasswdFileError, type UserRecord } from '@pure-ftpd/puredb';

import { CommandError, ExitStatus } from '../exit-status.ts';
import type { Given } from '../given.ts';
import { type Account, imported } from '../users/account.ts';
import { changeUsers, explained, placeOf, type UserPlace } from '../users/place.ts';
import { readAccounts } from '../users/read-accounts.ts';
import { BadValue } from '../users/values.ts';

/** Adds and changes the users of a file: all of them, or none. Who is not in it stays, and so does a field that it does not name. */
export async function userImport(given: Given): Promise<number> {
  const place = placeOf(given);
  // yargs makes nothing of a lone dash.
  const accounts = readAccounts(given.operands['source'] || '-');
  const { added, changed } = await differences(place, accounts);
  if (!given.options.has('dry-run')) await change(place, [...added, ...changed]);
  const same = accounts.length - added.length - changed.length;
  const counts = `${added.length} added, ${changed.length} changed, ${same} as they were`;
  writeAll(1, Buffer.from(given.options.has('dry-run') ? `without --dry-run: ${counts}\n` : `${counts}\n`));
  return ExitStatus.done;
}

/** Which users the import makes others of: lines of all others stay as they are. */
async function differences(place: UserPlace, accounts: readonly Account[]) {
  const current = await usersOf(place, new Set(accounts.map(({ login }) => login)));
  const added: Account[] = [];
  const changed: Account[] = [];
  for (const account of accounts) {
    const record = current.get(account.login);
    const line = sensible(() => formatTextLine(imported(account, record)));
    if (record === undefined) added.push(account);
    else if (!line.equals(formatTextLine(record))) changed.push(account);
  }
  return { added, changed };
}

/** What there is of these logins. A file that is not there has nobody. */
async function usersOf({ file }: UserPlace, logins: ReadonlySet<string>): Promise<Map<string, UserRecord>> {
  const users = new Map<string, UserRecord>();
  try {
    for await (const entry of new PasswdFile(file).entries()) {
      if (entry.kind !== 'user' || !logins.has(entry.record.login) || users.has(entry.record.login)) continue;
      users.set(entry.record.login, entry.record);
    }
  } catch (error) {
    if (!isMissing(error)) throw explained(error);
  }
  return users;
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof PasswdFileError &&
    error.cause instanceof Error &&
    'code' in error.cause &&
    error.cause.code === 'ENOENT'
  );
}

async function change(place: UserPlace, accounts: readonly Account[]): Promise<void> {
  if (accounts.length === 0) return;
  const byLogin = new Map(accounts.map((account) => [account.login, account]));
  const progress = new Progress(place.file);
  let done = 0;
  // Another editor may have been here since: what counts is the record that is found under the lock.
  await changeUsers(place, [...byLogin.keys()], (current, login) => {
    done += 1;
    if (done % 1000 === 0) progress.update(done, accounts.length);
    const account = byLogin.get(login);
    return account === undefined ? current : sensible(() => imported(account, current));
  }).finally(() => progress.clear());
}

function sensible<Result>(make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (error instanceof BadValue || error instanceof PasswdFileError)
      throw new CommandError(error.message, ExitStatus.failed, { cause: error });
    throw error;
  }
}
