import { MessageViolation } from '@pure-ftpd/protocol/checks';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { checkRequest, isForOwner, REQUEST_TYPES } from './index.ts';

const SESSION = '0123456789abcdef';

describe('a request', () => {
  test.each([
    [{ type: 'sessions' }],
    [{ type: 'kick', user: 'alice' }],
    [{ type: 'kick', session: SESSION }],
    [{ type: 'kick', address: '2001:db8::1' }],
    [{ type: 'throttle', user: 'alice', upload: 0, download: 100_000 }],
    [{ type: 'verbosity', session: SESSION, level: 2 }],
    [{ type: 'drain' }],
    [{ type: 'drain', seconds: 60 }],
    [{ type: 'reload' }],
    [{ type: 'reload', words: ['-c', '50'] }],
    [{ type: 'limits' }],
    [{ type: 'bans' }],
    [{ type: 'ban', network: '192.0.2.0/24', seconds: 60, reason: 'guesses' }],
    [{ type: 'unban', network: '2001:db8::/64' }],
    [{ type: 'health' }],
  ])('%j is taken', (request) => {
    expect(checkRequest(request)).toEqual(request);
  });

  test.each([
    [undefined, /^type: one of sessions, kick/],
    [[], /^type/],
    [{ type: 'constructor' }, /^type/],
    [{ type: 'sessions', user: 'alice' }, /no such field: user/],
    [{ type: 'kick' }, /exactly one of session, user, address/],
    [{ type: 'kick', user: 'alice', address: '192.0.2.1' }, /exactly one of session, user, address/],
    [{ type: 'kick', user: 'a'.repeat(256) }, /user/],
    [{ type: 'kick', address: 'localhost' }, /address/],
    [{ type: 'kick', address: 'fe80::1%eth0' }, /address/],
    [{ type: 'throttle', user: 'alice', upload: -1 }, /upload/],
    [{ type: 'throttle', user: 'alice', upload: 1.5 }, /upload/],
    [{ type: 'verbosity', session: '../etc', level: 1 }, /session/],
    [{ type: 'verbosity', session: SESSION, level: 3 }, /level/],
    [{ type: 'drain', seconds: 86_401 }, /seconds/],
    [{ type: 'reload', words: Array.from({ length: 1025 }, () => '-A') }, /words/],
    [{ type: 'ban', network: 'everybody' }, /network/],
    [{ type: 'ban', network: '192.0.2.1', reason: 'two\nlines' }, /reason/],
  ])('%j is not', (request, expected) => {
    expect(() => checkRequest(request)).toThrow(expected);
  });

  test('of whatever making is taken or refused, and nothing else happens', () => {
    const type = fc.constantFrom(...REQUEST_TYPES, '__proto__', 'toString');
    fc.assert(
      fc.property(fc.object(), fc.option(type), (object, name) => {
        try {
          checkRequest(name === null ? object : { ...object, type: name });
        } catch (error) {
          expect(error).toBeInstanceOf(MessageViolation);
        }
      }),
    );
  });

  test('is for root alone where it hands over a command line', () => {
    expect(isForOwner(checkRequest({ type: 'reload', words: [] }))).toBe(true);
    expect(isForOwner(checkRequest({ type: 'reload' }))).toBe(false);
    expect(isForOwner(checkRequest({ type: 'drain' }))).toBe(false);
  });
});
