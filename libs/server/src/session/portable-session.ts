import type { Socket } from 'node:net';

import { FACTS, type FactName, normalizeAddress, selectFacts } from '@pure-ftpd/protocol';

import { HASH_ALGORITHMS } from '../commands/hash.ts';
import type { SessionState } from '../contract/session.ts';
import { publicRandomBytes } from '../public-random.ts';
import type { TlsHandover } from '../contract/tls.ts';
import type { ControlRelay } from './control-relay.ts';

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
export interface PortableSession extends SessionOrigin {
  /** From USER. */
  readonly username: string;
  readonly attemptedLogins: number;
  /** Seconds. */
  readonly timeout: number;
  readonly currentType: 'a' | 'i';
  readonly epsvAll: boolean;
  readonly clientName: string;
  readonly host: string;
  readonly hashAlgorithm: string;
  readonly facts: readonly string[];
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly protection: 'clear' | 'private';
  readonly protectionBufferSet: boolean;
}

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

type MovedState = Omit<SessionState, 'restartPosition' | 'renameFrom'> & { timeout: number };

/** What a session is, for another process. */
export function portableState(session: SessionOrigin & MovedState): PortableSession {
  return {
    sessionId: session.sessionId,
    remoteAddress: session.remoteAddress,
    remotePort: session.remotePort,
    localAddress: session.localAddress,
    localPort: session.localPort,
    startedAt: session.startedAt,
    username: session.username,
    attemptedLogins: session.attemptedLogins,
    timeout: session.timeout,
    currentType: session.currentType,
    epsvAll: session.epsvAll,
    clientName: session.clientName,
    host: session.host,
    hashAlgorithm: session.hashAlgorithm,
    facts: session.facts.names,
    bytesReceived: session.bytesReceived,
    bytesSent: session.bytesSent,
    protection: session.protection,
    protectionBufferSet: session.protectionBufferSet,
  };
}

/** Makes a session what it was in another process. */
export function restoreState(session: MovedState, state: PortableSession): void {
  session.username = state.username;
  session.attemptedLogins = state.attemptedLogins;
  session.timeout = state.timeout;
  session.currentType = state.currentType;
  session.epsvAll = state.epsvAll;
  session.clientName = state.clientName;
  session.host = state.host;
  session.hashAlgorithm = HASH_ALGORITHMS.find((name) => name === state.hashAlgorithm) ?? HASH_ALGORITHMS[0];
  session.facts = selectFacts(FACTS.filter((name: FactName) => state.facts.includes(name)));
  session.bytesReceived = state.bytesReceived;
  session.bytesSent = state.bytesSent;
  session.protection = state.protection;
  session.protectionBufferSet = state.protectionBufferSet;
}
