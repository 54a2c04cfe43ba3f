import { callAsync, firstLibrary, isAvailable, nativeFunction } from './native.ts';

/** `struct crypt_data` of libxcrypt; `crypt_rn` refuses anything smaller. Multiple of its alignment. */
const CRYPT_DATA_BYTES = 32_768;
/** libxcrypt takes no longer password (CRYPT_MAX_PASSPHRASE_SIZE); checked here so that no copy of more is made. */
const MAX_PASSWORD_BYTES = 511;
/** libxcrypt's own limit (CRYPT_OUTPUT_SIZE). */
const MAX_SETTING_BYTES = 383;

/** libxcrypt's names: with the old glibc functions beside the new ones (Debian, Arch), and without (Fedora, RHEL 9). */
const LIBRARIES = ['libcrypt.so.1', 'libcrypt.so.2'];

/** Buffers of calls that have ended, wiped, for those to come: to make one takes a quarter of the time of a quick hash. */
const idle: Buffer[] = [];
const KEPT = 8;

const cryptRn = nativeFunction<[Buffer, Buffer, Buffer, number], string | null>(
  'crypt_rn',
  'str',
  ['void *', 'void *', 'void *', 'int'],
  firstLibrary(LIBRARIES),
);

/** Whether {@link crypt} can be called here. */
export function isCryptAvailable(): boolean {
  return isAvailable(cryptRn);
}

/**
 * crypt(3) of this system's libcrypt, off the event loop: every hash the system's own accounts can have.
 *
 * Compare the result with the stored hash in constant time. Costly hashes take a second of a core: limiting how many
 * run at once is the caller's.
 *
 * @param password The bytes of the password; not changed. What is made of it in C memory is wiped.
 * @param setting A stored hash, or the beginning of one: method, parameters, salt.
 * @returns The hash, or undefined when libcrypt refuses: method unknown or switched off, salt malformed, password too
 *   long (more than 511 bytes) or with a NUL in it, which crypt would take for its end.
 * @throws {NativeUnavailableError} (as a rejection) where {@link isCryptAvailable} says so.
 */
export async function crypt(password: Uint8Array, setting: string): Promise<string | undefined> {
  const hash = cryptRn();
  if (password.length > MAX_PASSWORD_BYTES || password.includes(0)) return undefined;
  const settingBytes = Buffer.from(`${setting}\0`, 'utf8');
  if (settingBytes.length > MAX_SETTING_BYTES || settingBytes.indexOf(0) !== settingBytes.length - 1) return undefined;
  // Own memory each, not parts of Node's shared pool: the call reads them on another thread, and they are wiped after.
  const phrase = Buffer.alloc(password.length + 1);
  phrase.set(password);
  const data = idle.pop() ?? Buffer.alloc(CRYPT_DATA_BYTES);
  try {
    const result = await callAsync(hash, phrase, settingBytes, data, data.length);
    return result === null || result.startsWith('*') ? undefined : result;
  } finally {
    phrase.fill(0);
    data.fill(0);
    if (idle.length < KEPT) idle.push(data);
  }
}
