import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';

import type { TransferUnderWay } from '../contract/data.ts';
import { DataSessionNotResumed, ServerError, TlsHandshakeFailed } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { ControlChannel } from './control-channel.ts';
import { infoOf } from '../tls/tls-session.ts';
import type { Protection, SecuredData, SessionTls, TlsHandover } from '../contract/tls.ts';
import type { TlsInfo } from '../contract/tls-info.ts';
import { reason } from '../replies/reasons.ts';

/** Why a session is ended whose handshake goes on for ever, while others wait for its place. */
export const HANDSHAKE_GIVEN_UP = 'the TLS handshake was given up for others that wait';

/** How one session is protected: its control connection, and by the same keys its data connections. */
export class SessionProtection implements SessionTls {
  readonly #session: Session;
  readonly #channel: ControlChannel;
  #tls: Protection | undefined;
  /** Set when another process protects the control connection, and this one only hears what is said on it. */
  #relayed: TlsInfo | undefined;

  constructor(session: Session, channel: ControlChannel) {
    this.#session = session;
    this.#channel = channel;
  }

  /** Whether the control connection is protected. */
  get isSecured(): boolean {
    return this.#channel.isSecured || this.#relayed !== undefined;
  }

  get info(): TlsInfo | undefined {
    const { tls } = this.#channel;
    return tls === undefined ? this.#relayed : infoOf(tls);
  }

  get clientCertificate(): X509Certificate | undefined {
    const { tls } = this.#channel;
    return tls?.authorized === true ? tls.getPeerX509Certificate() : undefined;
  }

  get handover(): TlsHandover | undefined {
    const { info } = this;
    return info === undefined ? undefined : this.#tls?.handover(info);
  }

  /** @throws ServerError with code `TLS` when this handler has no TLS. */
  adopt(handover: TlsHandover): void {
    const service = this.#session.settings.tlsService();
    if (service === undefined) throw new ServerError('TLS', 'a session over TLS needs a handler with TLS');
    this.#tls = service.protect(this.#session, handover);
    this.#relayed = handover.info;
  }

  /**
   * Makes the handshake of the control connection.
   * @returns Whether it is protected now; the session is over otherwise.
   */
  async start(tls: Protection): Promise<boolean> {
    const session = this.#session;
    this.#tls = tls;
    session.protection = 'clear';
    session.protectionBufferSet = false;
    try {
      await this.#channel.secure((carrier) => tls.secureControl(carrier));
    } catch (error) {
      if (!(error instanceof TlsHandshakeFailed)) throw error;
      session.event({ type: 'tlsFailed', channel: 'control', reason: error.message });
      session.close(`the TLS handshake failed: ${error.message}`);
      return false;
    }
    const { info } = this;
    if (info !== undefined) session.event({ type: 'tls', channel: 'control', ...info });
    return true;
  }

  /** The same for a client who begins with it. */
  async startImplicitly(): Promise<boolean> {
    const session = this.#session;
    const service = session.settings.tlsService();
    const leave = service?.handshakes.enter(session.remoteAddress, () => session.close(HANDSHAKE_GIVEN_UP));
    if (service === undefined || leave === undefined) {
      session.close(service === undefined ? 'there is no TLS here' : 'there are too many TLS handshakes');
      return false;
    }
    try {
      if (!(await this.start(service.protect(session)))) return false;
    } finally {
      leave();
    }
    // What begins protected stays so: such clients do not say PROT P before they expect it.
    session.protection = 'private';
    return true;
  }

  /** The control connection goes on in clear; data connections are as protected as they were. */
  async stop(): Promise<void> {
    const wasSecured = this.isSecured;
    this.#relayed = undefined;
    this.#channel.flush();
    await this.#channel.clear();
    if (wasSecured) await this.#tellCleared();
  }

  /** Tells the developer's code; where that fails, the session ends, since what it allows may depend on the protection. */
  async #tellCleared(): Promise<void> {
    const session = this.#session;
    try {
      await session.userCode.ask('onProtectionCleared', () => session.onProtectionCleared());
    } catch (error) {
      session.userCode.report(error);
      // The command itself has been answered: a second reply would be taken for that to the next.
      session.respond({ name: 'serviceUnavailable', reason: 'internal' });
      session.closeWhenDone();
    }
  }

  /**
   * Protects the data connection of a transfer; destroys it when that fails.
   * @throws TlsHandshakeFailed, DataSessionNotResumed, TransferAborted
   */
  async secureData(connection: Socket, transfer: TransferUnderWay): Promise<SecuredData> {
    const session = this.#session;
    if (this.#tls === undefined) {
      connection.destroy();
      throw new TlsHandshakeFailed(reason('controlNeverProtected'));
    }
    try {
      const secured = await this.#tls.secureData(connection, {
        sends: transfer.kind !== 'receive',
        reuse: session.settings.dataSessionReuse,
        signal: transfer.signal,
      });
      session.event({ type: 'tls', channel: 'data', ...secured.info });
      return secured;
    } catch (error) {
      if (error instanceof TlsHandshakeFailed || error instanceof DataSessionNotResumed) {
        session.event({ type: 'tlsFailed', channel: 'data', reason: error.message });
      }
      throw error;
    }
  }
}
