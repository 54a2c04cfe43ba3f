import * as crypto from 'node:crypto';

import { argon2 as sodiumArgon2, isArgon2Available } from '@pure-ftpd/posix';

import type { Argon2String } from './argon2-string.ts';
import { PasswordHashError } from './errors.ts';

/** What an Argon2 hash is computed from, besides the password. */
export type Argon2Setting = Omit<Argon2String, 'hash'>;

/** Node's own, which is there from 24.7 on; Deno and older versions cannot even import its name. */
const nodeArgon2 = 'argon2' in crypto ? crypto.argon2 : undefined;

/** Whether Argon2 can be computed here, by so many lanes. */
export function canComputeArgon2(lanes: number): boolean {
  return nodeArgon2 !== undefined || (lanes === 1 && isArgon2Available());
}

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

async function computeByNode(password: Uint8Array, setting: Argon2Setting, length: number): Promise<Buffer> {
  if (nodeArgon2 === undefined) {
    throw new PasswordHashError('NOT_COMPUTED', 'Argon2 needs libsodium (by koffi), or Node 24.7');
  }
  return new Promise((resolve, reject) => {
    nodeArgon2(
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
        if (!(error instanceof Error)) {
          resolve(hash);
        } else {
          reject(error);
        }
      },
    );
  });
}
