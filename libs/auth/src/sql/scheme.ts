// How a table stores passwords [sql.md §5].
import { createHash, timingSafeEqual } from 'node:crypto';

import { verifyPassword, type VerifyLimits } from '@pure-ftpd/passwords';

export type SqlScheme = 'argon2' | 'scrypt' | 'crypt' | 'any' | 'cleartext' | 'md5' | 'sha1' | 'password';

/** A stored password that is none of the scheme: it refuses the login, and is told. */
export type SchemeVerdict = 'right' | 'wrong' | 'unfit';

const WORDS: Readonly<Record<string, SqlScheme>> = {
  argon2: 'argon2',
  scrypt: 'scrypt',
  crypt: 'crypt',
  any: 'any',
  cleartext: 'cleartext',
  plaintext: 'cleartext',
  plain: 'cleartext',
  md5: 'md5',
  sha1: 'sha1',
  password: 'password',
};

/** What a word of the configuration means; undefined for one that means nothing. */
export function parseScheme(word: string): SqlScheme | undefined {
  return Object.hasOwn(WORDS, word.toLowerCase()) ? WORDS[word.toLowerCase()] : undefined;
}

/** What is to be said of a scheme at the start. */
export function schemeWarning(scheme: SqlScheme): string | undefined {
  if (scheme !== 'md5' && scheme !== 'sha1' && scheme !== 'password') return undefined;
  return 'who has such hashes has the passwords soon; make new ones with pure-pw hash, and write any';
}

/** What a stored password has to look like. */
const FORMS: Readonly<Record<SqlScheme, RegExp>> = {
  argon2: /^\$argon2(?:id|i)\$/,
  scrypt: /^\$7\$/,
  // Everything that crypt(3) knows: what it is, is found out with it.
  crypt: /^(?!\$argon2)/,
  any: /^/,
  cleartext: /^/,
  md5: /^[0-9a-f]{32}$/i,
  sha1: /^[0-9a-f]{40}$/i,
  password: /^\*[0-9a-f]{40}$/i,
};

/**
 * Compares a password with what is stored.
 * @param stored By the surrogateescape rule.
 */
export async function verifyStored(
  scheme: SqlScheme,
  password: Uint8Array,
  stored: Uint8Array,
  limits: VerifyLimits,
): Promise<SchemeVerdict> {
  const text = Buffer.from(stored).toString('latin1');
  if (!FORMS[scheme].test(text)) return 'unfit';
  if (scheme === 'cleartext') return verdict(password.length > 0 && isSame(password, stored));
  if (scheme === 'md5' || scheme === 'sha1') return verdict(isSame(digest(scheme, password), Buffer.from(text, 'hex')));
  if (scheme === 'password')
    return verdict(isSame(digest('sha1', digest('sha1', password)), Buffer.from(text.slice(1), 'hex')));
  return verdict(await verifyPassword(password, stored, limits));
}

function verdict(isRight: boolean): SchemeVerdict {
  return isRight ? 'right' : 'wrong';
}

function digest(algorithm: 'md5' | 'sha1', bytes: Uint8Array): Buffer {
  return createHash(algorithm).update(bytes).digest();
}

/** In a time that says nothing of where they differ, or how long the stored one is. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  const [first, second] = [a, b].map((bytes) => createHash('sha256').update(bytes).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}
