import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseArgon2 } from './argon2-string.ts';
import { hashMemory, hashPassword, passBounds, tunePasses, tuningBudget } from './create.ts';
import { verifyPassword } from './verify.ts';

describe('hashPassword', () => {
  test('makes an argon2id hash of 2^k-1 passes that verifies', async () => {
    const password = Buffer.from('a password \xff', 'latin1');
    const hash = await hashPassword(password, { concurrentLogins: 64 });
    const parsed = parseArgon2(hash);
    expect(parsed).toMatchObject({ algorithm: 'argon2id', memory: 1024, lanes: 1 });
    expect(Math.log2((parsed?.passes ?? 0) + 1) % 1).toBe(0);
    expect(parsed?.salt).toHaveLength(16);
    expect(parsed?.hash).toHaveLength(32);
    expect(hash.length).toBeLessThanOrEqual(127);
    expect(await verifyPassword(password, hash)).toBe(true);
    expect(await verifyPassword(Buffer.from('other'), hash)).toBe(false);
  });

  test('takes a text for the bytes clients send of it, and nothing else', async () => {
    const cost = { concurrentLogins: 8192 };
    expect(await verifyPassword(Buffer.from('sécret'), await hashPassword('sécret', cost))).toBe(true);
    const hash = (password: unknown): Promise<string> => Reflect.apply(hashPassword, undefined, [password, cost]);
    for (const password of [undefined, null, 1, {}, []]) await expect(hash(password)).rejects.toThrow(TypeError);
  });

  test('salts each hash', async () => {
    const cost = { concurrentLogins: 8192 };
    const [first, second] = await Promise.all([
      hashPassword(Buffer.from('x'), cost),
      hashPassword(Buffer.from('x'), cost),
    ]);
    expect(parseArgon2(first)?.salt).not.toEqual(parseArgon2(second)?.salt);
  });

  test('refuses a cost that no server verifies before it computes anything', async () => {
    const cost = { concurrentLogins: 1, totalMemory: 2 ** 30 + 1024 };
    await expect(hashPassword(Buffer.from('x'), cost)).rejects.toMatchObject({ code: 'TOO_COSTLY' });
    await expect(hashPassword(Buffer.from('x'), { concurrentLogins: 0 })).rejects.toBeInstanceOf(RangeError);
  });
});

describe('hashMemory', () => {
  test.each([
    [{}, 8192],
    [{ concurrentLogins: 1 }, 65_536],
    [{ concurrentLogins: 20 }, 3276],
    [{ concurrentLogins: 64 }, 1024],
    [{ concurrentLogins: 16, totalMemory: 8192 * 2 ** 20 }, 524_288],
    [{ concurrentLogins: 1_000_000 }, 8],
  ])('%o: %d KiB', (cost, kibibytes) => {
    expect(Math.floor(hashMemory(cost) / 1024)).toBe(kibibytes);
  });
});

describe('passBounds', () => {
  test.each([
    [8192, 31, 63],
    [65_536, 3, 7],
    [3276, 63, 127],
    [1024, 255, 511],
    [524_288, 1, 1],
    [8, 32_767, 65_535],
  ])('for %d KiB: %d to %d passes', (memory, least, most) => {
    expect(passBounds(memory)).toEqual({ least, most });
  });
});

const never = (): Promise<number> => Promise.reject(new Error('tried'));

describe('tunePasses', () => {
  test('is 2^k-1 within the bounds, and costs no more than the budget unless it is the least', async () => {
    const bounds = { least: 31, most: 255 };
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 250, max: 1000 }),
        async (perPass, budget) => {
          const passes = await tunePasses((tried) => Promise.resolve(tried * perPass), budget, bounds);
          expect([31, 63, 127, 255]).toContain(passes);
          expect(passes === bounds.least || passes * perPass <= budget).toBe(true);
          expect(passes === bounds.most || (2 * passes + 1) * perPass > budget).toBe(true);
        },
      ),
    );
  });

  test('goes by the quickest of five probes', async () => {
    const costs = [900, 900, 310, 900, 900, 1];
    const cost = (): Promise<number> => Promise.resolve(costs.shift() ?? 0);
    expect(await tunePasses(cost, 1000, { least: 31, most: 255 })).toBe(63);
    expect(costs).toEqual([1]);
  });

  test('tries nothing where there is nothing to choose', async () => {
    expect(await tunePasses(never, 1000, { least: 3, most: 3 })).toBe(3);
  });

  test.each([
    [1, 1000],
    [8, 1000],
    [15, 1000],
    [16, 500],
    [24, 333],
    [64, 250],
    [1e19, 250],
  ])('for %d logins it takes %d ms', (logins, milliseconds) => {
    expect(tuningBudget(logins)).toBe(milliseconds);
  });
});
