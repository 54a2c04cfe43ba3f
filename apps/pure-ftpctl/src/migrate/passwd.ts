// Files in the form of /etc/passwd, with what stands in those of shadow, group and shells.
import { type Line, linesOf } from './lines.ts';
import type { Found, Migration } from './migration.ts';

/** A line of a file in the form of passwd, or `login:hash` alone. */
export type PasswdLine = Found & {
  readonly where: string;
  readonly shell: string | undefined;
};

/** Lines of fewer fields than a login and a hash are left out: `wrong` hears of them. */
export function passwdLines(path: string, wrong: (where: string, text: string) => void): PasswdLine[] {
  return linesOf(path).flatMap((line) => {
    const found = passwdLine(line);
    if (found === undefined) wrong(line.where, 'no line of a user: left out');
    return found === undefined ? [] : [found];
  });
}

function passwdLine({ where, text }: Line): PasswdLine | undefined {
  const [login = '', passwordHash, uid = '', gid = '', gecos = '', home = '', shell] = text.split(':');
  if (passwordHash === undefined || login === '') return undefined;
  return { where, login, passwordHash, uid: idOf(uid), gid: idOf(gid), gecos, home, shell };
}

/** Undefined where there is none. */
function idOf(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** Hashes of a file in the form of shadow, by their logins. */
export function shadowHashes(path: string): Map<string, string> {
  return new Map(
    linesOf(path).map(({ text }) => {
      const [login = '', hash = ''] = text.split(':');
      return [login, hash];
    }),
  );
}

/** Users of a file in the form of group, by how many groups they are in. */
export function memberships(path: string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { text } of linesOf(path)) {
    const [group = '', , , members = ''] = text.split(':');
    for (const login of members.split(',').filter(Boolean)) groups.set(login, [...(groups.get(login) ?? []), group]);
  }
  return groups;
}

/** Files that a file of users needs beside it. */
export interface PasswdPlaces {
  readonly shadow: string | undefined;
  /** The folder of the homes of users whose lines have none. */
  readonly homes: string | undefined;
}

/** Takes the users of a file. @throws CommandError */
export function readPasswd(path: string, { shadow, homes }: PasswdPlaces, migration: Migration): void {
  const hashes = shadow === undefined ? new Map<string, string>() : shadowHashes(shadow);
  for (const { where, shell: _, ...line } of passwdLines(path, (place, text) => migration.note(place, text))) {
    const isElsewhere = line.passwordHash === 'x' || line.passwordHash === '';
    const home = line.home === '' && homes !== undefined ? `${homes.replace(/\/+$/, '')}/${line.login}` : line.home;
    migration.user(
      {
        ...line,
        passwordHash: isElsewhere ? (hashes.get(line.login) ?? line.passwordHash) : line.passwordHash,
        home: home === '' || home.includes('/./') ? home : `${home.replace(/\/+$/, '')}/./`,
      },
      where,
    );
  }
  migration.set('NoAnonymous', 'yes');
  migration.set('ChrootEveryone', 'yes');
}
