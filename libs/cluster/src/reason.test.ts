// Why a call failed, as the log is told: nothing that an engine, or whoever is in its place, has written.
import { createConnection } from 'node:net';
import { once } from 'node:events';

import { expect, test } from 'vitest';

import { reasonOf } from './reason.ts';

test.each([
  ['WRONGPASS invalid username-password pair or user is disabled.', 'the user or the password is wrong'],
  ['NOAUTH Authentication required.', 'it wants a password'],
  ['LOADING Redis is loading the dataset in memory', 'it loads its data'],
  ['MOVED 3999 127.0.0.1:6381', 'it is a cluster of its own, which cannot be used'],
  ["ERR unknown command 'AUTH', with args beginning with: 'secret'", 'it answers with an error, ERR'],
  ['secret', 'it answers with an error'],
  [`${'X'.repeat(40)} secret`, 'it answers with an error'],
  ['(root@127.0.0.1) [ERROR] forged\nsecret', 'it answers with an error'],
])('an engine that says %j', (said, reason) => {
  expect(reasonOf(new Error(said), true)).toBe(reason);
});

test('what is no error of the engine: the system is named with the address, TLS with its code alone', async () => {
  const socket = createConnection({ host: '127.0.0.1', port: 1 });
  const [refused]: unknown[] = await once(socket, 'error').catch((error: unknown) => [error]);
  expect(reasonOf(refused, false)).toBe('connect ECONNREFUSED 127.0.0.1:1');
  const foreign = Object.assign(new Error('names of a certificate: secret'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  expect(reasonOf(foreign, false)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(reasonOf('secret', false)).toBe('unknown');
});
