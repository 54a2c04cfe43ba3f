// Databases of each side on the servers of each side: who is let in [spec interop.md rows 3, 4, 6, 9 and 10].
import { spawnSync } from 'node:child_process';
import { appendFileSync, chownSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, soak } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';
import { mapSome } from '../support/differential.ts';
import { golden, goldenTable, readGolden } from '../support/golden.ts';
import { ours, type Side, sides } from '../support/programs.ts';
import { startDaemon, tryLogin } from '../support/servers.ts';

/** Users whose hash the C server cannot compute in the 70 MiB it allows itself. Ours has 1 GiB. */
const TOO_LARGE_FOR_C = ['argon2id_72m', 'argon2id_128m'];

const allPairs = sides.flatMap((server) => sides.map((tool) => [server.name, tool.name, server, tool] as const));

/** Servers and the tool whose database they read: every pair with ours in it, and in the long form C's with its own. */
const pairs = soak(
  allPairs.filter(([, , ...pair]) => pair.includes(ours)),
  allPairs,
);

/** A folder of the user that serves: our server gives up root and reads the database as that user. */
function folderOfUser(): TempFolder {
  const folder = tempFolder();
  chownSync(folder.path, 3001, 3001);
  return folder;
}

function purePw(side: Side, args: readonly string[], input = ''): void {
  const { status, stderr } = spawnSync(side.program('pure-pw'), args, {
    input,
    encoding: 'utf8',
    uid: 3001,
    gid: 3001,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

function logins(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(':')[0] ?? '');
}

/** A zone in which it is now about this hour. */
function zoneAt(hour: number): string {
  const behind = (new Date().getUTCHours() - hour + 24) % 24;
  // The sign is that of POSIX: west is positive, at most 12; east up to 14.
  return behind <= 12 ? `Etc/GMT+${behind}` : `Etc/GMT-${24 - behind}`;
}

describeWith(['root', 'pure-ftpd', 'pure-pw'], 'who is let in', () => {
  test.each(pairs)('%s server, database of %s: every form of hash', async (_, __, server, tool) => {
    using folder = folderOfUser();
    purePw(tool, ['mkdb', folder.file('db'), '-f', golden('puredb', 'hashes.passwd')]);
    await using daemon = await startDaemon(server, {
      args: ['-l', `puredb:${folder.file('db')}`, '-E', '-A'],
      homes: ['/srv/ftp/h'],
    });
    const expected = goldenTable('puredb', 'hashes.EXPECTED.tsv').map(([user = '', result = '']) => {
      const accepted = result === 'accept' || (server === ours && TOO_LARGE_FOR_C.includes(user));
      return [user, accepted ? 230 : 530] as const;
    });
    const found = await mapSome(expected, 15, async ([user]) => [user, await tryLogin(daemon.port, { user })] as const);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
    expect(await tryLogin(daemon.port, { user: 'md5', password: 'Golden' })).toBe(530);
  });

  // Whoever is refused waits for seconds: these do so beside each other.
  test.concurrent.each(pairs)('%s server, database of %s: users with one hash', async (_, __, server, tool) => {
    using folder = folderOfUser();
    purePw(tool, ['mkdb', folder.file('db'), '-f', golden('puredb', 'colliding.passwd')]);
    const users = [...new Set(logins(readGolden('puredb', 'colliding.passwd')))];
    expect(users).toHaveLength(15);
    await using daemon = await startDaemon(server, {
      args: ['-l', `puredb:${folder.file('db')}`, '-E', '-A'],
      homes: users.map((user) => `/srv/ftp/${user}`),
    });
    const found = await mapSome([...users, 'nosuch'], 16, (user) => tryLogin(daemon.port, { user }));
    expect(found).toEqual([...users.map(() => 230), 530]);
  });

  test.each(sides)('$name server: the recorded users of pure-pw, by night and by day', async (server) => {
    const args = ['-l', `puredb:${golden('puredb', 'three.pdb')}`, '-E', '-A'];
    const homes = ['/srv/ftp/alice', '/srv/ftp/bob', '/srv/ftp/carol'];
    await using night = await startDaemon(server, { args, homes, timeZone: zoneAt(2) });
    await using noon = await startDaemon(server, { args, homes, timeZone: zoneAt(12) });
    const [alice, wrong, carol, early] = await Promise.all([
      tryLogin(noon.port, { user: 'alice', password: 'alice-pw' }),
      tryLogin(noon.port, { user: 'alice', password: 'bob-pw' }),
      tryLogin(night.port, { user: 'carol', password: 'carol-pw' }),
      tryLogin(noon.port, { user: 'carol', password: 'carol-pw' }),
    ]);
    expect({ alice, wrong, carol, early }).toEqual({ alice: 230, wrong: 530, carol: 230, early: 530 });
  });

  test.each(pairs)('%s server: a user made by %s logs in', async (_, __, server, tool) => {
    using folder = folderOfUser();
    const text = folder.file('text');
    const common = ['-f', text, '-u', '3001', '-g', '3001', '-d', '/srv/zoe'];
    purePw(tool, ['useradd', 'zoe', ...common], 'pass word\npass word\n');
    purePw(tool, ['useradd', 'one', ...common, '-C', '1'], '\u00E9\u00E9\n\u00E9\u00E9\n');
    purePw(tool, ['useradd', 'many', ...common, '-C', '64', '-m', '-F', folder.file('db')], 'pw\npw\n');
    // Beyond 68 MiB the C server cannot verify.
    for (const [, kibibytes] of readFileSync(text, 'latin1').matchAll(/m=(\d+)/g))
      expect(Number(kibibytes)).toBeLessThanOrEqual(65_536);
    await using daemon = await startDaemon(server, {
      args: ['-l', `puredb:${folder.file('db')}`, '-E', '-A'],
      homes: ['/srv/zoe'],
    });
    const attempts = [
      { user: 'zoe', password: 'pass word' },
      { user: 'one', password: Buffer.from('\u00E9\u00E9').toString('latin1') },
      { user: 'many', password: 'pw' },
    ];
    expect(await mapSome(attempts, 1, (attempt) => tryLogin(daemon.port, attempt))).toEqual([230, 230, 230]);
  });

  test.concurrent.each(pairs)('%s server, database of %s: swapped while it runs', async (_, __, server, tool) => {
    using folder = folderOfUser();
    const text = folder.file('text');
    const database = folder.file('db');
    cpSync(golden('puredb', 'colliding.passwd'), text);
    chownSync(text, 3001, 3001);
    purePw(tool, ['mkdb', database, '-f', text]);
    await using daemon = await startDaemon(server, {
      args: ['-l', `puredb:${database}`, '-E', '-A'],
      homes: ['/srv/ftp/fnK', '/srv/new'],
    });
    const session = await RawClient.login(daemon.port, 'fnK', 'golden');
    expect(await tryLogin(daemon.port, { user: 'new' })).toBe(530);
    appendFileSync(text, 'new:$1$golden00$DPibADmVwkcjtPf6igkkJ.:3001:3001::/srv/new/./::::::::::::\n');
    purePw(tool, ['mkdb', database, '-f', text]);
    expect(await tryLogin(daemon.port, { user: 'new' })).toBe(230);
    expect((await session.command('NOOP')).code).toBe(200);
    // A user who is gone is refused, and the session that is open goes on.
    writeFileSync(text, readFileSync(text, 'latin1').replaceAll(/^fnK:.*\n/gm, ''), 'latin1');
    purePw(tool, ['mkdb', database, '-f', text]);
    expect(await tryLogin(daemon.port, { user: 'fnK' })).toBe(530);
    expect((await session.command('PWD')).code).toBe(257);
    session.close();
  });
});
