import { expect, test } from 'vitest';

import { greeting } from './greeting.ts';
import { english as words } from './languages/english.ts';
import { Sentences } from './sentences.ts';

const english = new Sentences('en', words);

const facts = {
  session: 3,
  maxSessions: 50,
  time: new Date(2026, 0, 2, 9, 5),
  port: 2121,
  anonymous: 'none',
  fxp: false,
  ipv6: false,
  tls: false,
  idleSeconds: 900,
} as const;

test('tells the session, time and port, whether anonymous logins are taken, and the idle time in minutes', () => {
  expect(greeting(english, facts).join('\n')).toMatch(/3 of at most 50[^]*09:05[^]*2121[^]*anonymous[^]*15 minutes/);
});

test('tells no number of sessions when there is no limit', () => {
  expect(greeting(english, { ...facts, maxSessions: 0 }).join('\n')).not.toContain('at most');
});

test('tells a short idle time in seconds', () => {
  expect(greeting(english, { ...facts, idleSeconds: 119 }).at(-1)).toContain('119 seconds');
});

test('says that there is TLS, in the title', () => {
  expect(greeting(english, facts)[0]).not.toContain('[TLS]');
  expect(greeting(english, { ...facts, tls: true })[0]).toMatch(/ \[TLS\]$/);
});

test('tells of FXP before the ratio, and of IPv6 before the idle time; a fortune replaces the latter alone', () => {
  const ratio = { upload: 1, download: 2, of: 'everybody' } as const;
  const all = greeting(english, { ...facts, fxp: true, ratio, ipv6: true });
  expect(all.slice(-5)).toEqual([
    words.greetingFxp,
    words.greetingRatioEverybody,
    'For 1 MiB uploaded, 2 MiB may be downloaded.',
    words.greetingIPv6,
    'A session without a command for 15 minutes is closed.',
  ]);
  expect(greeting(english, { ...facts, anonymous: 'also', fxp: true, ipv6: true, fortune: ['x'] })).toEqual([
    'x',
    words.greetingFxp,
  ]);
  expect(greeting(english, facts)).not.toContain(words.greetingFxp);
  expect(greeting(english, facts)).not.toContain(words.greetingIPv6);
});
