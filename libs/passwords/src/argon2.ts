import { argon2 } from 'node:crypto';
import type { Argon2String } from './argon2-string.ts';

/** What an Argon2 hash is computed from, besides the password. */
export type Argon2Setting = Omit<Argon2String, 'hash'>;

/** Computes an Argon2 hash of `length` bytes in the thread pool. Rejects when the memory cannot be had. */
export function computeArgon2(password: Uint8Array, setting: Argon2Setting, length: number): Promise<Buffer> {
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
