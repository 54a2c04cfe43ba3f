import { createServer, type AddressInfo, type Server } from 'node:net';

import { isOutOfBandInlineAvailable, setOutOfBandInline } from '@pure-ftpd/posix';

import { ServerError } from '../errors.ts';
import { descriptorOf } from '../sockets/native-handle.ts';

/** A local address to listen on. */
export interface ListenAddress {
  /** Without it, all addresses of the machine. */
  readonly host?: string;
  /** 0 lets the kernel choose. */
  readonly port: number;
  /** Only IPv6, where the host is `::`. */
  readonly ipv6Only?: boolean;
  /** A socket that is bound already, to be used instead; host and port only tell where. */
  readonly descriptor?: number;
  /** Clients begin with a TLS handshake instead of hearing the greeting first (FTPS on port 990). */
  readonly implicitTls?: boolean;
}

/**
 * Listens on an address, in this process.
 * @param backlog Connections that may wait to be accepted.
 * @param pauseOnConnect Leaves what clients send unread, for another process to read.
 * @throws ServerError with code `LISTEN`.
 */
export function listenOn(address: ListenAddress, backlog: number, pauseOnConnect = false): Promise<Server> {
  return new Promise((resolve, reject) => {
    // A client may end its side and still read our replies.
    const server = createServer({ allowHalfOpen: true, pauseOnConnect });
    const fail = (error: NodeJS.ErrnoException): void => {
      const where = `${address.host ?? '*'} port ${address.port}`;
      const reason =
        error.code === 'EADDRINUSE' ? 'the port is in use' : error.code === 'EACCES' ? 'not permitted' : error.message;
      reject(new ServerError('LISTEN', `cannot listen on ${where}: ${reason}`, { cause: error }));
    };
    server.once('error', fail);
    server.listen(
      address.descriptor === undefined
        ? {
            port: address.port,
            backlog,
            exclusive: true,
            ...(address.host === undefined ? {} : { host: address.host }),
            ...(address.ipv6Only === undefined ? {} : { ipv6Only: address.ipv6Only }),
          }
        : { fd: address.descriptor, backlog },
      () => {
        server.off('error', fail);
        keepUrgentData(server);
        // An accept that fails (too many descriptors) costs that connection, not the server.
        server.on('error', () => undefined);
        resolve(server);
      },
    );
  });
}

/**
 * Clients send ABOR as urgent data, and the kernel would take the last byte of it, often the line end, out of the stream.
 * Accepted sockets have the option from the listening one. Where it cannot be set, ABOR is heard with the next command.
 */
function keepUrgentData(server: Server): void {
  const descriptor = descriptorOf(server);
  if (descriptor !== undefined && isOutOfBandInlineAvailable()) setOutOfBandInline(descriptor);
}

/** Where listeners listen. */
export function boundAddresses(listeners: readonly Server[]): AddressInfo[] {
  return listeners
    .map((listener) => listener.address())
    .filter((address) => address !== null && typeof address === 'object');
}
