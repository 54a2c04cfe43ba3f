import { argon2Sync } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { argon2, isArgon2Available } from './argon2.ts';

describe.runIf(isArgon2Available())('argon2 by libsodium', () => {
  test.each(['argon2i', 'argon2id'] as const)('%s gives the bytes of Node', async (algorithm) => {
    const password = Buffer.from('pa\0ss', 'latin1');
    const salt = Buffer.from('0123456789abcdef');
    for (const [passes, memory] of [
      [3, 8],
      [4, 1000],
    ] as const) {
      const expected = argon2Sync(algorithm, {
        message: password,
        nonce: salt,
        parallelism: 1,
        tagLength: 32,
        memory,
        passes,
      });
      expect(await argon2(password, { algorithm, salt, passes, memory }, 32)).toEqual(expected);
    }
  });

  test('refuses what it cannot compute', async () => {
    const salt = Buffer.alloc(16);
    const password = Buffer.from('x');
    expect(
      await argon2(password, { algorithm: 'argon2id', salt: Buffer.alloc(8), passes: 1, memory: 8 }, 32),
    ).toBeUndefined();
    expect(await argon2(password, { algorithm: 'argon2i', salt, passes: 2, memory: 8 }, 32)).toBeUndefined();
    expect(await argon2(password, { algorithm: 'argon2id', salt, passes: 1, memory: 7 }, 32)).toBeUndefined();
    expect(await argon2(password, { algorithm: 'argon2id', salt, passes: 0, memory: 8 }, 32)).toBeUndefined();
  });
});
