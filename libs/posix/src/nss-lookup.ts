// What the reentrant look-ups of the name service (getpwnam_r and its kind) have in common.

import { constants } from 'node:os';

import { decodeName, encodeName, NameError } from '@pure-ftpd/protocol';

import { callAsync, koffi, nativeFunction } from './native.ts';
import type { NativeFunction, Pointer } from './native.ts';
import { SystemError } from './system-error.ts';

/** Longer than any system allows a login (256) and than domain logins of Windows sites; a client may send more. */
const MAX_NAME_BYTES = 1024;
const FIRST_BUFFER_BYTES = 1024;
/** A group of some 500,000 members; nothing an honest name service answers is longer. */
const MAX_BUFFER_BYTES = 16 * 1024 * 1024;
const MAX_INTERRUPTS = 100;

/** `int get…_r(key, struct *, char *buffer, size_t, struct **result)` */
type LookupArgs<Key> = [key: Key, record: Buffer, strings: Buffer, size: number, result: Buffer];
type Lookup<Key> = NativeFunction<LookupArgs<Key>, number>;

/** A look-up of one kind, by one key. */
export interface LookupKind<Key, Entry> {
  /** Name of the C function, for errors. */
  readonly syscall: string;
  readonly native: () => Lookup<Key>;
  /** Size of the C structure; a function, since koffi is loaded late. */
  readonly recordBytes: () => number;
  readonly decode: (record: Buffer) => Entry;
}

const strnlen = nativeFunction<[bigint, number], number>('strnlen', 'size_t', ['void *', 'size_t']);

/** A string of C, by the surrogateescape rule; NULL is the empty string. Cut at the size no string can have. */
export function readString(pointer: Pointer): string {
  if (pointer === null) return '';
  const length = strnlen()(pointer, MAX_BUFFER_BYTES);
  if (length === 0) return '';
  const bytes: Uint8Array = koffi().decode(pointer, 'uint8_t', length);
  return decodeName(bytes);
}

/** The bytes of a name with the NUL that C wants; undefined when there can be no account of that name. */
export function nameKey(name: string): Buffer | undefined {
  if (name === '' || name.length > MAX_NAME_BYTES || name.includes('\0')) return undefined;
  try {
    return Buffer.concat([encodeName(name), Buffer.alloc(1)]);
  } catch (error) {
    if (error instanceof NameError) return undefined;
    throw error;
  }
}

/** @throws {RangeError} for what is no uid or gid. */
export function idKey(id: number): number {
  if (!Number.isInteger(id) || id < 0 || id > 0xffff_ffff) throw new RangeError(`${id} is not a user or group id`);
  return id;
}

/** The buffers of one try. They may have held a password hash, so they are wiped. */
class Attempt {
  readonly record: Buffer;
  readonly strings: Buffer;
  readonly result = Buffer.alloc(8);

  constructor(recordBytes: number, stringBytes: number) {
    this.record = Buffer.alloc(recordBytes);
    this.strings = Buffer.alloc(stringBytes);
  }

  get found(): boolean {
    return this.result.some((byte) => byte !== 0);
  }

  wipe(): void {
    this.record.fill(0);
    this.strings.fill(0);
  }
}

/** How the tries of one look-up follow each other; the same for calls on this thread and on another. */
function* attempts<Key, Entry>(kind: LookupKind<Key, Entry>): Generator<Attempt, Entry | undefined, number> {
  let size = FIRST_BUFFER_BYTES;
  let interrupts = 0;
  for (;;) {
    const attempt = new Attempt(kind.recordBytes(), size);
    try {
      const errno = yield attempt;
      if (errno === 0) return attempt.found ? kind.decode(attempt.record) : undefined;
      // Both are "no such entry" of name services that do not know how to say it (getpwnam_r(3)).
      if (errno === constants.errno.ENOENT || errno === constants.errno.ESRCH) return undefined;
      if (errno === constants.errno.EINTR && interrupts++ < MAX_INTERRUPTS) continue;
      if (errno !== constants.errno.ERANGE || size >= MAX_BUFFER_BYTES)
        throw SystemError.fromErrno(errno, kind.syscall);
      size *= 4;
    } finally {
      attempt.wipe();
    }
  }
}

/**
 * Looks up on another thread: name services ask LDAP servers and the like, which may take seconds.
 *
 * @throws {SystemError} when the name service fails, other than by having no such entry.
 * @throws {NativeUnavailableError} where native calls cannot be made.
 */
export async function lookUp<Key, Entry>(kind: LookupKind<Key, Entry>, key: Key): Promise<Entry | undefined> {
  const native = kind.native();
  const tries = attempts(kind);
  let step = tries.next();
  while (step.done !== true) {
    const { record, strings, result } = step.value;
    try {
      step = tries.next(await callAsync(native, key, record, strings, strings.length, result));
    } catch (error) {
      step = tries.throw(error);
    }
  }
  return step.value;
}

/** As {@link lookUp}, on this thread. */
export function lookUpSync<Key, Entry>(kind: LookupKind<Key, Entry>, key: Key): Entry | undefined {
  const native = kind.native();
  const tries = attempts(kind);
  let step = tries.next();
  while (step.done !== true) {
    const { record, strings, result } = step.value;
    step = tries.next(native(key, record, strings, strings.length, result));
  }
  return step.value;
}
