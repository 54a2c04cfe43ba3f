import { describe, expect, test } from 'vitest';

import { AccountSessions } from './account-sessions.ts';

describe('sessions of accounts', () => {
  test('are counted up to the limit, without regard to case, and again after one has left', () => {
    const sessions = new AccountSessions();
    expect([sessions.enter('a', 2), sessions.enter('A', 2), sessions.enter('a', 2)]).toEqual([true, true, false]);
    sessions.leave('A');
    expect(sessions.enter('a', 2)).toBe(true);
    expect(sessions.enter('b', 1)).toBe(true);
  });

  test('are not limited by 0', () => {
    const sessions = new AccountSessions();
    expect(Array.from({ length: 100 }, () => sessions.enter('a', 0))).not.toContain(false);
  });
});
