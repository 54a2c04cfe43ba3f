import type { Server, Socket } from 'node:net';

import type { AcceptedHandle } from '../sockets/data-connection.ts';

/** How a listener of Node tells it of a connection. */
interface ListenerHandle {
  onconnection: (status: number, handle: unknown) => void;
}

/**
 * Hears of the connections of a server that listens, without a socket being made of each: Node does that before it tells of
 * them, and has no option for it. Where this Node works otherwise, sockets are heard of.
 * @param server With the options `allowHalfOpen` and `pauseOnConnect`.
 */
export function onAccepted(server: Server, accepted: (connection: Socket | AcceptedHandle) => void): void {
  server.on('connection', accepted);
  const listener: unknown = Reflect.get(server, '_handle');
  if (process.platform === 'win32' || !isListenerHandle(listener)) return;
  const makeSocket = listener.onconnection;
  listener.onconnection = function (this: unknown, status, handle): void {
    if (status === 0 && isAcceptedHandle(handle)) accepted(handle);
    else Reflect.apply(makeSocket, this, [status, handle]);
  };
}

function isListenerHandle(value: unknown): value is ListenerHandle {
  return (
    typeof value === 'object' && value !== null && 'onconnection' in value && typeof value.onconnection === 'function'
  );
}

function isAcceptedHandle(value: unknown): value is AcceptedHandle {
  return (
    typeof value === 'object' &&
    value !== null &&
    'fd' in value &&
    typeof value.fd === 'number' &&
    value.fd >= 0 &&
    'close' in value &&
    typeof value.close === 'function' &&
    'getpeername' in value &&
    typeof value.getpeername === 'function'
  );
}

/** Who has made a connection, as Node writes the address; undefined when that cannot be known any more. */
export function peerOf(connection: Socket | AcceptedHandle): string | undefined {
  if ('remoteAddress' in connection) return connection.remoteAddress;
  const peer: { address?: string } = {};
  return connection.getpeername(peer) === 0 ? peer.address : undefined;
}
