import { writeAll } from '@pure-ftpd/cli';
import { encodeText, oneLineJson, printableName } from '@pure-ftpd/protocol';
import { PasswdFile, type UserRecord } from '@pure-ftpd/puredb';

import { CommandError, ExitStatus } from '../exit-status.ts';
import type { Given } from '../given.ts';
import { describe, withoutHash } from '../users/described.ts';
import { explained, placeOf } from '../users/place.ts';
import { isLocked } from '../users/password.ts';
import { tableOf } from '../table.ts';

/** Lists all users. */
export async function userList(given: Given): Promise<number> {
  const users = await usersOf(given);
  if (given.options.has('json')) {
    writeAll(1, Buffer.from(`${oneLineJson({ users: users.map(withoutHash) })}\n`));
    return ExitStatus.done;
  }
  const rows = users.map(({ login, uid, gid, home, gecos, passwordHash }) => [
    printableName(login),
    `${uid}:${gid}`,
    printableName(home),
    printableName(gecos),
    isLocked(passwordHash) ? 'locked' : '',
  ]);
  if (rows.length > 0)
    writeAll(1, encodeText(tableOf(['Login', 'Owner', 'Home', 'Full name', ''], rows, [2, 2, 5, 3, 1])));
  return ExitStatus.done;
}

/** Shows one user. */
export async function userShow(given: Given): Promise<number> {
  const login = given.operands['login'] ?? '';
  const { file } = placeOf(given);
  let user: UserRecord | undefined;
  try {
    user = await new PasswdFile(file).find(login);
  } catch (error) {
    throw explained(error);
  }
  if (user === undefined) throw new CommandError(`there is no user ${printableName(login)}`, ExitStatus.failed);
  const text = given.options.has('json')
    ? `${oneLineJson(withoutHash(user))}\n`
    : tableOf(['', printableName(login)], await describe(user), [1, 3]);
  writeAll(1, encodeText(text));
  return ExitStatus.done;
}

/** Those who count: the first of each login. */
async function usersOf(given: Given): Promise<UserRecord[]> {
  const users = new Map<string, UserRecord>();
  try {
    for await (const entry of new PasswdFile(placeOf(given).file).entries())
      if (entry.kind === 'user' && !users.has(entry.record.login)) users.set(entry.record.login, entry.record);
  } catch (error) {
    throw explained(error);
  }
  return [...users.values()];
}
