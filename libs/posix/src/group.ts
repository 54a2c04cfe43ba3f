import { koffi, nativeFunction } from './native.ts';
import type { Pointer } from './native.ts';
import { idKey, lookUp, lookUpSync, nameKey, readString } from './nss-lookup.ts';
import type { LookupKind } from './nss-lookup.ts';

/** A group, as group(5) has it. Strings are bytes by the surrogateescape rule. */
export interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  /** Logins; those whose primary group it is are usually not among them. */
  readonly members: readonly string[];
}

interface GroupRecord {
  readonly gr_name: Pointer;
  readonly gr_passwd: Pointer;
  readonly gr_gid: number;
  readonly gr_mem: Pointer;
}

let layout: ReturnType<ReturnType<typeof koffi>['struct']> | undefined;

/** `struct group` of Linux: glibc and musl agree. */
function groupStruct(): NonNullable<typeof layout> {
  layout ??= koffi().struct({ gr_name: 'void *', gr_passwd: 'void *', gr_gid: 'uint32_t', gr_mem: 'void *' });
  return layout;
}

/** `char **` that ends with NULL. */
function readStrings(list: Pointer): string[] {
  const strings: string[] = [];
  if (list === null) return strings;
  const step = koffi().sizeof('void *');
  for (let offset = 0; ; offset += step) {
    const pointer: Pointer = koffi().decode(list, offset, 'void *');
    if (pointer === null) return strings;
    strings.push(readString(pointer));
  }
}

function decode(record: Buffer): GroupEntry {
  const fields: GroupRecord = koffi().decode(record, groupStruct());
  return { name: readString(fields.gr_name), gid: fields.gr_gid, members: readStrings(fields.gr_mem) };
}

const recordBytes = (): number => koffi().sizeof(groupStruct());
const TAIL = ['void *', 'void *', 'size_t', 'void *'];
const byName: LookupKind<Buffer, GroupEntry> = {
  syscall: 'getgrnam_r',
  native: nativeFunction('getgrnam_r', 'int', ['void *', ...TAIL]),
  recordBytes,
  decode,
};
const byId: LookupKind<number, GroupEntry> = {
  syscall: 'getgrgid_r',
  native: nativeFunction('getgrgid_r', 'int', ['uint32_t', ...TAIL]),
  recordBytes,
  decode,
};

/** The group of a name, off the event loop; undefined when there is none. Fails as `getpwnam` does. */
export async function getgrnam(name: string): Promise<GroupEntry | undefined> {
  const key = nameKey(name);
  return key === undefined ? undefined : lookUp(byName, key);
}

/** As {@link getgrnam}; the process waits. */
export function getgrnamSync(name: string): GroupEntry | undefined {
  const key = nameKey(name);
  return key === undefined ? undefined : lookUpSync(byName, key);
}

/** The group of a group id, off the event loop. Throws a RangeError for what is no id. */
export async function getgrgid(gid: number): Promise<GroupEntry | undefined> {
  return lookUp(byId, idKey(gid));
}

/** As {@link getgrgid}; the process waits. */
export function getgrgidSync(gid: number): GroupEntry | undefined {
  return lookUpSync(byId, idKey(gid));
}
