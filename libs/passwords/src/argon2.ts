import { argon2 } from 'node:crypto';

import { argon2 as sodiumArgon2, isArgon2Available } from '@pure-ftpd/posix';

import type { Argon2String } from './argon2-string.ts';

/** What an Argon2 hash is computed from, besides the password. */
export type Argon2Setting = Omit<Argon2String, 'hash'>;

/**
 * Computes an Argon2 hash of `length` bytes off the event loop: by libsodium where there is one, since Node takes
 * several times as long for the same hash, and by Node otherwise. Rejects when the memory cannot be had.
 */
export async function computeArgon2(password: Uint8Array, setting: Argon2Setting, length: number): Promise<Buffer> {
  if (setting.lanes === 1 && isArgon2Available()) {
    const hash = await sodiumArgon2(password, setting, length);
    if (hash !== undefined) return hash;
  }
  return computeByNode(password, setting, length);
}

function computeByNode(password: Uint8Array, setting: Argon2Setting, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2(
      setting.algorithm,
      {
        message: password,
        nonce: setting.salt,
        parallelism: setting.lanes,
        tagLength: length,
        memory: setting.memory,
        passes: setting.passes,
      },
      (error, hash) => {
        if (error === null) {
          resolve(hash);
        } else {
          reject(error);
        }
      },
    );
  });
}
