import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { crypt, isCryptAvailable } from '@pure-ftpd/posix';

import { parseArgon2, type Argon2String } from './argon2-string.ts';
import { canComputeArgon2, computeArgon2 } from './argon2.ts';
import { memoryTime, parseCryptSetting, type CryptSetting } from './crypt-setting.ts';
import { PasswordHashError } from './errors.ts';
import { parseScrypt, scryptMemory, type ScryptString } from './scrypt-string.ts';

/** A recognised password hash: what it costs, and how to compare a password with it. */
export interface StoredHash {
  /** Bytes needed to compute it. */
  readonly memory: number;
  /** Rough milliseconds needed on a slow core. */
  readonly time: number;
  /** Whether it can be computed here, as far as that is known without trying. */
  readonly isComputable: () => boolean;
  /** Computes the hash of `password` and compares. Rejects when it cannot be computed. */
  readonly matches: (password: Uint8Array) => Promise<boolean>;
  /** A hash of the same scheme and cost that no password matches and that holds nothing of this one. */
  readonly imitation: () => StoredHash;
}

/** Equal, in a time that depends on the lengths only. */
function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function argon2Hash(stored: Argon2String): StoredHash {
  return {
    memory: stored.memory * 1024,
    time: memoryTime(stored.memory * 1024 * stored.passes),
    isComputable: () => canComputeArgon2(stored.lanes),
    matches: async (password) => equalBytes(await computeArgon2(password, stored, stored.hash.length), stored.hash),
    imitation: () =>
      argon2Hash({ ...stored, salt: randomBytes(stored.salt.length), hash: randomBytes(stored.hash.length) }),
  };
}

function computeScrypt(password: Uint8Array, { logN, r, p, salt, hash }: ScryptString): Promise<Buffer> {
  const options = { N: 2 ** logN, r, p, maxmem: scryptMemory({ logN, r, p }) * 2 };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, hash.length, options, (error, computed) => {
      // Bun gives undefined where Node gives null.
      if (error instanceof Error) reject(error);
      else resolve(computed);
    });
  });
}

function scryptHash(stored: ScryptString): StoredHash {
  return {
    memory: scryptMemory(stored),
    time: memoryTime(128 * stored.r * 2 ** stored.logN * stored.p * 2),
    isComputable: () => true,
    matches: async (password) => equalBytes(await computeScrypt(password, stored), stored.hash),
    imitation: () => scryptHash({ ...stored, hash: randomBytes(stored.hash.length) }),
  };
}

const MAX_CRYPT_PASSWORD = 511;

/** Hands the work to the C library's crypt(). */
async function systemCrypt(password: Uint8Array, setting: string): Promise<Buffer> {
  const computed = await crypt(Buffer.from(password), setting);
  if (computed === undefined || computed.startsWith('*')) {
    throw new PasswordHashError('NOT_COMPUTED', 'the C library cannot compute this hash');
  }
  return Buffer.from(computed, 'latin1');
}

function cryptHash(stored: CryptSetting, whole: Buffer): StoredHash {
  return {
    memory: stored.memory,
    time: stored.time,
    isComputable: isCryptAvailable,
    matches: async (password) => {
      // To C a password ends at a NUL, and would match what it must not; libcrypt takes no longer one.
      const refused = password.includes(0) || password.length > MAX_CRYPT_PASSWORD;
      const computed = await systemCrypt(refused ? Buffer.alloc(0) : password, stored.setting);
      return equalBytes(computed, whole) && !refused;
    },
    imitation: () => cryptHash(stored, Buffer.alloc(whole.length)),
  };
}

/**
 * Recognises a stored hash in the order of the reference server: Argon2, scrypt in libsodium's fixed form, then
 * crypt(). Undefined for everything that is no hash: plain text, `*`, `!…`, `x`, digests in hexadecimal, the empty
 * string, anything truncated.
 */
export function parseStoredHash(stored: string): StoredHash | undefined {
  const argon2String = parseArgon2(stored);
  if (argon2String !== undefined) {
    return argon2Hash(argon2String);
  }
  const scryptString = parseScrypt(stored);
  if (scryptString !== undefined) {
    return scryptHash(scryptString);
  }
  const setting = parseCryptSetting(stored);
  return setting === undefined ? undefined : cryptHash(setting, Buffer.from(stored, 'latin1'));
}
