import { readFileSync } from 'node:fs';

import { decodeName } from '@pure-ftpd/protocol';
import { describe, expect, it } from 'vitest';

import {
  allPasswdEntries,
  getgrgid,
  getgrgidSync,
  getgrnam,
  getgrnamSync,
  getGroupList,
  getGroupListSync,
  getpwnam,
  getpwnamSync,
  getpwuid,
  getpwuidSync,
  isNssAvailable,
  shadowEntry,
  shadowEntrySync,
  shadowHash,
  shadowHashSync,
} from './index.ts';

/** Lines of a file of the account database; a file that cannot be read has none. */
function records(file: string): string[][] {
  return decodeName(readFileSync(file))
    .split('\n')
    .filter((line) => line.includes(':'))
    .map((line) => line.split(':'));
}

const usesFiles = (): boolean => /^passwd:\s*(files|compat)\b/m.test(readFileSync('/etc/nsswitch.conf', 'latin1'));

function days(field: string | undefined): number | undefined {
  return field === '' ? undefined : Number(field);
}

describe.skipIf(!isNssAvailable())('accounts', () => {
  it('finds an account by name and by number, waiting or not', async () => {
    const [line] = records('/etc/passwd').filter((fields) => fields[2] === '0');
    const expected = {
      name: line?.[0],
      password: line?.[1],
      uid: 0,
      gid: Number(line?.[3]),
      gecos: line?.[4],
      home: line?.[5],
      shell: line?.[6],
    };
    expect(getpwnamSync('root')).toEqual(expected);
    expect(getpwuidSync(0)).toEqual(expected);
    expect(await getpwnam('root')).toEqual(expected);
    expect(await getpwuid(0)).toEqual(expected);
  });

  it('finds a group by name and by number, with its members', async () => {
    for (const [name = '', , gid, members = ''] of records('/etc/group')) {
      const expected = { name, gid: Number(gid), members: members === '' ? [] : members.split(',') };
      expect(getgrnamSync(name)).toEqual(expected);
      expect(getgrgidSync(Number(gid))).toEqual(expected);
    }
    expect(await getgrnam('root')).toEqual(getgrnamSync('root'));
    expect(await getgrgid(0)).toEqual(getgrgidSync(0));
  });

  it('answers undefined for whom there is not, whatever the name', async () => {
    for (const name of ['', 'no-such-login', 'root\0', 'x'.repeat(100_000), '\ud800', '\udcff', 'a/../b', '%s%n']) {
      expect(getpwnamSync(name)).toBeUndefined();
      expect(getgrnamSync(name)).toBeUndefined();
      expect(shadowHashSync(name)).toBeUndefined();
      expect(await getpwnam(name)).toBeUndefined();
      expect(await getgrnam(name)).toBeUndefined();
      expect(await shadowHash(name)).toBeUndefined();
    }
    expect(getpwuidSync(0xffff_fff0)).toBeUndefined();
    expect(getgrgidSync(0xffff_fff0)).toBeUndefined();
  });

  it('lists the groups of a login: its own, and those that name it', async () => {
    const groups = records('/etc/group');
    const [first = 'root'] = groups.flatMap(([, , , members = '']) => members.split(',')).filter((name) => name !== '');
    const named = groups
      .filter(([, , , members = '']) => members.split(',').includes(first))
      .map(([, , gid]) => Number(gid));
    expect(new Set(getGroupListSync(first, 4711))).toEqual(new Set([4711, ...named]));
    expect(await getGroupList(first, 4711)).toEqual(getGroupListSync(first, 4711));
    expect(getGroupListSync('no-such-login', 4711)).toEqual([4711]);
    expect(() => getGroupListSync('', 1)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
    expect(() => getGroupListSync('root', -1)).toThrow(RangeError);
  });

  it('refuses what is no id instead of asking for another', async () => {
    for (const id of [-1, 0x1_0000_0000, 1.5, Number.NaN]) {
      expect(() => getpwuidSync(id)).toThrow(RangeError);
      expect(() => getgrgidSync(id)).toThrow(RangeError);
      await expect(getpwuid(id)).rejects.toThrow(RangeError);
      await expect(getgrgid(id)).rejects.toThrow(RangeError);
    }
  });

  it.runIf(usesFiles())('lists all accounts in the order of the file', () => {
    const names = records('/etc/passwd').map(([name]) => name);
    expect(
      allPasswdEntries()
        .map(({ name }) => name)
        .slice(0, names.length),
    ).toEqual(names);
    expect(allPasswdEntries()).toEqual(allPasswdEntries());
  });

  it('stops listing at the limit it was given', () => {
    expect(() => allPasswdEntries(1)).toThrow(expect.objectContaining({ code: 'EOVERFLOW' }));
  });

  it.runIf(process.getuid?.() === 0)('reads password hashes as root', async () => {
    const [login = '', hash, changed, , maxAge, , , expires] = records('/etc/shadow')[0] ?? [];
    const entry = { hash, lastChange: days(changed), maxAge: days(maxAge), expires: days(expires) };
    expect(shadowEntrySync(login)).toEqual(entry);
    expect(await shadowEntry(login)).toEqual(entry);
    expect(shadowHashSync(login)).toBe(hash);
    expect(await shadowHash(login)).toBe(hash);
  });
});
