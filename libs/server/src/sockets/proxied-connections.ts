// Connections of a proxy (a load balancer), which says in a header whose they are: the PROXY protocol of HAProxy.
import type { Socket } from 'node:net';

import { messageOf, Networks, normalizeAddress } from '@pure-ftpd/protocol';
import { HeaderReader } from '@pure-ftpd/proxy-protocol';

/** How long a header may take, in milliseconds: a segment that was lost may come again meanwhile. */
const HEADER_MS = 3000;

/** Connections whose header is waited for at a time, at each place where they are accepted; more are dropped. */
export const WAITING_PROXIED = 1024;

/** Between whom a connection is. */
export interface SocketEnds {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
}

/** The connection on which a proxy brings a client. */
export interface ProxyConnection {
  /** The proxy's. */
  readonly address: string;
  readonly port: number;
  /** Of this machine: where the proxy has connected to. */
  readonly localAddress: string;
}

/** Told why a connection was closed. @param reason Undefined when the proxy closed it itself, and had said nothing: it has only looked whether we are there. */
export type ProxyRefused = (proxy: string, reason: string | undefined) => void;

/** What headers have said, by connection. */
const endsBySocket = new WeakMap<Socket, SocketEnds>();

/** Whom a connection is between: its own ends, unless a header has said others. */
export function endsOf(socket: Socket): SocketEnds {
  return endsBySocket.get(socket) ?? ownEnds(socket);
}

/** The connection of the proxy, where there is one: a header has said other ends. */
export function proxyOf(socket: Socket): ProxyConnection | undefined {
  if (!endsBySocket.has(socket)) return undefined;
  const { remoteAddress, remotePort, localAddress } = ownEnds(socket);
  return { address: remoteAddress, port: remotePort, localAddress };
}

function ownEnds({ remoteAddress = '', remotePort = 0, localAddress = '' }: Socket): SocketEnds {
  return {
    remoteAddress: normalizeAddress(remoteAddress) ?? '',
    remotePort,
    localAddress: normalizeAddress(localAddress) ?? '',
  };
}

/** Reads the headers of the proxies that are known, and of nobody else. */
export class ProxiedConnections {
  readonly #proxies: Networks;
  readonly #refused: ProxyRefused;
  readonly #waiting = new Set<HeaderWait>();

  /**
   * @param networks Where proxies are. Whoever is there has to send headers, and is believed.
   * @throws RangeError for what is no network.
   */
  constructor(networks: readonly string[], refused: ProxyRefused) {
    this.#proxies = new Networks(networks);
    this.#refused = refused;
  }

  /** Whether an address is that of a proxy. */
  isProxy(address: string): boolean {
    return this.#proxies.has(address);
  }

  /** Connections whose header is waited for. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Reads the header of a connection, and not a byte more: what follows stays in the stream. From then on {@link endsOf} has what it
   * says.
   * @param socket A connection that nobody has read from.
   * @returns Whether it goes on; otherwise it has been closed, and that was told.
   */
  async readHeader(socket: Socket): Promise<boolean> {
    const proxy = normalizeAddress(socket.remoteAddress ?? '') ?? '';
    if (this.#waiting.size >= WAITING_PROXIED) {
      this.#refuse(socket, proxy, 'too many of its connections have sent no header yet');
      return false;
    }
    const wait = new HeaderWait(socket);
    this.#waiting.add(wait);
    try {
      const ends = await wait.header;
      if (ends !== undefined) endsBySocket.set(socket, ends);
      return true;
    } catch (error) {
      this.#refuse(socket, proxy, error instanceof LookedIn ? undefined : messageOf(error));
      return false;
    } finally {
      this.#waiting.delete(wait);
    }
  }

  /** Closes whatever waits. */
  close(): void {
    for (const wait of this.#waiting) wait.give(new LookedIn());
  }

  #refuse(socket: Socket, proxy: string, reason: string | undefined): void {
    socket.on('error', () => undefined);
    socket.destroy();
    this.#refused(proxy, reason);
  }
}

/** A connection has ended before anything was said on it. */
class LookedIn extends Error {}

/** One connection whose header is waited for. */
class HeaderWait {
  readonly header: Promise<SocketEnds | undefined>;
  readonly #socket: Socket;
  readonly #reader = new HeaderReader();
  readonly #settled = Promise.withResolvers<SocketEnds | undefined>();
  readonly #timer: NodeJS.Timeout;
  #late: NodeJS.Immediate | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.header = this.#settled.promise;
    this.#timer = setTimeout(() => {
      // A process that was busy hears of the timer first, and then of what has arrived long before.
      this.#late = setImmediate(() => this.give(new Error(`no whole header within ${HEADER_MS / 1000} seconds`)));
    }, HEADER_MS);
    socket.on('readable', this.#read);
    socket.on('end', this.#ended);
    socket.on('close', this.#ended);
    socket.on('error', this.#ended);
    // What came already is told of by nobody else.
    if (socket.readableLength > 0) this.#read();
  }

  /** It is over: with an error the connection does not go on. */
  give(error?: Error): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#late);
    const socket = this.#socket;
    socket.off('readable', this.#read);
    socket.off('end', this.#ended);
    socket.off('close', this.#ended);
    socket.off('error', this.#ended);
    if (error === undefined) this.#settled.resolve(this.#ends());
    else this.#settled.reject(error);
  }

  #ends(): SocketEnds | undefined {
    const { ends } = this.#reader;
    if (ends === undefined) return undefined;
    const { source, destination } = ends;
    return { remoteAddress: source.address, remotePort: source.port, localAddress: destination.address };
  }

  readonly #ended = (): void =>
    this.give(this.#reader.length === 0 ? new LookedIn() : new Error('it has ended in its header'));

  readonly #read = (): void => {
    try {
      while (this.#reader.wanted > 0) {
        const bytes: unknown = this.#socket.read(Math.min(this.#reader.wanted, this.#socket.readableLength));
        if (!Buffer.isBuffer(bytes)) return;
        this.#reader.push(bytes);
      }
      this.give();
    } catch (error) {
      this.give(error instanceof Error ? error : new Error(String(error)));
    }
  };
}

/** Takes what has arrived on a connection out of its stream. */
export function takeArrived(socket: Socket): Buffer {
  const chunks: Buffer[] = [];
  for (let chunk: unknown = socket.read(); Buffer.isBuffer(chunk); chunk = socket.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
