import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext, TLSSocket } from 'node:tls';

import { DataSessionNotResumed, reasonOf, TlsHandshakeFailed, TransferAborted } from '../errors.ts';
import type { Client } from '../contract/client.ts';
import type {
  ControlCarrier,
  DataProtection,
  Protection,
  SecuredData,
  TlsHandover,
  TlsIdentity,
  TlsIdentitySource,
} from '../contract/tls.ts';
import type { TlsInfo } from '../contract/tls-info.ts';
import { watchEnd } from './authentic-end.ts';
import { DataCarrier } from './data-carrier.ts';
import { packReads } from './packed-reads.ts';
import { readSmall } from './small-reads.ts';
import { NO_TICKETS, TicketKeys } from './ticket-keys.ts';
import type { TicketSecrets } from './ticket-secrets.ts';
import type { EndpointUse, TlsEndpoint } from './tls-endpoint.ts';
import { reason } from '../replies/reasons.ts';

/** What sessions have of the service that they are protected by. */
export interface TlsResources {
  readonly identities: TlsIdentitySource;
  /** Seconds. */
  readonly handshakeTimeout: number;
  contextOf(identity: TlsIdentity): SecureContext;
  ticketSecretsOf(identity: TlsIdentity): TicketSecrets | undefined;
  takeEndpoint(identity: TlsIdentity): TlsEndpoint;
  giveEndpoint(identity: TlsIdentity, endpoint: TlsEndpoint): void;
}

/**
 * What one control connection and its data connections have in common in TLS: the certificate, and the keys that prove that
 * who opens a data connection is who opened the control connection.
 */
export class TlsSession implements Protection {
  readonly #service: TlsResources;
  readonly #client: Client;
  /** What its keys are made of, as those of others whose control connections may be resumed. */
  readonly #secrets: TicketSecrets | undefined;
  #ticketKeys: TicketKeys;
  readonly #sessions: Map<string, Buffer>;
  #identity: TlsIdentity;
  #hasResumed = false;

  /** @param handover What the session was in another process, where it began there. */
  constructor(service: TlsResources, client: Client, handover?: Omit<TlsHandover, 'info'>) {
    this.#service = service;
    this.#client = client;
    this.#sessions = new Map(handover?.sessions);
    this.#identity = handover?.identity ?? service.identities.current();
    this.#secrets = handover === undefined ? service.ticketSecretsOf(this.#identity) : undefined;
    this.#ticketKeys = this.#secrets?.issue() ?? new TicketKeys(handover?.ticketKeys);
  }

  /**
   * Protects the control connection. Over TLS 1.3 it may resume the session of another control connection, if that was begun
   * with the same certificate, here and not long ago. Not over TLS 1.2: who has the keys of a ticket can read all that is said
   * in sessions that resume it; clients keep the old ticket where they get a new one, and their data connections would not
   * resume; and the name of the server is not told to us again.
   * @throws TlsHandshakeFailed
   */
  async secureControl(carrier: ControlCarrier): Promise<TLSSocket> {
    const { identities } = this.#service;
    const use = {
      tickets: {
        keys: () => this.#ticketKeys,
        gives: true,
        opens: (name: Buffer) => (carrier.offersTls13 ? this.#secrets?.find(name) : undefined),
      },
      sessions: this.#sessions,
      contextByName: identities.forServerName === undefined ? undefined : this.#contextByName,
    };
    const secured = await this.#handshake(carrier, use, readSmall);
    const { serverName, resumed } = infoOf(secured);
    if (resumed && serverName !== undefined) await this.#judgeName(serverName, secured, carrier);
    return secured;
  }

  /**
   * Protects a data connection.
   * @param sends Whether the server sends on it. A client that only sends reads nothing, and closes: a ticket it has not read
   *   would make its last bytes be lost.
   * @throws TlsHandshakeFailed, DataSessionNotResumed, TransferAborted; the socket is destroyed then.
   */
  async secureData(socket: Socket, { sends, reuse, signal }: DataProtection): Promise<SecuredData> {
    const use =
      reuse === 'off'
        ? { tickets: NO_TICKETS, sessions: new Map<string, Buffer>() }
        : {
            tickets: { keys: () => this.#ticketKeys, gives: sends, opens: (name: Buffer) => this.#own(name) },
            sessions: this.#sessions,
          };
    const carrier = sends ? undefined : new DataCarrier(socket);
    let ending: (() => boolean) | undefined;
    const abort = (): unknown => socket.destroy();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const secured = await this.#handshake(carrier ?? socket, use, (tls) => {
        if (carrier === undefined) return;
        ending = watchEnd(tls, carrier);
        packReads(tls);
      });
      const info = infoOf(secured);
      if (reuse === 'require' && !info.resumed) throw new DataSessionNotResumed(this.#hasResumed);
      this.#hasResumed ||= info.resumed;
      return { socket: secured, info, endedByClient: () => ending?.() === true };
    } catch (error) {
      socket.destroy();
      throw signal.aborted && error instanceof TlsHandshakeFailed ? new TransferAborted() : error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** What goes on in another process. */
  handover(info: TlsInfo): TlsHandover {
    return { ticketKeys: this.#ticketKeys.bytes, sessions: this.#sessions, identity: this.#identity, info };
  }

  async #handshake(carrier: Duplex, use: EndpointUse, secured?: (socket: TLSSocket) => void): Promise<TLSSocket> {
    const identity = this.#identity;
    const endpoint = this.#service.takeEndpoint(identity);
    try {
      return await endpoint.handshake(carrier, use, this.#service.handshakeTimeout, secured);
    } finally {
      // Tickets are sealed when a handshake is done, in the same turn.
      setImmediate(() => this.#service.giveEndpoint(identity, endpoint));
    }
  }

  /** Tickets of this session, and of no other. */
  #own(name: Buffer): TicketKeys | undefined {
    return name.equals(this.#ticketKeys.name) ? this.#ticketKeys : undefined;
  }

  readonly #contextByName = async (serverName: string): Promise<SecureContext | undefined> => {
    const choice = await this.#choose(serverName);
    if (choice === undefined) return undefined;
    const context = this.#service.contextOf(choice);
    this.#identity = choice;
    // For the data connections of this session alone: other sessions begin with another certificate.
    this.#ticketKeys = new TicketKeys();
    return context;
  };

  /** OpenSSL asks for no certificate where a session is resumed; what the name means holds all the same. */
  async #judgeName(serverName: string, secured: TLSSocket, carrier: Duplex): Promise<void> {
    // Whoever gets the connection hears of its end.
    secured.on('error', () => undefined);
    try {
      this.#identity = (await this.#choose(serverName)) ?? this.#identity;
    } catch (error) {
      carrier.destroy();
      throw error instanceof TlsHandshakeFailed ? error : new TlsHandshakeFailed(reasonOf(error), { cause: error });
    }
  }

  /** The certificate for a name; undefined for that of the server. */
  async #choose(serverName: string): Promise<TlsIdentity | undefined> {
    const choice = (await this.#service.identities.forServerName?.(serverName, this.#client)) ?? 'default';
    if (choice === 'refuse')
      throw new TlsHandshakeFailed(reason('serverNameRefused', { serverName: JSON.stringify(serverName) }));
    return choice === 'default' ? undefined : choice;
  }
}

/** What was agreed on. */
export function infoOf(socket: TLSSocket): TlsInfo {
  const { name, version } = socket.getCipher();
  return {
    version: socket.getProtocol() ?? version,
    cipher: name,
    serverName: serverNameOf(socket),
    resumed: socket.isSessionReused(),
  };
}

/** Node has it under this name on both sides, and declares it on neither. */
function serverNameOf(socket: TLSSocket): string | undefined {
  const name: unknown = Reflect.get(socket, 'servername');
  return typeof name === 'string' && name !== '' ? name : undefined;
}
