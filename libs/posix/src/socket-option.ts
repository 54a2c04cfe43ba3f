import { isAvailable, koffi, nativeFunction } from './native.ts';
import { SystemError } from './system-error.ts';

/** Linux's numbers, on all its common architectures but MIPS, PA-RISC and SPARC. */
const SOL_SOCKET = 1;
const SO_OOBINLINE = 10;

const setsockopt = nativeFunction<[number, number, number, Buffer, number], number>('setsockopt', 'int', [
  'int',
  'int',
  'int',
  'void *',
  'uint32_t',
]);

/** Whether {@link setOutOfBandInline} can be called here. */
export function isOutOfBandInlineAvailable(): boolean {
  return process.platform === 'linux' && isAvailable(setsockopt);
}

/**
 * Leaves TCP urgent data where it is in the stream (SO_OOBINLINE), instead of taking its last byte out of it. A socket that
 * is accepted has it from the one that listens.
 *
 * @throws {NativeUnavailableError} where {@link isOutOfBandInlineAvailable} says so.
 * @throws {SystemError} when the descriptor is no socket.
 */
export function setOutOfBandInline(fd: number): void {
  const on = Buffer.alloc(4);
  on.writeInt32LE(1);
  if (setsockopt()(fd, SOL_SOCKET, SO_OOBINLINE, on, on.length) === 0) return;
  throw SystemError.fromErrno(koffi().errno(), 'setsockopt');
}
