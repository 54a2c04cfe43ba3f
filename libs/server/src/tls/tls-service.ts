import { createSecureContext, type SecureContextOptions } from 'node:tls';

import { ServerError } from '../errors.ts';
import { HandshakeLimit } from './handshake-limit.ts';
import { fixedIdentity, type TlsIdentity, type TlsIdentitySource } from './tls-identity.ts';

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** Which certificates of clients are accepted. Who the client is still follows from USER and PASS. */
export interface ClientCertificates {
  /** Certificates of the authorities that have signed them, in PEM. */
  readonly authorities: string | Buffer;
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
  /** Most handshakes of control connections at a time, 128 unless told otherwise; 0 for no limit. */
  readonly maxHandshakes?: number;
  /** Most of them from one address, 16 unless told otherwise; 0 for no limit. */
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

/** TLS as a server offers it, the same for all its sessions. */
export class TlsService {
  readonly identities: TlsIdentitySource;
  readonly clientCertificates: ClientCertificates | undefined;
  /** Seconds. */
  readonly handshakeTimeout: number;
  /** The handshakes of control connections under way. */
  readonly handshakes: HandshakeLimit;
  readonly #options: TlsOptions;

  /** @throws ServerError with code `TLS` when the certificate, its key or a setting cannot be used. */
  constructor(options: TlsOptions) {
    const { identity } = options;
    this.#options = options;
    this.identities = 'current' in identity ? identity : fixedIdentity(identity);
    this.clientCertificates = options.clientCertificates;
    this.handshakeTimeout = options.handshakeTimeout ?? 30;
    this.handshakes = new HandshakeLimit(options.maxHandshakes ?? 128, options.maxHandshakesPerAddress ?? 16);
    this.check(this.identities.current());
  }

  /**
   * Whether a certificate can be served.
   * @throws ServerError with code `TLS` that says why not.
   */
  check(identity: TlsIdentity): void {
    try {
      createSecureContext(this.contextOptions(identity));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ServerError('TLS', `TLS cannot be offered: ${reason}`, { cause: error });
    }
  }

  /** What a context with this certificate is made of. */
  contextOptions(identity: TlsIdentity): SecureContextOptions {
    const { minVersion, maxVersion, ciphers, clientCertificates } = this.#options;
    return {
      cert: identity.certificate,
      key: identity.key,
      ...(identity.passphrase === undefined ? {} : { passphrase: identity.passphrase }),
      ...(clientCertificates === undefined ? {} : { ca: clientCertificates.authorities }),
      minVersion: minVersion ?? 'TLSv1.2',
      maxVersion: maxVersion ?? 'TLSv1.3',
      ciphers: `${TLS_1_3_SUITES}:${ciphers ?? DEFAULT_CIPHERS}`,
      honorCipherOrder: true,
    };
  }
}
