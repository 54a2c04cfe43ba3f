// Passwords as directories store them [ldap.md §6].
import { createHash, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

import { verifyPassword, type VerifyLimits } from '@pure-ftpd/passwords';

/** Whether a password is right; or the name of a scheme that is not known. */
export type StoredVerdict = 'right' | 'wrong' | { readonly unknownScheme: string };

/** Digests behind a prefix: salt follows the digest. */
const DIGESTS: Readonly<
  Record<string, { readonly algorithm: string; readonly bytes: number; readonly isSalted: boolean }>
> = {
  MD5: { algorithm: 'md5', bytes: 16, isSalted: false },
  SMD5: { algorithm: 'md5', bytes: 16, isSalted: true },
  SHA: { algorithm: 'sha1', bytes: 20, isSalted: false },
  SSHA: { algorithm: 'sha1', bytes: 20, isSalted: true },
  SHA256: { algorithm: 'sha256', bytes: 32, isSalted: false },
  SSHA256: { algorithm: 'sha256', bytes: 32, isSalted: true },
  SHA512: { algorithm: 'sha512', bytes: 64, isSalted: false },
  SSHA512: { algorithm: 'sha512', bytes: 64, isSalted: true },
};

/** As crypt(3), argon2 and scrypt make them. */
const HASHES = new Set(['CRYPT', 'ARGON2', 'SCRYPT']);
const PBKDF2 = /^PBKDF2(?:-(SHA1|SHA256|SHA512))?$/;
const MAX_ROUNDS = 10_000_000;

const derive = promisify(pbkdf2);

/** Compares a password with one stored value: cleartext where it has no prefix. An empty password is never right. */
export async function verifyStoredPassword(
  password: Uint8Array,
  stored: Uint8Array,
  limits: VerifyLimits,
): Promise<StoredVerdict> {
  const [, prefix, rest] = /^\{([^}]{1,32})\}([^]*)$/.exec(Buffer.from(stored).toString('latin1')) ?? [];
  if (password.length === 0) return 'wrong';
  if (prefix === undefined || rest === undefined) return verdict(isSame(password, stored));
  const scheme = prefix.toUpperCase();
  const known = Object.hasOwn(DIGESTS, scheme) ? DIGESTS[scheme] : undefined;
  if (known !== undefined) return verdict(isDigest(password, Buffer.from(rest, 'base64'), known));
  if (HASHES.has(scheme)) return verdict(await verifyPassword(password, rest, limits));
  const [isPbkdf2, algorithm = 'SHA1'] = PBKDF2.exec(scheme) ?? [];
  if (isPbkdf2 !== undefined) return verdict(await isPbkdf2Hash(password, rest, algorithm.toLowerCase()));
  return { unknownScheme: prefix };
}

function verdict(isRight: boolean): StoredVerdict {
  return isRight ? 'right' : 'wrong';
}

function isDigest(
  password: Uint8Array,
  stored: Buffer,
  { algorithm, bytes, isSalted }: { readonly algorithm: string; readonly bytes: number; readonly isSalted: boolean },
): boolean {
  if (stored.length < bytes || (!isSalted && stored.length !== bytes)) return false;
  const digest = createHash(algorithm).update(password).update(stored.subarray(bytes)).digest();
  return timingSafeEqual(digest, stored.subarray(0, bytes));
}

/** `ROUNDS$SALT$HASH`, in the base64 of its maker, with `.` for `+`. */
async function isPbkdf2Hash(password: Uint8Array, text: string, algorithm: string): Promise<boolean> {
  const [, rounds, salt = '', hash = ''] = /^(\d{1,8})\$([\w./+=-]+)\$([\w./+=-]+)$/.exec(text) ?? [];
  if (rounds === undefined || Number(rounds) < 1 || Number(rounds) > MAX_ROUNDS) return false;
  const [saltBytes, hashBytes] = [salt, hash].map((part) => Buffer.from(part.replaceAll('.', '+'), 'base64'));
  if (saltBytes === undefined || hashBytes === undefined || hashBytes.length === 0) return false;
  return timingSafeEqual(await derive(password, saltBytes, Number(rounds), hashBytes.length, algorithm), hashBytes);
}

/** In a time that says nothing of where they differ. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  const [first, second] = [a, b].map((bytes) => createHash('sha256').update(bytes).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}
