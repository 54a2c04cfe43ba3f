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

  test('of other servers count, where there is a limit', () => {
    const asked: string[] = [];
    const sessions = new AccountSessions((login) => {
      asked.push(login);
      return login === 'a' ? 1 : 0;
    });
    expect(sessions.enter('a', 0)).toBe(true);
    expect(asked).toEqual([]);
    expect([sessions.enter('a', 2), sessions.enter('a', 3), sessions.enter('a', 3)]).toEqual([false, true, false]);
    expect([sessions.enter('b', 1), sessions.enter('b', 1)]).toEqual([true, false]);
    // One that is full without them is not looked up.
    expect(asked).toEqual(['a', 'a', 'a', 'b']);
  });

  test('are not limited by 0', () => {
    const sessions = new AccountSessions();
    expect(Array.from({ length: 100 }, () => sessions.enter('a', 0))).not.toContain(false);
  });
});
