import type { TLSSocket } from 'node:tls';

import type { DataCarrier } from './data-carrier.ts';

/** Alerts of a client that says user_canceled before close_notify, as Java does over TLS 1.3. */
const ALERTS_OF_CANCELLED = 2;

/**
 * Tells how what a client sends over TLS has ended: by its word (close_notify), or only by the end of the connection, which
 * anybody on the way can bring about (RFC 8446 §6.1).
 *
 * Node says `end` in either case, on the word before the connection has ended. It does not hear the word behind the alert
 * user_canceled, which OpenSSL takes for the last one. Then the last two records, which nobody else can have made, gave no text:
 * files have no such records, and a client that changes its keys makes one, not two in a row.
 * @returns Whether there was an end by the client's word.
 */
export function watchEnd(socket: TLSSocket, carrier: DataCarrier): () => boolean {
  let seen = false;
  let authentic = false;
  carrier.watchText(() => socket.bytesRead);
  const push = socket.push.bind(socket);
  socket.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (chunk === null && !seen) {
      seen = true;
      const isCancelled = socket.getProtocol() === 'TLSv1.3' && carrier.textlessRecords >= ALERTS_OF_CANCELLED;
      authentic = !carrier.endSeen || isCancelled;
    }
    return push(chunk, encoding);
  };
  return () => authentic;
}
