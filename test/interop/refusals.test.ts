// Records that let in, and records that do not: damaged databases, addresses, times, fields [spec interop.md rows 5, 7 and 8].
// Our daemon must do what the C daemon of 1.0.54 does, as recorded, but for the decisions below. The C daemon of Debian is 1.0.50:
// where it is there, the recorded results of that version are checked too, so that the samples are known to be right.
import { cpSync, readdirSync, renameSync } from 'node:fs';
import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { expect, test } from 'vitest';
import { mapSome } from '../support/differential.ts';
import { golden, goldenTable } from '../support/golden.ts';
import { IsolatedDaemon } from '../support/private-network.ts';
import { c, ours, type Side } from '../support/programs.ts';
import type { LoginResult } from '../support/servers.ts';

/** What they wait for is the answer to a refusal, which takes seconds. */
const DAEMONS = 9;
const IPV4 = { host: '192.0.2.10', localAddress: '192.0.2.77' };
const IPV6 = { host: '2001:db8::10', localAddress: '2001:db8::77' };
const ROWS = { ipv4: 0, ipv6: 1 } as const;

/** [login, address family, what ours does, why]: the recorded results of 1.0.54 that ours does not follow. */
type Decision = readonly [login: string, family: keyof typeof ROWS, result: LoginResult, reason: string];

const ADDRESS_DECISIONS: readonly Decision[] = [
  ['a_junk', 'ipv4', 530, 'text after an address makes it none'],
  ['d_neg', 'ipv4', 530, 'what is neither an address nor a name denies, and is reported'],
  ['d_neg', 'ipv6', 530, 'what is neither an address nor a name denies, and is reported'],
  ['t_junk', 'ipv4', 530, 'text after a time range makes it none'],
  ['t_junk', 'ipv6', 530, 'text after a time range makes it none'],
];

const FIELD_DECISIONS: readonly (readonly [login: string, result: LoginResult, reason: string])[] = [
  ['uidspace', 530, 'a user id is digits alone'],
  ['plus', 530, 'a user id is digits alone'],
];

function resultOf(word: string | undefined): LoginResult {
  return word?.startsWith('accept') === true ? 230 : 530;
}

/** What ours does with a user of the sample of addresses; the word is the recorded one. */
function byAddress(user: string, family: keyof typeof ROWS, word: string | undefined): LoginResult {
  const decision = ADDRESS_DECISIONS.find((one) => one[0] === user && one[1] === family);
  return decision?.[2] ?? resultOf(word);
}

/** What ours does with a user of the sample of fields. */
function byField(user: string | undefined, word: string | undefined): LoginResult {
  return FIELD_DECISIONS.find(([login]) => login === user)?.[1] ?? resultOf(word);
}

function start(side: Side, database: string): Promise<IsolatedDaemon> {
  return IsolatedDaemon.start(side, {
    args: ['-l', `puredb:${database}`, '-E', '-A', '-H'],
    homes: ['/srv/ftp/h', '/srv/ftp/alice'],
  });
}

describeWith(['root'], 'who is refused by our daemon', () => {
  test.concurrent('by address and time: as 1.0.54, but for the decisions', async () => {
    const table = goldenTable('puredb', 'acl.EXPECTED.tsv');
    await using daemon = await start(ours, golden('puredb', 'acl.pdb'));
    const found = await daemon.logIn(
      table.flatMap(([user = '']) => [
        { user, ...IPV4 },
        { user, ...IPV6 },
      ]),
    );
    const results = table.map(([user], row) => [user, found[2 * row], found[2 * row + 1]]);
    expect(results).toEqual(
      table.map(([user = '', ...columns]) => [
        user,
        byAddress(user, 'ipv4', columns[7]),
        byAddress(user, 'ipv6', columns[8]),
      ]),
    );
    // A decision that is none would hide a difference.
    for (const [login, family, result] of ADDRESS_DECISIONS) {
      const row = table.find(([user]) => user === login);
      expect([login, resultOf(row?.[8 + ROWS[family]])]).not.toEqual([login, result]);
    }
  });

  test.concurrent('by the fields of the record: as 1.0.54, but for the decisions', async () => {
    const table = goldenTable('puredb', 'fields.EXPECTED.tsv');
    await using daemon = await start(ours, golden('puredb', 'fields.pdb'));
    const found = await daemon.logIn(table.map(([user = '']) => ({ user, ...IPV4 })));
    expect(table.map(([user], row) => [user, found[row]])).toEqual(
      table.map(([user, , , word]) => [user, byField(user, word)]),
    );
    for (const [login, result] of FIELD_DECISIONS)
      expect([login, resultOf(table.find(([user]) => user === login)?.[3])]).not.toEqual([login, result]);
    expect(daemon.alive).toBe(true);
  });

  test.concurrent('by damage to the database: as 1.0.54, and the daemon lives', async () => {
    const table = goldenTable('puredb', 'corrupt', 'EXPECTED.tsv');
    const recorded = table.map(([file = '', , , word = '']) => {
      if (word === 'open refused') return [file, 421];
      return [file, word.startsWith('accepted') ? 230 : 530];
    });
    expect(readdirSync(golden('puredb', 'corrupt')).filter((name) => name.endsWith('.pdb'))).toHaveLength(table.length);
    // A few daemons share the work; each has its database swapped under it for every case.
    const perDaemon = Math.ceil(table.length / DAEMONS);
    const slices = Array.from({ length: DAEMONS }, (_, index) =>
      table.slice(index * perDaemon, (index + 1) * perDaemon),
    );
    const found = await mapSome(slices, DAEMONS, async (slice) => {
      using folder = tempFolder();
      await using daemon = await start(ours, folder.file('db'));
      const results: unknown[] = [];
      for (const [file = ''] of slice) {
        cpSync(golden('puredb', 'corrupt', file), folder.file('next'));
        renameSync(folder.file('next'), folder.file('db'));
        const user = file.startsWith('24-') ? 'fnK' : 'alice';
        const [first, second] = await daemon.logIn([
          { user, ...IPV4 },
          { user, ...IPV6 },
        ]);
        expect([file, second]).toEqual([file, first]);
        results.push([file, first]);
      }
      expect(daemon.alive).toBe(true);
      return results;
    });
    expect(found.flat()).toEqual(recorded);
  });
});

describeWith(['root', 'pure-ftpd'], 'who is refused by the C daemon', () => {
  test('is what was recorded of 1.0.50', async () => {
    const table = goldenTable('puredb', 'acl.EXPECTED.tsv');
    await using daemon = await start(c, golden('puredb', 'acl.pdb'));
    const attempts = table.flatMap(([user = '']) => [
      { user, ...IPV4 },
      { user, ...IPV6 },
    ]);
    const found = await daemon.logIn(attempts);
    expect(table.map(([user], row) => [user, found[2 * row], found[2 * row + 1]])).toEqual(
      table.map(([user, ...columns]) => [user, resultOf(columns[5]), resultOf(columns[6])]),
    );
  });
});
