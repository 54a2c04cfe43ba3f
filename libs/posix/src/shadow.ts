import { koffi, nativeFunction } from './native.ts';
import type { Pointer } from './native.ts';
import { lookUp, lookUpSync, nameKey, readString } from './nss-lookup.ts';
import type { LookupKind } from './nss-lookup.ts';
import { SystemError } from './system-error.ts';

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

const byName: LookupKind<Buffer, string> = {
  syscall: 'getspnam_r',
  native: nativeFunction('getspnam_r', 'int', ['void *', 'void *', 'void *', 'size_t', 'void *']),
  recordBytes: () => koffi().sizeof(spwdStruct()),
  decode(record) {
    const fields: { readonly sp_pwdp: Pointer } = koffi().decode(record, spwdStruct());
    return readString(fields.sp_pwdp);
  },
};

/** An ordinary user is not told hashes; that is no failure. */
function unlessRefused(error: unknown): undefined {
  if (error instanceof SystemError && (error.code === 'EACCES' || error.code === 'EPERM')) return undefined;
  throw error;
}

/**
 * The password hash of shadow(5), off the event loop.
 *
 * @returns undefined when there is no entry, or when this process may not read it.
 * @throws {SystemError} when the name service fails otherwise.
 */
export async function shadowHash(login: string): Promise<string | undefined> {
  const key = nameKey(login);
  if (key === undefined) return undefined;
  return lookUp(byName, key).catch(unlessRefused);
}

/** As {@link shadowHash}; the process waits. */
export function shadowHashSync(login: string): string | undefined {
  const key = nameKey(login);
  if (key === undefined) return undefined;
  try {
    return lookUpSync(byName, key);
  } catch (error) {
    return unlessRefused(error);
  }
}
