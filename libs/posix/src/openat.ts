import { isAvailable, koffi, nativeFunction } from './native.ts';
import { O_CLOEXEC } from './open-flags.ts';

// Variadic in C; see openat2.ts.
const call = nativeFunction<[number, Buffer, number, number], number>('openat', 'int', [
  'int',
  'void *',
  'int',
  'uint32_t',
]);

/** Whether {@link tryOpenat} can be called here. */
export function isOpenatAvailable(): boolean {
  return isAvailable(call);
}

/**
 * openat(2), for one name in a directory that is held: no path that somebody could change, and no need of /proc.
 *
 * @param name One name; a constant of the program, not a client's.
 * @param mode Permission bits of a file that is made.
 * @returns A descriptor, which the caller closes, or the negative error number.
 */
export function tryOpenat(directory: number, name: string, flags: number, mode = 0): number {
  const fd = call()(directory, Buffer.from(`${name}\0`), flags | O_CLOEXEC, mode);
  return fd >= 0 ? fd : -koffi().errno();
}
