import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';

import { messageOf } from '@pure-ftpd/protocol';

import type { Client } from '../contract/client.ts';
import type { TlsHandover, TlsIdentity, TlsIdentitySource, TlsOffer } from '../contract/tls.ts';
import { ServerError } from '../errors.ts';
import { HandshakeLimit } from './handshake-limit.ts';
import { TicketSecrets } from './ticket-secrets.ts';
import { TlsEndpoint } from './tls-endpoint.ts';
import { fixedIdentity } from './tls-identity.ts';
import { type TlsResources, TlsSession } from './tls-session.ts';

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** Which certificates of clients are accepted. Who the client is still follows from USER and PASS. */
export interface ClientCertificates {
  /** Certificates of the authorities that have signed them, in PEM; without it, those of the server's own identity. */
  readonly authorities?: string | Buffer | readonly (string | Buffer)[];
  /** Refuses a client without one that is valid; false asks for one and goes on without. */
  readonly required: boolean;
}

export interface TlsOptions {
  /** What the server shows clients: one certificate, or where to find it. */
  readonly identity: TlsIdentity | TlsIdentitySource;
  /** Versions, `TLSv1.2` to `TLSv1.3` unless told otherwise; older ones are not safe. */
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
  /** Cipher suites of TLS 1.2 and before, best first, as OpenSSL writes them. */
  readonly ciphers?: string;
  readonly clientCertificates?: ClientCertificates;
  /** Seconds a handshake may take, 30 unless told otherwise. */
  readonly handshakeTimeout?: number;
  /** Most handshakes of control connections at a time, 256 unless told otherwise; 0 for no limit. */
  readonly maxHandshakes?: number;
  /** Most of them from one address, 64 unless told otherwise; 0 for no limit. */
  readonly maxHandshakesPerAddress?: number;
}

/** First AES-128-GCM, which takes the least time wherever processors have instructions for it. */
const TLS_1_3_SUITES = 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256';

const DEFAULT_CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/**
 * Seconds a session can be resumed, as long as TLS 1.3 allows: a client that was busy for hours must still get its data
 * connections. What ends it earlier is the end of its control connection, and for other control connections the end of the
 * secret that its keys were made of.
 */
const RESUMABLE_SECONDS = 7 * 24 * 60 * 60;

/** Endpoints of one certificate that are kept for the handshakes to come. */
const KEPT_ENDPOINTS = 64;

/** TLS as a server offers it, the same for all its sessions. */
export class TlsService implements TlsOffer, TlsResources {
  readonly identities: TlsIdentitySource;
  /** Seconds. */
  readonly handshakeTimeout: number;
  /** The handshakes of control connections under way. */
  readonly handshakes: HandshakeLimit;
  readonly #options: TlsOptions;
  readonly #idle = new WeakMap<TlsIdentity, TlsEndpoint[]>();
  readonly #contexts = new WeakMap<TlsIdentity, SecureContext>();
  readonly #ticketSecrets = new WeakMap<TlsIdentity, TicketSecrets>();

  /** @throws ServerError with code `TLS` when the certificate, its key or a setting cannot be used. */
  constructor(options: TlsOptions) {
    const { identity } = options;
    this.#options = options;
    this.identities = 'current' in identity ? identity : fixedIdentity(identity);
    this.handshakeTimeout = options.handshakeTimeout ?? 30;
    this.handshakes = new HandshakeLimit(options.maxHandshakes ?? 256, options.maxHandshakesPerAddress ?? 64);
    this.contextOf(this.identities.current());
  }

  protect(client: Client, handover?: TlsHandover): TlsSession {
    return new TlsSession(this, client, handover);
  }

  /**
   * A context for a certificate that is chosen by name, made once.
   * @throws ServerError with code `TLS` that says why the certificate cannot be served.
   */
  contextOf(identity: TlsIdentity): SecureContext {
    let context = this.#contexts.get(identity);
    if (context === undefined) {
      try {
        context = createSecureContext(this.#contextOptions(identity));
      } catch (error) {
        const reason = messageOf(error);
        throw new ServerError('TLS', `TLS cannot be offered: ${reason}`, { cause: error });
      }
      this.#contexts.set(identity, context);
    }
    return context;
  }

  /**
   * What control connections of a certificate make their ticket keys of; a session that was begun with another certificate is
   * not resumed with this one. Undefined where control connections resume nothing, since each client is to show its certificate.
   */
  ticketSecretsOf(identity: TlsIdentity): TicketSecrets | undefined {
    if (this.#options.clientCertificates !== undefined) return undefined;
    let secrets = this.#ticketSecrets.get(identity);
    if (secrets === undefined) {
      secrets = new TicketSecrets();
      this.#ticketSecrets.set(identity, secrets);
    }
    return secrets;
  }

  /** An endpoint of a certificate, for one handshake: the caller's until it is given back. */
  takeEndpoint(identity: TlsIdentity): TlsEndpoint {
    const idle = this.#idle.get(identity)?.pop();
    if (idle !== undefined) return idle;
    const { clientCertificates } = this.#options;
    return new TlsEndpoint({
      ...this.#contextOptions(identity),
      requestCert: clientCertificates !== undefined,
      rejectUnauthorized: clientCertificates?.required === true,
    });
  }

  /** Gives an endpoint back, for another handshake. */
  giveEndpoint(identity: TlsIdentity, endpoint: TlsEndpoint): void {
    endpoint.forget();
    let idle = this.#idle.get(identity);
    if (idle === undefined) {
      idle = [];
      this.#idle.set(identity, idle);
    }
    if (idle.length < KEPT_ENDPOINTS) idle.push(endpoint);
  }

  #contextOptions(identity: TlsIdentity): SecureContextOptions {
    const { minVersion, maxVersion, ciphers, clientCertificates } = this.#options;
    const authorities =
      clientCertificates === undefined ? undefined : (clientCertificates.authorities ?? identity.authorities);
    return {
      cert: identity.certificate,
      key: identity.key,
      ...(identity.passphrase === undefined ? {} : { passphrase: identity.passphrase }),
      ...(authorities === undefined ? {} : { ca: listOf(authorities) }),
      minVersion: minVersion ?? 'TLSv1.2',
      maxVersion: maxVersion ?? 'TLSv1.3',
      ciphers: `${TLS_1_3_SUITES}:${ciphers ?? DEFAULT_CIPHERS}`,
      honorCipherOrder: true,
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
      sessionIdContext: 'ftp',
      sessionTimeout: RESUMABLE_SECONDS,
    };
  }
}

function listOf(authorities: string | Buffer | readonly (string | Buffer)[]): (string | Buffer)[] {
  return typeof authorities === 'string' || Buffer.isBuffer(authorities) ? [authorities] : [...authorities];
}
