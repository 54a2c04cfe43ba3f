import { callAsync, firstLibrary, isAvailable, nativeFunction } from './native.ts';
import { NativeUnavailableError } from './native-unavailable-error.ts';

/** libsodium's names: since 1.0.16 (2017), and since 1.0.19 (2023). */
const LIBRARIES = ['libsodium.so.23', 'libsodium.so.26'];

/** The only salt libsodium takes (crypto_pwhash_SALTBYTES). */
const SALT_BYTES = 16;

/** Its numbers for the two kinds (crypto_pwhash_ALG_ARGON2I13, _ARGON2ID13), and the fewest passes it takes for each. */
const ALGORITHMS = { argon2i: { number: 1, fewestPasses: 3 }, argon2id: { number: 2, fewestPasses: 1 } } as const;

const libsodium = firstLibrary(LIBRARIES);

const sodiumInit = nativeFunction<[], number>('sodium_init', 'int', [], libsodium);

const cryptoPwhash = nativeFunction<[Buffer, number, Buffer, number, Buffer, number, number, number], number>(
  'crypto_pwhash',
  'int',
  ['void *', 'uint64_t', 'void *', 'uint64_t', 'void *', 'uint64_t', 'size_t', 'int'],
  libsodium,
);

/** What an Argon2 hash is computed from, besides the password. */
export interface Argon2Parameters {
  readonly algorithm: 'argon2i' | 'argon2id';
  readonly salt: Uint8Array;
  readonly passes: number;
  /** In KiB. */
  readonly memory: number;
}

/** Whether {@link argon2} can be called here. */
export const isArgon2Available = (): boolean =>
  isAvailable(() => {
    // It chooses the instructions of this processor, which is what makes it worth calling.
    if (sodiumInit()() < 0) throw new NativeUnavailableError('libsodium cannot be initialized');
    cryptoPwhash();
  });

/**
 * Argon2 (RFC 9106) with one lane by libsodium, off the event loop: several times as fast as Node's own, which matters for
 * hashes the C pure-pw made to take a second of libsodium's time.
 *
 * @param password Its bytes; not changed. The copy that is made is wiped.
 * @param length Of the hash, in bytes.
 * @returns The hash, or undefined for parameters libsodium does not take, or when the memory cannot be had.
 * @throws {NativeUnavailableError} (as a rejection) where {@link isArgon2Available} says so.
 */
export async function argon2(
  password: Uint8Array,
  parameters: Argon2Parameters,
  length: number,
): Promise<Buffer | undefined> {
  const hash = cryptoPwhash();
  const { number, fewestPasses } = ALGORITHMS[parameters.algorithm];
  if (parameters.salt.length !== SALT_BYTES || parameters.passes < fewestPasses || parameters.memory < 8)
    return undefined;
  if (length < 16 || length > 1024) return undefined;
  // Own memory each: the call reads and writes them on another thread, and the password is wiped after.
  const phrase = Buffer.alloc(password.length + 1);
  phrase.set(password);
  const salt = Buffer.alloc(SALT_BYTES);
  salt.set(parameters.salt);
  const out = Buffer.alloc(length);
  try {
    const memory = parameters.memory * 1024;
    const status = await callAsync(hash, out, length, phrase, password.length, salt, parameters.passes, memory, number);
    return status === 0 ? out : undefined;
  } finally {
    phrase.fill(0);
  }
}
