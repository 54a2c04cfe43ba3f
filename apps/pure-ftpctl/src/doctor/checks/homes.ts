import { type BigIntStats, statSync } from 'node:fs';

import { parseHome } from '@pure-ftpd/auth';
import { printableName } from '@pure-ftpd/protocol';
import { PureDBError, type UserRecord } from '@pure-ftpd/puredb';

import { type Check, type Finding, problem, well } from '../finding.ts';
import { usersOf } from '../users.ts';

/** What is said of more users than these is a number. */
const MOST_NAMED = 20;

/** Whether the homes of the users are there, and theirs. */
export const homes: Check = {
  name: 'homes',
  find({ configuration }) {
    const databases = configuration.logins.filter(({ name }) => name === 'puredb');
    const found = databases
      .flatMap(({ path }) => recordsOf(path))
      .map((user) => homeOf(user, configuration.createsHomes));
    const wrong = found.filter(({ status }) => status !== 'ok');
    const more = wrong.length - MOST_NAMED;
    return more > 0
      ? [...wrong.slice(0, MOST_NAMED), problem(`${more} more homes are wrong`, 'mend these first, and ask again')]
      : found;
  },
};

/** A database that cannot be read is another check's. */
function recordsOf(path: string): UserRecord[] {
  try {
    return usersOf(path).flatMap((user) => (user.kind === 'record' ? [user.record] : []));
  } catch (error) {
    if (error instanceof PureDBError) return [];
    throw error;
  }
}

function homeOf({ login, home, uid, gid }: UserRecord, isMade: boolean): Finding {
  const { chroot, directory } = parseHome(home);
  const path = chroot ?? directory;
  const named = `${printableName(path)}, the home of ${printableName(login)},`;
  const stats = statsOf(path);
  if (stats === undefined)
    return isMade
      ? well(`${named} is made when the user logs in`)
      : problem(`${named} is not there`, `mkdir -p ${path} && chown ${uid}:${gid} ${path}, or set CreateHomeDir`);
  if (!stats.isDirectory()) return problem(`${named} is no directory`, `pure-pw usermod ${login} -d HOME -m`);
  if (stats.uid !== BigInt(uid)) {
    const text = `${named} belongs to uid ${stats.uid}, and the user is uid ${uid}`;
    return problem(text, `chown -R ${uid}:${gid} ${path}`);
  }
  return well(`${named} is there`);
}

function statsOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    // Not there, or not to be seen: nobody can log in either way.
    return undefined;
  }
}
