import type { Socket } from 'node:net';

import { normalizeAddress } from '@pure-ftpd/protocol';

import type { TlsHandover } from '../contract/tls.ts';
import { publicRandomBytes } from '../public-random.ts';
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
  readonly localAddress: string;
  readonly localPort: number;
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
    remoteAddress: normalizeAddress(socket.remoteAddress ?? '') ?? '',
    remotePort: socket.remotePort ?? 0,
    localAddress: normalizeAddress(socket.localAddress ?? '') ?? '',
    localPort: socket.localPort ?? 0,
    startedAt: Date.now(),
  };
}

/** The part of something that never changes. */
export function originPart(of: SessionOrigin): SessionOrigin {
  const { sessionId, remoteAddress, remotePort, localAddress, localPort, startedAt } = of;
  return { sessionId, remoteAddress, remotePort, localAddress, localPort, startedAt };
}
