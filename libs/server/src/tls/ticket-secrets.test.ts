import { randomBytes } from 'node:crypto';

import { expect, test } from 'vitest';

import { SECRET_LIFETIME_MS, TicketSecrets } from './ticket-secrets.ts';

test('keys are made again of their name, and are of no other', () => {
  const secrets = new TicketSecrets();
  const [first, second] = [secrets.issue(), secrets.issue()];
  expect(first.name.equals(second.name)).toBe(false);
  expect(first.hmac.equals(second.hmac)).toBe(false);
  expect(first.aes.equals(second.aes)).toBe(false);
  expect(secrets.find(first.name)?.bytes).toEqual(first.bytes);
  expect(secrets.find(second.name)?.bytes).toEqual(second.bytes);
});

test('names of other secrets, made up or cut short, have no keys', () => {
  const secrets = new TicketSecrets();
  expect(secrets.find(new TicketSecrets().issue().name)).toBeUndefined();
  expect(secrets.find(randomBytes(16))).toBeUndefined();
  expect(secrets.find(secrets.issue().name.subarray(0, 15))).toBeUndefined();
  expect(secrets.find(Buffer.alloc(0))).toBeUndefined();
});

test('a secret makes keys for an hour, and their tickets are taken for at most another', () => {
  let now = 0;
  const secrets = new TicketSecrets(() => now);
  const first = secrets.issue().name;
  now = SECRET_LIFETIME_MS - 1;
  const last = secrets.issue().name;
  now = SECRET_LIFETIME_MS;
  const next = secrets.issue().name;
  expect(next.subarray(0, 4).equals(last.subarray(0, 4))).toBe(false);
  now = 2 * SECRET_LIFETIME_MS - 1;
  for (const name of [first, last, next]) expect(secrets.find(name)).toBeDefined();
  now = 2 * SECRET_LIFETIME_MS;
  expect(secrets.find(first)).toBeUndefined();
  expect(secrets.find(last)).toBeUndefined();
  expect(secrets.find(next)).toBeDefined();
});

test('nothing is kept of a secret that nobody has used for long', () => {
  let now = 0;
  const secrets = new TicketSecrets(() => now);
  const { name } = secrets.issue();
  now = 10 * SECRET_LIFETIME_MS;
  expect(secrets.find(name)).toBeUndefined();
});
