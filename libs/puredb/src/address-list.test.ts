import { describe, expect, test } from 'vitest';
import { checkAddresses, resolveHostName, type AddressLists, type AddressResolver } from './address-list.ts';
import { PureDB } from './database-reader.ts';
import { parseRecord } from './record.ts';
import { testData, testTable } from './testing/test-data.ts';
import { isWithinTimeRange } from './time-range.ts';

const IPV4 = { local: '192.0.2.10', client: '192.0.2.77' };
const IPV6 = { local: '2001:db8::10', client: '2001:db8::77' };

// The hosts file of the machine on which the table was made; numeric forms are the system's.
const HOSTS: Record<string, Record<4 | 6, string | undefined>> = {
  'client.example.net': { 4: '192.0.2.77', 6: undefined },
  'client6.example.net': { 4: undefined, 6: '2001:db8::77' },
  'nosuch.example': { 4: undefined, 6: undefined },
};
const resolve: AddressResolver = async (name, family) => {
  const host = HOSTS[name];
  if (host === undefined) return resolveHostName(name, family);
  const address = host[family];
  if (address === undefined) throw Object.assign(new Error(`no address of ${name}`), { code: 'ENOTFOUND' });
  return address;
};

describe('rules of the C server', () => {
  // Where we refuse what 1.0.54 lets in: text that is no pattern matches there, or a deny rule denies nobody.
  const REFUSED_HERE = new Map([
    ['a_junk', 'text after an IPv4 address'],
    ['d_neg', 'no pattern at all in a deny list'],
    ['t_junk', 'text after a time range'],
  ]);
  const now = new Date(2026, 0, 1, 12, 0);
  using database = PureDB.open(testData('databases/acl.pdb'));
  const rows = testTable('databases/acl.EXPECTED.tsv').map((columns) => {
    const [login = ''] = columns;
    const found = database.lookup(login);
    if (found.kind !== 'found') throw new Error(`${login} is not in the database`);
    return { login, ipv4: columns[8] ?? '', ipv6: columns[9] ?? '', result: parseRecord(login, found.value) };
  });

  test('all cases are there', () => {
    expect(rows.length).toBe(38);
  });

  test.each(rows)('$login: $ipv4 from IPv4, $ipv6 from IPv6', async ({ login, ipv4, ipv6, result }) => {
    for (const [addresses, expected] of [
      [IPV4, ipv4],
      [IPV6, ipv6],
    ] as const) {
      let allowed = false;
      if (result.kind === 'record') {
        const { timeRange } = result.record;
        allowed =
          (await checkAddresses(result.record, addresses, resolve)).allowed &&
          (timeRange === undefined || isWithinTimeRange(timeRange, now));
      }
      expect(allowed ? 'accept' : 'refuse').toBe(REFUSED_HERE.has(login) ? 'refuse' : expected);
    }
  });
});

async function check(lists: Partial<AddressLists>, client: string, local = '192.0.2.10') {
  const none = { allowedLocal: '', deniedLocal: '', allowedClient: '', deniedClient: '' };
  return checkAddresses({ ...none, ...lists }, { local, client }, resolve);
}

async function allows(pattern: string, client: string): Promise<boolean> {
  return (await check({ allowedClient: pattern }, client)).allowed;
}

describe('malformed patterns', () => {
  test.each([
    '127.0.0.1x',
    '127.0.0.1/',
    '127.0.0.1/8x',
    '127.0.0.300',
    '127.0.0.1/0',
    '127.0.0.1/33',
    '127.0.0.1.2',
    '*',
    '!10.0.0.1',
    '10.0.0.*',
    'a/8',
    '[',
    '[--1',
    'a b',
  ])('"%s" refuses, wherever it stands', async (pattern) => {
    for (const lists of [{ allowedClient: pattern }, { deniedClient: pattern }, { deniedLocal: pattern }]) {
      const decision = await check(lists, '127.0.0.1');
      expect(decision.allowed).toBe(false);
      expect(decision.reason).toContain(`malformed pattern "${pattern}"`);
    }
  });

  test('do not undo a match before them', async () => {
    expect(await allows('127.0.0.1,127.0.0.1x', '127.0.0.1')).toBe(true);
    expect(await allows('127.0.0.1x,127.0.0.1', '127.0.0.1')).toBe(false);
  });

  test('of the other family say nothing about this one', async () => {
    expect((await check({ deniedClient: '10.0.0.0/0' }, '2001:db8::1')).allowed).toBe(true);
    expect((await check({ deniedClient: '[2001-db8--]/0' }, '10.0.0.1')).allowed).toBe(true);
  });
});

describe('IPv6', () => {
  test.each([
    ['[2001-db8--77]', '2001:db8::77', true],
    ['[2001-DB8--0077]/128', '2001:db8::77', true],
    ['[2001-db8--]/32', '2001:db8:ffff::1', true],
    ['[2001-db8--]/33', '2001:db8:8000::1', false],
    ['[--]/1', '2001:db8::1', true],
    ['[2001-db8--78]', '2001:db8::77', false],
    ['[2001-db8--77]/129', '2001:db8::77', false],
    ['[2001-db8--77]x', '2001:db8::77', false],
    ['[fe80--1]', 'fe80::1%eth0', true],
    ['[1-2-3-4-5-6-7-8]', '1:2:3:4:5:6:7:8', true],
    ['client6.example.net', '2001:db8::77', true],
    ['client.example.net', '2001:db8::77', false],
  ])('%s and %s: %s', async (pattern, client, expected) => {
    expect(await allows(pattern, client)).toBe(expected);
  });

  test('a mapped address is an IPv4 one, in a peer and in a pattern', async () => {
    expect(await allows('192.0.2.0/24', '::ffff:192.0.2.77')).toBe(true);
    expect(await allows('192.0.2.0/24', '::ffff:c000:24d')).toBe(true);
    expect(await allows('[--ffff-192.0.2.0]/120', '192.0.2.77')).toBe(true);
    expect(await allows('[--ffff-192.0.3.0]/120', '192.0.2.77')).toBe(false);
    expect((await check({ deniedClient: '[--ffff-0-0]/96' }, '192.0.2.77')).allowed).toBe(false);
  });
});

describe('the decision', () => {
  test('both pairs must pass', async () => {
    expect((await check({ allowedLocal: '192.0.2.10', deniedClient: '10.0.0.1' }, '192.0.2.77')).allowed).toBe(true);
    expect((await check({ allowedLocal: '192.0.2.11' }, '192.0.2.77')).allowed).toBe(false);
    expect((await check({ allowedLocal: '192.0.2.10', deniedClient: '192.0.2.0/24' }, '192.0.2.77')).allowed).toBe(
      false,
    );
  });

  test('needs all four fields, as in C', async () => {
    expect((await check({ allowedLocal: '10.0.0.1', deniedClient: undefined }, '192.0.2.77')).allowed).toBe(true);
  });

  test('fails closed when an address is not numeric', async () => {
    expect((await check({ deniedClient: '10.0.0.1' }, 'client.example.net')).allowed).toBe(false);
  });

  test('says which names did not resolve', async () => {
    expect(await check({ allowedClient: 'nosuch.example,192.0.2.77' }, '192.0.2.77')).toEqual({
      allowed: true,
      warnings: ['puredb: [nosuch.example] => [ENOTFOUND]'],
    });
  });

  test('asks for names in the family of the peer, one after the other, until one matches', async () => {
    const asked: string[] = [];
    const answer: AddressResolver = (name, family) => {
      asked.push(`${name} ${family}`);
      return Promise.resolve('192.0.2.77');
    };
    const lists = { allowedLocal: '', deniedLocal: '', allowedClient: 'one.example,two.example', deniedClient: '' };
    expect((await checkAddresses(lists, IPV4, answer)).allowed).toBe(true);
    expect((await checkAddresses(lists, IPV6, answer)).allowed).toBe(false);
    expect(asked).toEqual(['one.example 4', 'one.example 6', 'two.example 6']);
  });
});
