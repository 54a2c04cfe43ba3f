import type { TLSSocket } from 'node:tls';

import { readInto } from '../sockets/pooled-reads.ts';

/** The most bytes of data in a TLS record. */
const RECORD = 16 * 1024;

/** One for all, since nothing in it is kept. */
const shared = Buffer.allocUnsafeSlow(RECORD);

/**
 * Has a protected connection on which little is said keep no more of it than there is. Node allocates 64 KiB for each record it
 * decrypts and keeps them as long as what was in it, which makes it collect garbage at every thirtieth login.
 */
export function readSmall(socket: TLSSocket): void {
  readInto(socket, {
    next: () => shared,
    arrived: (count, buffer) => socket.push(Buffer.from(buffer.subarray(0, count))),
  });
}
