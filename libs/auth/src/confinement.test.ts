import { describe, expect, test } from 'vitest';

import { NO_LIMITS, parseHome, type Account } from './account.ts';
import { type ConfinementRule, confinementOf, isTrusted } from './confinement.ts';
import { systemIdentity } from './system-identity.ts';

const ALICE = { uid: 1000, gid: 1000, groups: [100, 1000] };
const EVERYBODY: ConfinementRule = { kind: 'everybody' };
const NOBODY: ConfinementRule = { kind: 'nobody' };
const untrusted = (trustedGid: number): ConfinementRule => ({ kind: 'untrusted', trustedGid });

function account(home: string): Account {
  return {
    login: 'alice',
    method: 'unix',
    uid: 1000,
    gid: 1000,
    home: parseHome(home),
    limits: NO_LIMITS,
    resolvesNames: true,
  };
}

test.each([
  [untrusted(1000), true],
  [untrusted(100), true],
  [untrusted(0), false],
  [EVERYBODY, false],
  [NOBODY, false],
])('under %j a member of 1000 and 100 is trusted: %j', (rule, expected) => {
  expect(isTrusted(ALICE, rule)).toBe(expected);
});

test('nobody is trusted for being in the group 0, unless it is the trusted one', () => {
  const root = { uid: 1, gid: 0, groups: [0] };
  expect(isTrusted(root, NOBODY)).toBe(false);
  expect(isTrusted(root, EVERYBODY)).toBe(false);
  expect(isTrusted(root, untrusted(0))).toBe(true);
});

describe('the jail of', () => {
  const inside = { root: '/home/alice', directory: '/', restricted: true };
  const free = { root: '/', directory: '/home/alice', restricted: false };
  test.each([
    ['a plain home', '/home/alice', NOBODY, false, free],
    ['a plain home under -A', '/home/alice', EVERYBODY, false, inside],
    ['a plain home under -a', '/home/alice', untrusted(4), false, inside],
    ['a trusted user', '/home/alice', untrusted(100), false, free],
    ['a user with a quota', '/home/alice', NOBODY, true, inside],
    ['a trusted user, who has no quota', '/home/alice', untrusted(100), true, free],
    ['a home with a mark', '/home/./alice', NOBODY, false, { root: '/home', directory: '/alice', restricted: false }],
    [
      'a trusted user with a mark',
      '/home/./alice',
      untrusted(100),
      true,
      { root: '/home', directory: '/alice', restricted: false },
    ],
  ])('%s', (_, home, rule, hasQuota, expected) => {
    expect(confinementOf(account(home), ALICE, rule, hasQuota)).toEqual(expected);
  });
});

test('an identity has the groups of the account of the system that has its uid', async () => {
  const ids = { uid: process.getuid?.() ?? 0, gid: 4711 };
  const own = await systemIdentity(ids);
  expect(own).toMatchObject(ids);
  expect(own.groups).toContain(4711);
  expect(own.groups).toEqual([...new Set(own.groups)].toSorted((a, b) => a - b));
  expect(await systemIdentity({ uid: 3_999_999_999, gid: 5 })).toEqual({ uid: 3_999_999_999, gid: 5, groups: [5] });
});
