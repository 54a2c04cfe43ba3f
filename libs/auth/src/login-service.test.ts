import { HashingGate } from '@pure-ftpd/passwords';
import { expect, test, vi } from 'vitest';

import { NO_LIMITS, type Account } from './account.ts';
import type { AuthBackend, BackendResult } from './backend.ts';
import { AuthChain } from './chain.ts';
import { failureDelay } from './failure-delay.ts';
import { LoginService } from './login-service.ts';
import { PureDBBackend } from './puredb-backend.ts';
import { attempt, testData } from './testing.ts';

const ACCOUNT: Account = {
  login: 'alice',
  method: 'fixed',
  uid: 1,
  gid: 1,
  home: { field: '/', directory: '/', chroot: undefined },
  limits: NO_LIMITS,
  resolvesNames: false,
};
const ACCEPTED: BackendResult = { kind: 'accepted', account: ACCOUNT };
const REFUSED: BackendResult = { kind: 'refused', reason: 'no' };

/** A backend whose answer is given by the test. */
function waiting(): { readonly backend: AuthBackend; readonly answer: (result: BackendResult) => void } {
  const { promise, resolve } = Promise.withResolvers<BackendResult>();
  return { backend: { method: 'fixed', authenticate: () => promise }, answer: resolve };
}

function fixed(result: BackendResult): LoginService {
  return new LoginService(new AuthChain([{ method: 'fixed', authenticate: async () => result }]));
}

test('more logins than may be judged at a time are turned away, in all and from one source', async () => {
  const { backend, answer } = waiting();
  const service = new LoginService(new AuthChain([backend]), { total: 3, perSource: 2 });
  const from = (clientAddress: string): ReturnType<LoginService['authenticate']> =>
    service.authenticate(attempt('alice', { clientAddress }), 0);
  const first = [from('192.0.2.1'), from('192.0.2.1')];
  expect(await from('192.0.2.1')).toEqual({ kind: 'busy', reason: 'too many logins at a time from 192.0.2.1' });
  const second = from('2001:db8::1');
  expect(await from('2001:db8::2')).toEqual({ kind: 'busy', reason: 'too many logins at a time' });
  expect(service.underWay).toBe(3);
  answer(ACCEPTED);
  expect(await Promise.all([...first, second])).toEqual([ACCEPTED, ACCEPTED, ACCEPTED]);
  expect(service.underWay).toBe(0);
  expect(await from('192.0.2.1')).toEqual(ACCEPTED);
});

test('places are free again after a backend has failed', async () => {
  const failing: AuthBackend = { method: 'fixed', authenticate: () => Promise.reject(new Error('defect')) };
  const service = new LoginService(new AuthChain([failing]), { perSource: 1 });
  await expect(service.authenticate(attempt('alice'))).rejects.toThrow('defect');
  await expect(service.authenticate(attempt('alice'))).rejects.toThrow('defect');
  expect(service.underWay).toBe(0);
});

test('a refusal is answered after its delay', async () => {
  const start = performance.now();
  expect(await fixed(REFUSED).authenticate(attempt('alice'), 200)).toEqual(REFUSED);
  expect(performance.now() - start).toBeGreaterThanOrEqual(199);
});

test('the delay counts from the question', async () => {
  const { backend, answer } = waiting();
  const asked = new LoginService(new AuthChain([backend])).authenticate(attempt('alice'), 3_600_000);
  const now = performance.now.bind(performance);
  using _later = vi.spyOn(performance, 'now').mockImplementation(() => now() + 3_600_000);
  answer(REFUSED);
  expect(await asked).toEqual(REFUSED);
});

test.each([ACCEPTED, { kind: 'broken', reason: 'no' }] satisfies BackendResult[])(
  '$kind is answered at once',
  async (result) => {
    expect(await fixed(result).authenticate(attempt('alice'), 3_600_000)).toEqual(result);
  },
);

test('a client that has left is not waited for', async () => {
  const leaving = new AbortController();
  const asked = fixed(REFUSED).authenticate(attempt('alice', { signal: leaving.signal }), 3_600_000);
  setTimeout(() => leaving.abort(), 1);
  expect(await asked).toEqual(REFUSED);
});

test('the password is wiped when it has been judged', async () => {
  for (const result of [ACCEPTED, REFUSED]) {
    const password = Buffer.from('secret');
    await fixed(result).authenticate(attempt('alice', { password }), 0);
    expect(password).toEqual(Buffer.alloc(6));
  }
});

test('failure n waits for n units and a part of one', () => {
  for (let failures = 0; failures <= 6; failures += 1) {
    for (let round = 0; round < 50; round += 1) {
      const delay = failureDelay(failures);
      expect(delay).toBeGreaterThanOrEqual(failures * 3000);
      expect(delay).toBeLessThanOrEqual((failures + 1) * 3000);
    }
  }
  expect(failureDelay(2, 0.1)).toBeLessThanOrEqual(300);
});

test('a flood from one source does not keep others waiting', async () => {
  const gate = new HashingGate({ concurrency: 1 });
  const chain = new AuthChain([new PureDBBackend(testData('hashes.pdb'), { limits: { gate } })]);
  const service = new LoginService(chain);
  const order: string[] = [];
  const from = async (clientAddress: string): Promise<void> => {
    const result = await service.authenticate(attempt('bcrypt2b', { clientAddress }), 0);
    order.push(`${clientAddress} ${result.kind}`);
  };
  // Each from another address of one network.
  const flood = Array.from({ length: 20 }, (_, index) => from(`2001:db8::${index + 1}`));
  await Promise.all([...flood, from('192.0.2.1')]);
  expect(order.filter((line) => !line.endsWith(' accepted') && !line.endsWith(' busy'))).toEqual([]);
  // One hash was under way, and one more had its turn.
  expect(order.indexOf('192.0.2.1 accepted')).toBeLessThanOrEqual(2);
});
