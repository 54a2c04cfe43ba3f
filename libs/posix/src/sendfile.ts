import { constants } from 'node:os';

import { isAvailable, koffi, nativeFunction } from './native.ts';

const { EINTR } = constants.errno;

const call = nativeFunction<[number, number, BigInt64Array, number], number>('sendfile', 'long', [
  'int',
  'int',
  'void *',
  'size_t',
]);

// One for all calls, which are synchronous: the kernel moves it on, and nobody looks at it again.
const offset = new BigInt64Array(1);

/** Whether {@link trySendfile} can be called here. */
export function isSendfileAvailable(): boolean {
  return process.platform === 'linux' && isAvailable(call);
}

/**
 * sendfile(2): has the kernel send part of a file by itself, which copies nothing into this process.
 *
 * @param socket A descriptor; of a socket that does not block, as Node's, as much is taken as there is room for.
 * @param position First byte of the file.
 * @param bytes How many, at most.
 * @returns Bytes that were taken, 0 at the end of the file; or the negative error number: EAGAIN when there is no room.
 * @throws {NativeUnavailableError} where {@link isSendfileAvailable} says so.
 */
export function trySendfile(socket: number, file: number, position: number, bytes: number): number {
  for (;;) {
    offset[0] = BigInt(position);
    const sent = call()(socket, file, offset, bytes);
    if (sent >= 0) return sent;
    const error = koffi().errno();
    if (error !== EINTR) return -error;
  }
}
