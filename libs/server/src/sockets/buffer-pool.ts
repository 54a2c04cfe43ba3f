/** Sizes of the buffers that downloads use: small ones until the client shows that it takes more. */
export const SMALLEST_BUFFER = 64 * 1024;
export const LARGEST_BUFFER = 1024 * 1024;

/** Of downloads that the kernel sends by itself: what waits in it until there is room again. */
export const WAITING_BUFFER = 16 * 1024;

/** How many idle bytes of each size are kept for the next transfer. */
const KEPT_BYTES = 16 * 1024 * 1024;

/** The size of a buffer for so many bytes, or for as many of them as go into the largest. */
export function sizeFor(bytes: number): number {
  let size = SMALLEST_BUFFER;
  while (size < bytes && size < LARGEST_BUFFER) size *= 2;
  return size;
}

/** Buffers by size, used again instead of being left to the garbage collector. */
export class BufferPool {
  readonly #free = new Map<number, Buffer[]>();

  take(size: number): Buffer {
    return this.#free.get(size)?.pop() ?? Buffer.allocUnsafeSlow(size);
  }

  give(buffer: Buffer): void {
    let free = this.#free.get(buffer.length);
    if (free === undefined) {
      free = [];
      this.#free.set(buffer.length, free);
    }
    if (free.length * buffer.length < KEPT_BYTES) free.push(buffer);
  }
}

/** The pool of this process. */
export const buffers = new BufferPool();
