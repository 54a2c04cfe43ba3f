// Debian's pure-ftpd-ldap and ours, on the same directory, file and accounts: every account of the tree in both modes, and chains.
import { chmodSync, mkdirSync } from 'node:fs';

import { observedTree, OpenLDAP } from '@pure-ftpd/account-servers';
import { type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createUserDatabase } from '../support/user-database.ts';
import { configuration, login, startC, startOurs } from './account-server.ts';
import { MODES, observedForms, observedLogins, READER } from './ldap-transcript.ts';

type Login = readonly [user: string, password: string];

const MORE: readonly Login[] = [
  ['alice', 'pw'],
  ['alice', 'wrong'],
  ['alice', ''],
  ['nobody-here', 'pw'],
  ['deep', 'pw'],
  ['twin', 'pw'],
  ['nopw', 'pw'],
  ["o'neil", 'pw'],
  ['a*', 'pw'],
];

/** What the C server answers where ours answers else; why is in docs/differences.md. */
const DIFFERENT: Readonly<Record<'bind' | 'password', Readonly<Record<string, readonly [c: string, ours: string]>>>> = {
  bind: {
    'twin pw': ['230', '530'],
    'neg pw': ['230', '530'],
    'rel pw': ['421', '530'],
    'limitsn pw': ['230-', '230 '],
  },
  password: {
    'twin pw': ['230', '530'],
    'neg pw': ['230', '530'],
    'rel pw': ['421', '530'],
    'limitsn pw': ['230-', '230 '],
    'twopw second': ['530', '230'],
    'h-ssha pw': ['530', '230'],
    'h-sha pw': ['530', '230'],
    'h-md5 pw': ['530', '230'],
    'h-smd5 pw': ['530', '230'],
  },
};

let directory: OpenLDAP;
let folder: TempFolder;

/** Logins at a time: of some fifty at once the C server leaves a few without a greeting. */
const AT_ONCE = 8;

/** The codes of all lines of the replies to logins: the words are those of each server. */
async function replies(port: number, logins: readonly Login[]): Promise<string[]> {
  const heard: string[] = [];
  const remaining = logins.entries();
  const next = async (): Promise<void> => {
    for (const [index, [user, password]] of remaining)
      heard[index] = (await login(port, user, password)).lines.map((line) => line.slice(0, 4)).join('');
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return heard;
}

function fileFor(name: string, lines: readonly string[]): string {
  return configuration(folder, name, [
    'LDAPServer 127.0.0.1',
    `LDAPPort ${directory.port}`,
    'LDAPBaseDN ou=people,dc=example,dc=org',
    ...lines,
  ]);
}

describeWith(['root', 'slapd', 'pureftpd.schema', 'pure-ftpd-ldap'], 'pure-ftpd-ldap and ours', () => {
  beforeAll(async () => {
    folder = tempFolder();
    chmodSync(folder.path, 0o755);
    for (const name of ['srv', 'srv/alice', 'srv/bob', 'local']) {
      mkdirSync(folder.file(name));
      chmodSync(folder.file(name), 0o777);
    }
    directory = await OpenLDAP.start(observedTree().replaceAll('/srv/ftp', folder.file('srv')));
  });
  afterAll(async () => {
    await directory[Symbol.asyncDispose]();
    folder.remove();
  });

  test.each(MODES)('give the same replies to every account in %s mode', async (mode, lines) => {
    const logins: Login[] = [
      ...MORE,
      ...observedLogins('modes.txt', 'all of them, password mode').map(({ login: user, password }): Login => [
        user,
        password,
      ]),
      ...Array.from(observedForms(mode).keys(), (form): Login => [`h-${form}`, 'pw']),
    ];
    const file = fileFor(`${mode}.conf`, lines);
    await using theirs = await startC('pure-ftpd-ldap', '-l', `ldap:${file}`, '-c', '100', '-C', '100');
    await using ours = await startOurs('-l', `ldap:${file}`, '-c', '100', '-C', '100');
    const [c, mine] = await Promise.all([replies(theirs.port, logins), replies(ours.port, logins)]);
    for (const [index, [user, password]] of logins.entries()) {
      const name = `${user} ${password}`;
      const different = DIFFERENT[mode][name];
      if (different === undefined) expect([name, mine[index]]).toEqual([name, c[index]]);
      else
        expect([name, c[index]?.startsWith(different[0]), mine[index]?.startsWith(different[1])]).toEqual([
          name,
          true,
          true,
        ]);
    }
    expect(mine[0]).toBe('230 ');
    for (const secret of ['readerpw', 'second', 'wrong']) expect(ours.process.output).not.toContain(secret);
  });

  test.each(MODES)('ask the backends in the same order in %s mode', async (mode, lines) => {
    // In both, with another password each; besides, one in each of them alone.
    const home = folder.file('local');
    const database = await createUserDatabase(
      folder.path,
      ['alice', 'local'].map((name) => ({ login: name, password: 'local', uid: 3901, gid: 3901, home })),
    );
    const file = fileFor(`chain-${mode}.conf`, lines);
    const logins: Login[] = ['alice', 'bob', 'local', 'nobody-here', 'zero', 'nopw'].flatMap((user): Login[] => [
      [user, 'pw'],
      [user, 'local'],
    ]);
    const methods = ['-l', `ldap:${file}`, '-l', `puredb:${database}`];
    for (const [first, chain] of [
      ['ldap', methods],
      ['puredb', [...methods.slice(2), ...methods.slice(0, 2)]],
    ] as const) {
      await using theirs = await startC('pure-ftpd-ldap', ...chain, '-c', '100', '-C', '100');
      await using ours = await startOurs(...chain, '-c', '100', '-C', '100');
      const [c, mine] = await Promise.all([replies(theirs.port, logins), replies(ours.port, logins)]);
      expect([first, mine]).toEqual([first, c]);
      // Whoever knows alice first decides.
      expect(mine.slice(0, 2).map((reply) => reply.slice(0, 3))).toEqual(
        first === 'ldap' ? ['230', '530'] : ['530', '230'],
      );
    }
  });

  test('a directory that cannot be asked does not stop the chain', async () => {
    const database = await createUserDatabase(folder.path, [
      { login: 'local', password: 'local', uid: 3901, gid: 3901, home: folder.file('local') },
    ]);
    const file = fileFor('refused.conf', [...READER, 'LDAPBindPW not-the-word']);
    const chain = ['-l', `ldap:${file}`, '-l', `puredb:${database}`];
    await using theirs = await startC('pure-ftpd-ldap', ...chain);
    await using ours = await startOurs(...chain);
    const logins: Login[] = [
      ['local', 'local'],
      ['alice', 'pw'],
    ];
    expect(await replies(ours.port, logins)).toEqual(await replies(theirs.port, logins));
    expect(ours.process.output).toMatch(/The LDAP server seems to be down .*\(code 49\)/);
    expect(ours.process.output).not.toContain('not-the-word');
  });
});
