import { isAvailable, koffi, nativeFunction } from './native.ts';
import type { Pointer } from './native.ts';
import { idKey, lookUp, lookUpSync, nameKey, readString } from './nss-lookup.ts';
import type { LookupKind } from './nss-lookup.ts';
import { SystemError } from './system-error.ts';

/** An account, as passwd(5) has it. Strings are bytes by the surrogateescape rule. */
export interface PasswdEntry {
  readonly name: string;
  /** Usually `x`: the hash is elsewhere, see `shadowHash`. */
  readonly password: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
}

interface PasswdRecord {
  readonly pw_name: Pointer;
  readonly pw_passwd: Pointer;
  readonly pw_uid: number;
  readonly pw_gid: number;
  readonly pw_gecos: Pointer;
  readonly pw_dir: Pointer;
  readonly pw_shell: Pointer;
}

let layout: ReturnType<ReturnType<typeof koffi>['struct']> | undefined;

/** `struct passwd` of Linux: glibc and musl agree. */
function passwdStruct(): NonNullable<typeof layout> {
  layout ??= koffi().struct({
    pw_name: 'void *',
    pw_passwd: 'void *',
    pw_uid: 'uint32_t',
    pw_gid: 'uint32_t',
    pw_gecos: 'void *',
    pw_dir: 'void *',
    pw_shell: 'void *',
  });
  return layout;
}

function decode(record: Buffer | bigint): PasswdEntry {
  const fields: PasswdRecord = koffi().decode(record, passwdStruct());
  return {
    name: readString(fields.pw_name),
    password: readString(fields.pw_passwd),
    uid: fields.pw_uid,
    gid: fields.pw_gid,
    gecos: readString(fields.pw_gecos),
    home: readString(fields.pw_dir),
    shell: readString(fields.pw_shell),
  };
}

const recordBytes = (): number => koffi().sizeof(passwdStruct());
const TAIL = ['void *', 'void *', 'size_t', 'void *'];
const byName: LookupKind<Buffer, PasswdEntry> = {
  syscall: 'getpwnam_r',
  native: nativeFunction('getpwnam_r', 'int', ['void *', ...TAIL]),
  recordBytes,
  decode,
};
const byId: LookupKind<number, PasswdEntry> = {
  syscall: 'getpwuid_r',
  native: nativeFunction('getpwuid_r', 'int', ['uint32_t', ...TAIL]),
  recordBytes,
  decode,
};

/** Whether the name service (accounts and groups) can be asked here. */
export function isNssAvailable(): boolean {
  return isAvailable(byName.native);
}

/**
 * The account of a login, from wherever the system keeps accounts; off the event loop.
 *
 * @returns undefined when there is none.
 * @throws {SystemError} when the name service fails.
 * @throws {NativeUnavailableError} where {@link isNssAvailable} says so. This holds for every function of this kind.
 */
export async function getpwnam(name: string): Promise<PasswdEntry | undefined> {
  const key = nameKey(name);
  return key === undefined ? undefined : lookUp(byName, key);
}

/** As {@link getpwnam}; the process waits. */
export function getpwnamSync(name: string): PasswdEntry | undefined {
  const key = nameKey(name);
  return key === undefined ? undefined : lookUpSync(byName, key);
}

/** The account of a user id; off the event loop. Throws a RangeError for what is no id. */
export async function getpwuid(uid: number): Promise<PasswdEntry | undefined> {
  return lookUp(byId, idKey(uid));
}

/** As {@link getpwuid}; the process waits. */
export function getpwuidSync(uid: number): PasswdEntry | undefined {
  return lookUpSync(byId, idKey(uid));
}

const setpwent = nativeFunction<[], void>('setpwent', 'void', []);
const getpwent = nativeFunction<[], Pointer>('getpwent', 'void *', []);
const endpwent = nativeFunction<[], void>('endpwent', 'void', []);

/** More accounts than any machine lists; directories of that size have listing switched off. */
const MAX_ENTRIES = 1_000_000;

/**
 * Every account, in the order of the name service: setpwent, getpwent to the end, endpwent. The process waits.
 *
 * @param limit Accounts after which it is given up.
 * @throws {SystemError} when the name service fails; EOVERFLOW when there are more than `limit`.
 */
export function allPasswdEntries(limit: number = MAX_ENTRIES): PasswdEntry[] {
  const next = getpwent();
  const entries: PasswdEntry[] = [];
  setpwent()();
  try {
    for (;;) {
      // NULL is the end as well as a failure; only errno tells which.
      koffi().errno(0);
      const record = next();
      if (record === null) {
        const errno = koffi().errno();
        // ENOENT is what some modules leave at their end.
        if (errno !== 0 && errno !== koffi().os.errno['ENOENT']) throw SystemError.fromErrno(errno, 'getpwent');
        return entries;
      }
      if (entries.length >= limit) throw new SystemError('EOVERFLOW', 'getpwent');
      entries.push(decode(record));
    }
  } finally {
    endpwent()();
  }
}
