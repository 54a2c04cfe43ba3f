import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { buildDatabase } from '@pure-ftpd/puredb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { PureDBBackend } from './puredb-backend.ts';
import { attempt, goldenNames, outcome, rows, testData } from './testing.ts';

/** Rows on which we are stricter than 1.0.54: what is malformed refuses [security-history §12 rows 46 to 48]. */
const STRICTER = new Set(['a_junk', 'd_neg', 't_junk', 'uidspace', 'plus']);

describe('address lists and hours, as 1.0.54 decides', () => {
  const backend = new PureDBBackend(testData('acl.pdb'), { resolveName: goldenNames });
  const table = rows('acl.EXPECTED.tsv');

  test.each(table.map((row) => [row[0] ?? '', row.at(-2) ?? '']))('%s over IPv4', async (login, expected) => {
    const wanted = STRICTER.has(login) ? 'refuse' : expected;
    expect(outcome(await backend.authenticate(attempt(login)))).toBe(wanted);
  });

  test.each(table.map((row) => [row[0] ?? '', row.at(-1) ?? '']))('%s over IPv6', async (login, expected) => {
    const ends = { localAddress: '2001:db8::10', clientAddress: '2001:db8::77' };
    // A client's name also stands for its IPv6 address; 1.0.54 resolves it in the family of the client.
    const wanted = login === 'a_name' ? 'accept' : STRICTER.has(login) ? 'refuse' : expected;
    expect(outcome(await backend.authenticate(attempt(login, ends)))).toBe(wanted);
  });

  test('a name that does not resolve is told to the log', async () => {
    const lines: string[] = [];
    await backend.authenticate(attempt('a_badname', { log: (_level, text) => lines.push(text) }));
    expect(lines.join('\n')).toContain('nosuch.example');
  });
});

describe('fields of a record', () => {
  const backend = new PureDBBackend(testData('fields.pdb'));

  test.each(rows('fields.EXPECTED.tsv').map((row) => [row[0] ?? '', row.at(-1) ?? '']))(
    '%s',
    async (login, expected) => {
      const wanted = STRICTER.has(login) ? 'refuse' : expected;
      expect(outcome(await backend.authenticate(attempt(login)))).toBe(wanted);
    },
  );

  test.each([
    ['both0', {}],
    ['ul100', { uploadBandwidth: 102_400n }],
    ['f8', { uploadBandwidth: 1024n, downloadBandwidth: 2048n }],
    ['ratio', { uploadRatio: 2, downloadRatio: 3 }],
    ['ratio0', {}],
    ['max1', { maxSessions: 1 }],
    ['max0', { maxSessions: 0 }],
    ['files0', { quotaFiles: 0n }],
    ['size0', { quotaSize: 0n }],
    ['neg', {}],
  ])('%s has these limits', async (login, limits) => {
    const result = await backend.authenticate(attempt(login));
    expect(result.kind).toBe('accepted');
    if (result.kind !== 'accepted') return;
    const given = Object.fromEntries(Object.entries(result.account.limits).filter(([, value]) => value !== undefined));
    expect(given).toEqual(limits);
  });

  test('an account has its ids and its home, taken apart', async () => {
    const result = await backend.authenticate(attempt('time'));
    expect(result).toMatchObject({
      account: {
        login: 'time',
        method: 'puredb',
        uid: 3001,
        gid: 3001,
        home: { field: '/srv/ftp/h/./', chroot: '/srv/ftp/h', directory: '/' },
        resolvesNames: false,
      },
    });
  });

  test('a wrong password is refused before anything else is looked at', async () => {
    const wrong = attempt('uidjunk', { password: Buffer.from('wrong') });
    expect(await backend.authenticate(wrong)).toEqual({ kind: 'refused', reason: 'wrong password' });
    expect(await backend.authenticate(attempt('uidjunk'))).toMatchObject({
      reason: expect.stringContaining('3001abc'),
    });
  });
});

describe('password hashes', () => {
  const backend = new PureDBBackend(testData('hashes.pdb'));
  // The C server refuses these for the memory its sessions may have; ours has a limit of its own.
  const ownLimit = new Set(['argon2id_72m', 'argon2id_128m']);

  test.each(rows('hashes.EXPECTED.tsv').map((row) => [row[0] ?? '', (row[1] ?? '').split(' ', 1)[0] ?? '']))(
    '%s: %s',
    async (login, expected) => {
      expect(outcome(await backend.authenticate(attempt(login)))).toBe(ownLimit.has(login) ? 'accept' : expected);
      expect(outcome(await backend.authenticate(attempt(login, { password: Buffer.from('golden0') })))).toBe('refuse');
    },
  );

  test('a hash that costs more than it may is refused, and the log says so', async () => {
    const limited = new PureDBBackend(testData('hashes.pdb'), { limits: { memory: 32 * 2 ** 20 } });
    const lines: string[] = [];
    const result = await limited.authenticate(attempt('argon2id_64m', { log: (_level, text) => lines.push(text) }));
    expect(outcome(result)).toBe('refuse');
    expect(lines.join('\n')).toContain('memory');
  });
});

describe('damaged databases, as the reader of 1.0.54', () => {
  const expected: Record<string, string> = {
    accepted: 'accepted',
    'accepted, home "/"': 'accepted',
    'open refused': 'broken',
    'not found': 'unknown',
    'found, refused': 'refused',
  };

  test.each(rows('corrupt/EXPECTED.tsv').map((row) => [row[0] ?? '', row.at(-1) ?? '']))(
    '%s: %s',
    async (file, result) => {
      const backend = new PureDBBackend(testData(`corrupt/${file}`));
      const login = file.startsWith('24-') ? 'fnK' : 'alice';
      expect((await backend.authenticate(attempt(login))).kind).toBe(expected[result]);
    },
  );

  test('what is damaged is told to the log', async () => {
    const lines: string[] = [];
    const backend = new PureDBBackend(testData('corrupt/09-bucket-end-huge.pdb'));
    await backend.authenticate(attempt('alice', { log: (level, text) => lines.push(`${level}: ${text}`) }));
    expect(lines).toEqual([expect.stringMatching(/^error: .*09-bucket-end-huge\.pdb.*alice/)]);
  });
});

describe('the file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'auth-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('that is not there is broken, and appears without a restart', async () => {
    const file = path.join(folder, 'users.pdb');
    const backend = new PureDBBackend(file);
    expect(await backend.authenticate(attempt('max0'))).toMatchObject({
      kind: 'broken',
      reason: expect.stringContaining(file),
    });
    copyFileSync(testData('fields.pdb'), file);
    expect(outcome(await backend.authenticate(attempt('max0')))).toBe('accept');
  });

  test('hours are looked at, in the time zone of the server', async () => {
    const text = path.join(folder, 'hours.passwd');
    const file = path.join(folder, 'hours.pdb');
    const hash = '$1$golden00$DPibADmVwkcjtPf6igkkJ.';
    writeFileSync(text, `night:${hash}:3001:3001::/srv/ftp/h/./::::::::::::2200-600\n`);
    await buildDatabase(text, file);
    const at = (hours: number): PureDBBackend =>
      new PureDBBackend(file, { now: () => new Date(2026, 0, 1, hours, 30) });
    expect(outcome(await at(23).authenticate(attempt('night')))).toBe('accept');
    expect(await at(12).authenticate(attempt('night'))).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('hours'),
    });
  });

  test('an unknown login is unknown', async () => {
    expect(await new PureDBBackend(testData('fields.pdb')).authenticate(attempt('nobody'))).toEqual({
      kind: 'unknown',
    });
  });
});
