import type { Socket } from 'node:net';

import type { TlsHandover } from '../contract/tls.ts';
import { publicRandomBytes } from '../public-random.ts';
import { endsOf, type ProxyConnection, proxyOf } from '../sockets/proxied-connections.ts';
import type { ControlRelay } from './control-relay.ts';
import type { MovedOf } from '../state/slots.ts';
import type { SESSION_SLOTS } from '../state/session-slots.ts';

/** What never changes about a session: who is connected to what, since when. */
export interface SessionOrigin {
  /** Unguessable, for logs. */
  readonly sessionId: string;
  /** Address of the client; an IPv4 address is written as such also on a socket for both families. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** What the client has connected to: an address of this machine, or of the proxy that brings it. */
  readonly localAddress: string;
  /** Of this machine. */
  readonly localPort: number;
  /** The connection of the proxy that brings the client; undefined where none does. */
  readonly proxy?: ProxyConnection | undefined;
  /** When the client connected, in milliseconds since 1970. */
  readonly startedAt: number;
}

/** A session as one process hands it to another, when nobody is logged in: plain data, which JSON keeps. */
export type PortableSession = SessionOrigin & MovedOf<typeof SESSION_SLOTS>;

/** A session that has left this process, but for what its owner does with it. */
export interface DetachedSession {
  readonly state: PortableSession;
  /** The connection, which is the caller's to hand over or to close. */
  readonly descriptor: number;
  /** What was read from it and not executed. */
  readonly unread: Buffer;
  /** Of a session over TLS, whose connection this process goes on to protect. */
  readonly tls: { readonly handover: TlsHandover; readonly relay: ControlRelay } | undefined;
}

/** The session of a client who has just connected. */
export function originOf(socket: Socket): SessionOrigin {
  return {
    sessionId: publicRandomBytes(8).toString('hex'),
    ...endsOf(socket),
    localPort: socket.localPort ?? 0,
    proxy: proxyOf(socket),
    startedAt: Date.now(),
  };
}

/** The part of something that never changes. */
export function originPart(of: SessionOrigin): SessionOrigin {
  const { sessionId, remoteAddress, remotePort, localAddress, localPort, proxy, startedAt } = of;
  return { sessionId, remoteAddress, remotePort, localAddress, localPort, proxy, startedAt };
}
