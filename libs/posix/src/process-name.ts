// What process tools call a process.

import { writeFileSync } from 'node:fs';

import { isAvailable, nativeFunction } from './native.ts';

// linux/prctl.h
const PR_SET_NAME = 15;

const prctl = nativeFunction<[number, Buffer, number, number, number], number>('prctl', 'int', [
  'int',
  'void *',
  'ulong',
  'ulong',
  'ulong',
]);

/**
 * Gives this process the name by which pidof, pgrep, killall and ps find it, and the title that ps shows. For the main thread.
 * @param program The name; the kernel keeps its first 15 bytes.
 * @param title Instead of the command line; the name alone unless told.
 */
export function nameProcess(program: string, title: string = program): void {
  // Node names the process after the title, too, which no tool would look for.
  process.title = title;
  try {
    writeFileSync('/proc/self/comm', program);
  } catch {
    // A process that has changed its user may not open its own files. Where neither way is open it keeps its old name.
    if (isAvailable(prctl)) prctl()(PR_SET_NAME, Buffer.from(`${program}\0`), 0, 0, 0);
  }
}
