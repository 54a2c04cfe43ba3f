import type { X509Certificate } from 'node:crypto';

import type { ProxyConnection } from '../sockets/proxied-connections.ts';
import type { TlsInfo } from './tls-info.ts';

/** Who is connected to what, since when, and who that says to be: what authorizers, ports and certificates go by. */
export interface Client {
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
  /** The user, from USER on. */
  readonly username: string;
  /** The virtual host the client means (HOST). */
  readonly host: string;
  /** What the client says it is (CLNT). */
  readonly clientName: string;
  /** Whether the control connection is protected. */
  readonly isSecured: boolean;
  /** What the protection of the control connection is, while there is one. */
  readonly tlsInfo: TlsInfo | undefined;
  /** What the client has proved to be, where it was asked for a certificate and has shown a valid one. */
  readonly clientCertificate: X509Certificate | undefined;
  /** Raised when the session ends, for what waits on the client's behalf. */
  readonly ending: AbortSignal;
}

/** The address of this machine that the connection of a client leads to. */
export function ownAddress({ localAddress, proxy }: Pick<Client, 'localAddress' | 'proxy'>): string {
  return proxy?.localAddress ?? localAddress;
}
