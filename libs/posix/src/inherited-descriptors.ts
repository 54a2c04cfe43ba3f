import { closeSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

import { koffi, nativeFunction } from './native.ts';
import { isSystemCode, SystemError } from './system-error.ts';

const F_SETFD = 2;
const FD_CLOEXEC = 1;
const O_ACCMODE = 3;
/** Descriptors 0 to 2 are not inherited by accident. */
const FIRST = 3;

// Variadic in C; see prctl.ts.
const fcntl = nativeFunction<[number, number, number], number>('fcntl', 'int', ['int', 'int', 'int']);

/**
 * Lets the descriptor be closed by executing a program.
 * @throws {SystemError} EBADF when it is not open.
 */
export function setCloseOnExec(fd: number): void {
  if (fcntl()(fd, F_SETFD, FD_CLOEXEC) < 0) throw SystemError.fromErrno(koffi().errno(), 'fcntl');
}

interface Descriptor {
  readonly fd: number;
  /** What the kernel calls what is open. */
  readonly target: string;
}

function openDescriptors(): Descriptor[] {
  return readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      return [{ fd: Number(name), target: readlinkSync(`/proc/self/fd/${name}`) }];
    } catch (error) {
      // The descriptor that read the folder is among the names, and closed by now.
      if (isSystemCode(error, 'ENOENT')) return [];
      throw error;
    }
  });
}

/** 0 reads, 1 writes, 2 does both. */
function accessMode(fd: number): number {
  const [, flags = ''] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')) ?? [];
  return Number.parseInt(flags, 8) & O_ACCMODE;
}

/** Whether a descriptor is one that the runtime opens for itself: it waits for events, and wakes itself up. */
function isOfRuntime({ fd, target }: Descriptor, all: readonly Descriptor[]): boolean {
  if (/^anon_inode:\[(?:eventpoll|eventfd|io_uring|timerfd)\]$/.test(target)) return true;
  const others = all.filter((other) => other.target === target && other.fd !== fd);
  // A pipe to itself; and a terminal that it opens once more.
  if (target.startsWith('pipe:')) return others.some((other) => accessMode(other.fd) !== accessMode(fd));
  return target.startsWith('/dev/') && others.some((other) => other.fd < FIRST);
}

/**
 * Closes what whoever started this process has left open in it: every descriptor above 2 but the named ones and the
 * runtime's own. Named ones are not inherited by children of this process, unless they are handed over in `stdio`.
 *
 * Call it first thing in a process: what the process itself has opened is closed, too.
 *
 * @param keep Descriptors that are expected. The channel to a parent (`process.send`) is one of them, when there is one.
 * @returns The descriptors that were closed, ascending.
 * @throws NodeJS.ErrnoException where there is no /proc.
 * @throws {SystemError} EBADF when a named one is not open.
 */
export function closeInheritedDescriptors(keep: Iterable<number>): number[] {
  const expected = new Set(keep);
  const all = openDescriptors();
  const closed = all
    .filter((one) => one.fd >= FIRST && !expected.has(one.fd) && !isOfRuntime(one, all))
    .map(({ fd }) => fd)
    .toSorted((a, b) => a - b);
  for (const fd of closed) closeSync(fd);
  for (const fd of expected) setCloseOnExec(fd);
  return closed;
}
