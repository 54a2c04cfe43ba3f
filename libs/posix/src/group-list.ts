import { callAsync, nativeFunction } from './native.ts';
import { idKey, nameKey } from './nss-lookup.ts';
import { SystemError } from './system-error.ts';

type Arguments = [user: Buffer, gid: number, groups: Uint32Array, count: Int32Array];

const getgrouplist = nativeFunction<Arguments, number>('getgrouplist', 'int', [
  'void *',
  'uint32_t',
  'void *',
  'void *',
]);

const FIRST_GROUPS = 64;
/** The kernel's own limit for a process (NGROUPS_MAX). */
const MAX_GROUPS = 65_536;

/** The groups of one try, or the number of places that a next one needs. */
function read(result: number, groups: Uint32Array, count: Int32Array): number[] | number {
  const [found = 0] = count;
  if (result >= 0) return [...groups.subarray(0, found)];
  // musl leaves the number as it was.
  const needed = found > groups.length ? found : groups.length * 4;
  if (needed > MAX_GROUPS) throw new SystemError('EOVERFLOW', 'getgrouplist');
  return needed;
}

/**
 * The groups of a login by the name service: `gid`, and all groups that name it as a member; off the event loop. What
 * initgroups(3) would set.
 *
 * @param gid Its primary group.
 * @throws {SystemError} EOVERFLOW when there are more than a process may have; EINVAL for what is no login.
 * @throws {RangeError} when `gid` is no id.
 */
export async function getGroupList(login: string, gid: number): Promise<number[]> {
  const native = getgrouplist();
  const user = nameKey(login);
  if (user === undefined) throw new SystemError('EINVAL', 'getgrouplist');
  for (let size = FIRST_GROUPS; ;) {
    const groups = new Uint32Array(size);
    const count = Int32Array.of(size);
    const answer = read(await callAsync(native, user, idKey(gid), groups, count), groups, count);
    if (typeof answer !== 'number') return answer;
    size = answer;
  }
}

/** As {@link getGroupList}; the process waits. */
export function getGroupListSync(login: string, gid: number): number[] {
  const native = getgrouplist();
  const user = nameKey(login);
  if (user === undefined) throw new SystemError('EINVAL', 'getgrouplist');
  for (let size = FIRST_GROUPS; ;) {
    const groups = new Uint32Array(size);
    const count = Int32Array.of(size);
    const answer = read(native(user, idKey(gid), groups, count), groups, count);
    if (typeof answer !== 'number') return answer;
    size = answer;
  }
}
