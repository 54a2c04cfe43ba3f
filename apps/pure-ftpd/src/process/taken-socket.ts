import { closeSync } from 'node:fs';
import { Socket } from 'node:net';

/**
 * A stream of a descriptor that came from another process, and is the stream's from then on.
 * @returns undefined when it is no stream; it is closed then. Whoever handed it over is at fault, and not who takes it.
 */
export function takenSocket(descriptor: number): Socket | undefined {
  try {
    return new Socket({ fd: descriptor, readable: true, writable: true, allowHalfOpen: true });
  } catch {
    closeSync(descriptor);
    return undefined;
  }
}
