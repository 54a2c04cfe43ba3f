import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';

import { descriptorOf } from './native-handle.ts';

/**
 * Writes to a connection as much as the network takes now, past its stream, which takes longer for a short reply than the
 * kernel does. The rest is for the stream, as is the telling of errors.
 * @returns Bytes that were taken: fewer than there are, or none, while others wait to be sent before them, where this
 *   connection has no descriptor, and when it is broken.
 */
export function writeAtOnce(socket: Socket, bytes: Uint8Array): number {
  if (socket.writableLength > 0 || socket.connecting || socket.destroyed || socket.writableEnded) return 0;
  const descriptor = descriptorOf(socket);
  return descriptor === undefined ? 0 : writeToDescriptor(descriptor, bytes);
}

/** The same for a connection that has no stream. */
export function writeToDescriptor(descriptor: number, bytes: Uint8Array): number {
  try {
    return writeSync(descriptor, bytes);
  } catch {
    // It has no room (EAGAIN), or is broken, which the next use of it tells.
    return 0;
  }
}
