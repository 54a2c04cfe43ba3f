// prctl(2): attributes of the calling thread, and of the process.

import { isAvailable, koffi, nativeFunction } from './native.ts';
import { SystemError } from './system-error.ts';

// linux/prctl.h: the same numbers on every architecture.
const PR_SET_PDEATHSIG = 1;
const PR_GET_DUMPABLE = 3;
const PR_SET_DUMPABLE = 4;
const PR_CAPBSET_READ = 23;
const PR_CAPBSET_DROP = 24;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_CLEAR_ALL = 4;
const SIGKILL = 9;
/** The kernel has room for so many capabilities. */
const MAX_CAPABILITIES = 64;

// Variadic in C. On the architectures Linux and Node share, a variadic call passes integers as any other.
const call = nativeFunction<[number, number, number, number, number], number>('prctl', 'int', [
  'int',
  'ulong',
  'ulong',
  'ulong',
  'ulong',
]);

function prctl(option: number, first = 0, second = 0): number {
  const result = call()(option, first, second, 0, 0);
  if (result < 0) throw SystemError.fromErrno(koffi().errno(), 'prctl');
  return result;
}

/** Whether the functions of this file can be called here. */
export function isPrctlAvailable(): boolean {
  return isAvailable(call);
}

/**
 * No program that is executed from now on gains rights by set-uid bits or file capabilities. For good.
 *
 * Holds for the calling thread, for threads it makes from now on, and for every process it starts, with all its threads;
 * threads that are there already (those of the runtime) keep theirs. Call it on the main thread, which starts children,
 * before the first child: children then have it from their first instruction. {@link threadPrivileges} tells.
 *
 * @throws {SystemError} when the kernel refuses. Those below throw likewise.
 */
export function setNoNewPrivileges(): void {
  prctl(PR_SET_NO_NEW_PRIVS, 1);
}

/**
 * The kernel kills this process (SIGKILL) when its parent ends, more exactly the thread of the parent that started it.
 *
 * A change of user or group undoes it: call it after that. Children do not inherit it.
 *
 * @param parent Process id of the parent; the one there is unless told.
 * @returns false when the parent had ended before, and nobody is there to wait for: end as well.
 */
export function dieWithParent(parent: number = process.ppid): boolean {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  return process.ppid === parent;
}

/**
 * Whether this process may be traced by processes of its user, and dumps its memory when it crashes. A change of user
 * turns it off, executing a program on: a process that holds secrets calls this with `false` after either.
 */
export function setDumpable(dumpable: boolean): void {
  prctl(PR_SET_DUMPABLE, dumpable ? 1 : 0);
}

/** See {@link setDumpable}. */
export function isDumpable(): boolean {
  // 2 (readable by root only) is not traceable by the user either.
  return prctl(PR_GET_DUMPABLE) === 1;
}

/**
 * Takes every capability out of the bounding and the ambient set: no program that is executed can get one. Of the calling
 * thread, those it makes, and the processes it starts, as with {@link setNoNewPrivileges}; for good. What the process holds
 * now is not touched: becoming another user than root takes that, from all threads.
 *
 * A process that has to start programs as root must not call it: they would have no capabilities.
 *
 * @throws {SystemError} EPERM without CAP_SETPCAP, unless the set is empty already.
 */
export function dropCapabilityBounds(): void {
  for (let capability = 0; capability < MAX_CAPABILITIES; capability += 1) {
    const present = call()(PR_CAPBSET_READ, capability, 0, 0, 0);
    // EINVAL: the kernel has no more.
    if (present < 0) break;
    if (present > 0) prctl(PR_CAPBSET_DROP, capability);
  }
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
}
