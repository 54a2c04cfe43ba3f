import { parseCommandLine, type PenaltySettings } from '@pure-ftpd/options';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { BannedNetworks } from './banned-networks.ts';
import { PenaltyTable } from './penalty-table.ts';

const NOW = Date.UTC(2026, 0, 1);
const SECOND = 1000;

/** A table whose settings are those of an option, and what it tells. */
function table(penalties = 'yes', exempt: readonly string[] = []) {
  const settings: PenaltySettings | undefined = parseCommandLine([
    '-l',
    'puredb:/x',
    '--penalties',
    penalties,
  ]).penalties;
  if (settings === undefined) throw new Error('there are no penalties');
  const told: string[] = [];
  const banned = new BannedNetworks();
  const made = new PenaltyTable(settings, exempt, {
    banned: ({ network, until }, isNew) => {
      banned.set(network, until ?? Infinity);
      if (isNew) told.push(`${network} banned`);
    },
    lifted: (network) => {
      banned.lift(network);
      told.push(`${network} lifted`);
    },
    denied: (families) => {
      banned.deny(families);
      told.push(`denied ${families.join(' ')}`);
    },
  });
  return { table: made, told, banned };
}

function address(index: number): string {
  return `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
}

describe('penalties', () => {
  test('add up until they are more than the minimum; then the client is banned until they have run down', () => {
    const { table: penalties, told, banned } = table();
    for (const at of [0, 0, 0]) penalties.penalise('192.0.2.1', 'authfail', NOW + at);
    expect(banned.has('192.0.2.1', NOW)).toBe(false);
    penalties.penalise('192.0.2.1', 'authfail', NOW);
    expect(told).toEqual(['192.0.2.1/32 banned']);
    expect(banned.has('192.0.2.1', NOW + 19 * SECOND)).toBe(true);
    expect(banned.has('192.0.2.1', NOW + 20 * SECOND)).toBe(false);
    expect(banned.has('192.0.2.2', NOW)).toBe(false);
    penalties.expire(NOW + 20 * SECOND);
    expect(told).toEqual(['192.0.2.1/32 banned', '192.0.2.1/32 lifted']);
    expect(penalties.size).toBe(0);
  });

  test('run down meanwhile: who fails now and then is not banned', () => {
    const { table: penalties, told } = table();
    for (let at = 0; at < 100; at += 1) penalties.penalise('192.0.2.1', 'authfail', NOW + at * 6 * SECOND);
    expect(told).toEqual([]);
  });

  test('have a ceiling, and each cause its own time', () => {
    const { table: penalties, banned } = table('crash:90s,max:2m');
    penalties.penalise('192.0.2.1', 'crash', NOW);
    penalties.penalise('192.0.2.1', 'crash', NOW);
    expect(banned.has('192.0.2.1', NOW + 120 * SECOND - 1)).toBe(true);
    expect(banned.has('192.0.2.1', NOW + 120 * SECOND)).toBe(false);
  });

  test('of no time are none, and some clients are exempt', () => {
    const { table: penalties } = table('noauth:0,min:0', ['198.51.100.0/24']);
    penalties.penalise('192.0.2.1', 'noauth', NOW);
    penalties.penalise('198.51.100.7', 'authfail', NOW);
    expect(penalties.size).toBe(0);
  });

  test('are of an IPv4 address, and of the /64 of an IPv6 address', () => {
    const { table: penalties, banned } = table('authfail:1h');
    penalties.penalise('2001:db8:0:1::1', 'authfail', NOW);
    penalties.penalise('192.0.2.1', 'authfail', NOW);
    expect(Array.from(penalties.all(NOW), ({ network }) => network)).toEqual(['192.0.2.1/32', '2001:db8:0:1::/64']);
    expect(banned.has('2001:db8:0:1:ffff::', NOW)).toBe(true);
    expect(banned.has('2001:db8:0:2::1', NOW)).toBe(false);
  });

  test('stay within their bound, whoever comes: who is banned for the shortest time is forgotten', () => {
    const { table: penalties, banned } = table('authfail:20s,crash:10m,max-sources4:100');
    penalties.penalise('192.0.2.1', 'crash', NOW);
    for (let index = 0; index < 20_000; index += 1) penalties.penalise(address(index), 'authfail', NOW + index);
    expect(penalties.size).toBe(100);
    expect(banned.has('192.0.2.1', NOW + 20_000)).toBe(true);
    expect(banned.has(address(19_999), NOW + 20_000)).toBe(true);
    expect(banned.has(address(0), NOW + 20_000)).toBe(false);
    penalties.expire(NOW + 3600 * SECOND);
    expect([penalties.size, penalties.nextEnd]).toEqual([0, undefined]);
  });

  test('deny everybody of the family when the table is full and that is wanted, until there is room', () => {
    const { table: penalties, told, banned } = table('authfail:20s,max-sources4:2,overflow:deny-all');
    penalties.penalise('192.0.2.1', 'authfail', NOW);
    penalties.penalise('192.0.2.2', 'authfail', NOW + 5 * SECOND);
    penalties.penalise('192.0.2.3', 'authfail', NOW + 6 * SECOND);
    expect(penalties.size).toBe(2);
    expect([banned.has('203.0.113.1', NOW), banned.has('2001:db8::1', NOW)]).toEqual([true, false]);
    expect(penalties.nextEnd).toBe(NOW + 20 * SECOND);
    penalties.expire(NOW + 20 * SECOND);
    expect(banned.has('203.0.113.1', NOW + 20 * SECOND)).toBe(false);
    expect(told.filter((line) => line.startsWith('denied'))).toEqual(['denied 4', 'denied ']);
  });

  test('are never more than their bound, and run down, in whatever order they come', () => {
    const causes = fc.constantFrom('authfail' as const, 'crash' as const, 'noauth' as const, 'flood' as const);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(40), causes, fc.nat(30))), (events) => {
        const { table: penalties, banned } = table('max-sources4:10,min:0,max:60s');
        let now = NOW;
        for (const [client, cause, seconds] of events) {
          now += seconds * SECOND;
          penalties.penalise(address(client), cause, now);
          expect(penalties.size).toBeLessThanOrEqual(10);
          const shown = Array.from(penalties.all(now), ({ network }) => network).toSorted();
          const refused = Array.from({ length: 41 }, (_, index) => address(index)).filter((one) =>
            banned.has(one, now),
          );
          expect(shown).toEqual(refused.map((one) => `${one}/32`).toSorted());
          for (const { until } of penalties.all(now)) expect(until).toBeLessThanOrEqual(now + 60 * SECOND);
        }
        penalties.expire(now + 61 * SECOND);
        expect(penalties.size).toBe(0);
      }),
    );
  });
});

describe('bans of an administrator', () => {
  test('are of any network, for a time or until they are lifted, and no penalty makes them shorter', () => {
    const { table: penalties, banned } = table();
    expect(penalties.ban('198.51.100.7/24', undefined, 'a botnet', NOW)).toBeUndefined();
    expect(penalties.ban('192.0.2.1', 3600, '', NOW)).toBeUndefined();
    expect(penalties.ban('everybody', 1, '', NOW)).toBe('not a network: everybody');
    for (let count = 0; count < 4; count += 1) penalties.penalise('192.0.2.1', 'authfail', NOW);
    expect(Array.from(penalties.all(NOW))).toEqual([
      { network: '198.51.100.0/24', until: undefined, reason: 'a botnet' },
      { network: '192.0.2.1/32', until: NOW + 3_600_000, reason: '' },
    ]);
    penalties.expire(NOW + 60 * SECOND);
    expect([banned.has('192.0.2.1', NOW + 60 * SECOND), banned.has('198.51.100.1', NOW)]).toEqual([true, true]);
    penalties.expire(NOW + 3600 * SECOND);
    expect(Array.from(penalties.all(NOW), ({ network }) => network)).toEqual(['198.51.100.0/24']);
    expect([penalties.lift('198.51.100.0/24'), penalties.lift('198.51.100.0/24')]).toEqual([true, false]);
    expect(banned.has('198.51.100.1', NOW)).toBe(false);
  });

  test('lift what has added up, too', () => {
    const { table: penalties, banned } = table('authfail:1h');
    penalties.penalise('192.0.2.1', 'authfail', NOW);
    expect(penalties.lift('192.0.2.1')).toBe(true);
    expect([banned.has('192.0.2.1', NOW), penalties.size]).toEqual([false, 0]);
  });
});

test('what was kept holds again, as far as the settings of now allow', () => {
  const before = table('authfail:1h,noauth:10s,max:2h');
  before.table.penalise('192.0.2.1', 'authfail', NOW);
  before.table.penalise('192.0.2.2', 'noauth', NOW);
  before.table.penalise('2001:db8::1', 'authfail', NOW);
  before.table.ban('198.51.100.0/24', undefined, 'by hand', NOW);
  const kept = [...before.table.kept()];
  expect(kept).toHaveLength(4);
  const { table: after, told, banned } = table('max:10m');
  after.restore([...kept, { network: '10.0.0.0/8', until: NOW + 1000, reason: 'x', kind: 'ban' }], NOW + SECOND);
  expect(told).toEqual([]);
  expect([
    banned.has('192.0.2.1', NOW + 2000),
    banned.has('198.51.100.1', NOW),
    banned.has('2001:db8::9', NOW + 2000),
  ]).toEqual([true, true, true]);
  expect(banned.has('192.0.2.1', NOW + 602 * SECOND)).toBe(false);
  expect(banned.has('192.0.2.2', NOW + SECOND)).toBe(false);
  expect(after.size).toBe(3);
});
