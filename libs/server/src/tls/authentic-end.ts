import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/**
 * Tells how what a client sends over TLS has ended: by its word (close_notify), or only by the end of the connection, which
 * anybody on the way can bring about (RFC 8446 §6.1). Node says `end` in either case. What it does differently: on the word the
 * connection is still being read.
 * @param connectionEnded Whether the connection itself has ended, asked at the end of what was sent.
 * @returns Whether there was an end by the client's word.
 */
export function watchEnd(socket: TLSSocket, connectionEnded: () => boolean): () => boolean {
  let seen = false;
  let authentic = false;
  const push = socket.push.bind(socket);
  socket.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (chunk === null && !seen) {
      seen = true;
      authentic = isStopped(socket) || !connectionEnded();
    }
    return push(chunk, encoding);
  };
  return () => authentic;
}

/**
 * Asks a connection that TLS reads by itself whether it has ended; undefined where this Node has no answer. Starting to read
 * what is being read already is refused (EALREADY); what has ended can be started again.
 */
export function endOf(socket: Socket): (() => boolean) | undefined {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (!isReadable(handle)) return undefined;
  return () => handle.readStart() === 0;
}

/** While nothing is read, the end of the connection cannot be seen: what was, came from the client. */
function isStopped(socket: TLSSocket): boolean {
  const handle: unknown = Reflect.get(socket, '_handle');
  return typeof handle === 'object' && handle !== null && 'reading' in handle && handle.reading === false;
}

function isReadable(handle: unknown): handle is { readStart(): number } {
  return (
    typeof handle === 'object' && handle !== null && 'readStart' in handle && typeof handle.readStart === 'function'
  );
}
