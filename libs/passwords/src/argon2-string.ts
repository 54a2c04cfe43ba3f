import type { Argon2Algorithm } from 'node:crypto';

/** The parameters of an Argon2 hash, and the hash. */
export interface Argon2String {
  readonly algorithm: Extract<Argon2Algorithm, 'argon2i' | 'argon2id'>;
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

// The longest string libsodium writes has 127 characters; other tools use longer salts and hashes.
const MAX_LENGTH = 512;
const MAX_UINT32 = 0xffff_ffff;
const FORM =
  /^\$(argon2id?)\$v=19\$m=([1-9][0-9]{0,9}),t=([1-9][0-9]{0,9}),p=([1-9][0-9]{0,7})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Standard base64 without padding; undefined unless it is the one way to write these bytes. */
function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return encodeBase64(bytes) === text ? bytes : undefined;
}

function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}

/**
 * Reads `$argon2id$v=19$m=M,t=T,p=P$salt$hash` (or `argon2i`) with the limits of RFC 9106 section 3.1: numbers
 * without leading zeros, memory of at least 8 KiB a lane, a salt of 8 bytes or more, a hash of 16 bytes or more.
 * Returns undefined for everything else. Whether the costs are bearable is for the caller to say.
 */
export function parseArgon2(text: string): Argon2String | undefined {
  const match = text.length <= MAX_LENGTH ? FORM.exec(text) : null;
  if (match === null) {
    return undefined;
  }
  const [, name, m, t, p, saltText = '', hashText = ''] = match;
  const memory = Number(m);
  const passes = Number(t);
  const lanes = Number(p);
  const salt = decodeBase64(saltText);
  const hash = decodeBase64(hashText);
  if (salt === undefined || hash === undefined || salt.length < 8 || hash.length < 16) {
    return undefined;
  }
  if (memory > MAX_UINT32 || passes > MAX_UINT32 || lanes > 0xff_ffff || memory < 8 * lanes) {
    return undefined;
  }
  return { algorithm: name === 'argon2id' ? 'argon2id' : 'argon2i', memory, passes, lanes, salt, hash };
}

/** Writes the string form that {@link parseArgon2} reads. */
export function formatArgon2(value: Argon2String): string {
  const costs = `m=${value.memory},t=${value.passes},p=${value.lanes}`;
  return `$${value.algorithm}$v=19$${costs}$${encodeBase64(value.salt)}$${encodeBase64(value.hash)}`;
}
