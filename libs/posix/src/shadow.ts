import { koffi, nativeFunction } from './native.ts';
import type { Pointer } from './native.ts';
import { lookUp, lookUpSync, nameKey, readString } from './nss-lookup.ts';
import type { LookupKind } from './nss-lookup.ts';
import { isSystemCode } from './system-error.ts';

let layout: ReturnType<ReturnType<typeof koffi>['struct']> | undefined;

/** `struct spwd` of Linux: glibc and musl agree. */
function spwdStruct(): NonNullable<typeof layout> {
  layout ??= koffi().struct({
    sp_namp: 'void *',
    sp_pwdp: 'void *',
    sp_lstchg: 'long',
    sp_min: 'long',
    sp_max: 'long',
    sp_warn: 'long',
    sp_inact: 'long',
    sp_expire: 'long',
    sp_flag: 'ulong',
  });
  return layout;
}

/** An entry of shadow(5). Days are since 1970-01-01; undefined where the field is empty. */
export interface ShadowEntry {
  /** By the surrogateescape rule. A string, which nobody can wipe. */
  readonly hash: string;
  /** Day of the last change of the password; 0 asks for a new one. */
  readonly lastChange: number | undefined;
  /** Days that a password is good for. */
  readonly maxAge: number | undefined;
  /** First day on which the account is closed. */
  readonly expires: number | undefined;
}

interface ShadowRecord {
  readonly sp_pwdp: Pointer;
  // A long: koffi gives a bigint for what is beyond numbers.
  readonly sp_lstchg: number | bigint;
  readonly sp_max: number | bigint;
  readonly sp_expire: number | bigint;
}

/** -1 stands for an empty field. */
function days(value: number | bigint): number | undefined {
  return value < 0 ? undefined : Number(value);
}

const byName: LookupKind<Buffer, ShadowEntry> = {
  syscall: 'getspnam_r',
  native: nativeFunction('getspnam_r', 'int', ['void *', 'void *', 'void *', 'size_t', 'void *']),
  recordBytes: () => koffi().sizeof(spwdStruct()),
  decode(record) {
    const fields: ShadowRecord = koffi().decode(record, spwdStruct());
    return {
      hash: readString(fields.sp_pwdp),
      lastChange: days(fields.sp_lstchg),
      maxAge: days(fields.sp_max),
      expires: days(fields.sp_expire),
    };
  },
};

/** An ordinary user is not told hashes; that is no failure. */
function unlessRefused(error: unknown): undefined {
  if (isSystemCode(error, 'EACCES') || isSystemCode(error, 'EPERM')) return undefined;
  throw error;
}

/**
 * The password of a login and how long it is good, by shadow(5), off the event loop.
 *
 * @returns undefined when there is no entry, or when this process may not read it.
 * @throws {SystemError} when the name service fails otherwise.
 */
export async function shadowEntry(login: string): Promise<ShadowEntry | undefined> {
  const key = nameKey(login);
  return key === undefined ? undefined : lookUp(byName, key).catch(unlessRefused);
}

/** As {@link shadowEntry}; the process waits. */
export function shadowEntrySync(login: string): ShadowEntry | undefined {
  const key = nameKey(login);
  if (key === undefined) return undefined;
  try {
    return lookUpSync(byName, key);
  } catch (error) {
    return unlessRefused(error);
  }
}

/** The password hash of {@link shadowEntry} alone. */
export async function shadowHash(login: string): Promise<string | undefined> {
  return (await shadowEntry(login))?.hash;
}

/** As {@link shadowHash}; the process waits. */
export function shadowHashSync(login: string): string | undefined {
  return shadowEntrySync(login)?.hash;
}
