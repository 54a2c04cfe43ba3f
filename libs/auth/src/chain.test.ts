import { dummyVerify } from '@pure-ftpd/passwords';
import { expect, test } from 'vitest';

import { NO_LIMITS, type Account } from './account.ts';
import type { AuthBackend, BackendResult } from './backend.ts';
import { AuthChain } from './chain.ts';
import { PureDBBackend } from './puredb-backend.ts';
import { attempt, testData } from './testing.ts';

const account: Account = {
  login: 'alice',
  method: 'second',
  uid: 1,
  gid: 1,
  home: { field: '/', directory: '/', chroot: undefined },
  limits: NO_LIMITS,
  resolvesNames: false,
};

/** A backend with a fixed opinion that counts how often it is asked. */
function backend(result: BackendResult): AuthBackend & { asked: number } {
  return {
    method: 'fixed',
    asked: 0,
    async authenticate() {
      this.asked += 1;
      return result;
    },
  };
}

const unknown: BackendResult = { kind: 'unknown' };

test.each([
  { first: unknown, second: { kind: 'accepted', account } },
  { first: unknown, second: { kind: 'refused', reason: 'no' } },
  { first: { kind: 'refused', reason: 'no' }, second: undefined },
  { first: { kind: 'broken', reason: 'no' }, second: undefined },
  { first: { kind: 'accepted', account }, second: undefined },
] satisfies { first: BackendResult; second: BackendResult | undefined }[])(
  'after $first.kind the next backend is asked only when the login was unknown',
  async ({ first, second }) => {
    const backends = [backend(first), backend(second ?? { kind: 'accepted', account })] as const;
    const result = await new AuthChain(backends).authenticate(attempt('alice'));
    expect(result).toEqual(second ?? first);
    expect(backends[1].asked).toBe(second === undefined ? 0 : 1);
  },
);

test('nobody becomes root, whatever a backend says; what it has opened is closed', async () => {
  let closed = 0;
  const session = { close: async (): Promise<void> => void (closed += 1) };
  const root = backend({ kind: 'accepted', account: { ...account, uid: 0 }, session });
  const chain = new AuthChain([root, backend({ kind: 'accepted', account })]);
  expect(await chain.authenticate(attempt('alice'))).toEqual({ kind: 'refused', reason: 'root does not log in' });
  expect(closed).toBe(1);
});

test('a login nobody knows is unknown', async () => {
  expect(await new AuthChain([backend(unknown)]).authenticate(attempt('nobody'))).toEqual(unknown);
  expect(await new AuthChain([]).authenticate(attempt('nobody'))).toEqual(unknown);
});

test('backends that leave hashing to others cost no hash', async () => {
  const password = Buffer.from('wrong');
  await dummyVerify(password);
  const before = process.cpuUsage();
  const elsewhere = { ...backend(unknown), computesHashes: false };
  await new AuthChain([elsewhere, elsewhere]).authenticate(attempt('nobody', { password }));
  const { user, system } = process.cpuUsage(before);
  expect(user + system).toBeLessThan(100_000);
});

test('an unknown login costs what a wrong password costs', async () => {
  const chain = new AuthChain([new PureDBBackend(testData('hashes.pdb'))]);
  const password = Buffer.from('wrong');
  const known = attempt('argon2id_64m', { password });
  const nobody = attempt('nobody', { password });
  /** Processor time of all threads: what other programs do is not in it. */
  const cost = async (login: typeof known): Promise<number> => {
    const before = process.cpuUsage();
    await chain.authenticate(login);
    return process.cpuUsage(before).user;
  };
  await cost(known);
  const times = { known: [] as number[], nobody: [] as number[] };
  for (let round = 0; round < 5; round += 1) {
    times.known.push(await cost(known));
    times.nobody.push(await cost(nobody));
  }
  // Without the imitation the unknown login takes a hundredth of the time.
  expect(Math.min(...times.nobody)).toBeGreaterThan(Math.min(...times.known) / 3);
  expect(Math.min(...times.nobody)).toBeLessThan(Math.min(...times.known) * 3);
});
