import { readFileSync } from 'node:fs';

import { messageOf } from '@pure-ftpd/protocol';

import { tlsCommands } from '../commands/tls-table.ts';
import { ServerError } from '../errors.ts';
import { FTPHandler } from './ftp-handler.ts';
import type { TlsIdentity, TlsIdentitySource } from '../contract/tls.ts';
import { type ClientCertificates, type TlsOptions, TlsService, type TlsVersion } from '../tls/tls-service.ts';

/** What was made of the settings of each class. */
const services = new WeakMap<typeof TLS_FTPHandler, TlsService>();

/**
 * A session that clients may protect with TLS (RFC 4217). {@link FTPHandler} can all of it once it has a `tls`; this is the
 * form in which class fields are all there is to set.
 *
 * @example
 * class Handler extends TLS_FTPHandler {
 *   static override certfile = '/etc/ssl/ftp.pem';
 *   static override tlsControlRequired = true;
 *   static override tlsDataRequired = true;
 * }
 */
export class TLS_FTPHandler extends FTPHandler {
  static override commands = tlsCommands;
  /** The file with the certificate and those it depends on, and with its key where there is no `keyfile`. */
  static certfile: string | undefined;
  static keyfile: string | undefined;
  /** The same, as text instead of as a file. */
  static certificate: string | Buffer | undefined;
  static key: string | Buffer | undefined;
  static passphrase: string | undefined;
  static tlsMinVersion: TlsVersion = 'TLSv1.2';
  static tlsMaxVersion: TlsVersion = 'TLSv1.3';
  /** Cipher suites of TLS 1.2, best first, as OpenSSL writes them. */
  static tlsCiphers: string | undefined;
  static clientCertificates: ClientCertificates | undefined;
  /** Another certificate for clients who name the server they want. */
  static sniCallback: TlsIdentitySource['forServerName'];
  /** Seconds a handshake may take. */
  static handshakeTimeout = 30;
  /** Most handshakes at a time, in all and from one address; 0 for no limit. */
  static maxHandshakes = 256;
  static maxHandshakesPerAddress = 64;

  declare ['constructor']: typeof TLS_FTPHandler;

  /**
   * Reads the certificate when it is first asked for; the server asks before it listens.
   * @throws ServerError with code `TLS` when there is none, or it cannot be used.
   */
  static override tlsService(): TlsService {
    let service = this.tls ?? services.get(this);
    if (service === undefined) {
      service = new TlsService(optionsOf(this));
      services.set(this, service);
    }
    return service;
  }
}

function optionsOf(settings: typeof TLS_FTPHandler): TlsOptions {
  const identity = identityOf(settings);
  const { sniCallback: forServerName, tlsCiphers, clientCertificates } = settings;
  return {
    identity: forServerName === undefined ? identity : { current: () => identity, forServerName },
    minVersion: settings.tlsMinVersion,
    maxVersion: settings.tlsMaxVersion,
    handshakeTimeout: settings.handshakeTimeout,
    maxHandshakes: settings.maxHandshakes,
    maxHandshakesPerAddress: settings.maxHandshakesPerAddress,
    ...(tlsCiphers === undefined ? {} : { ciphers: tlsCiphers }),
    ...(clientCertificates === undefined ? {} : { clientCertificates }),
  };
}

function identityOf(settings: typeof TLS_FTPHandler): TlsIdentity {
  const certificate = settings.certificate ?? read(settings.certfile);
  if (certificate === undefined) throw new ServerError('TLS', 'TLS needs a certificate: set certfile or certificate');
  const key = settings.key ?? read(settings.keyfile) ?? certificate;
  return { certificate, key, ...(settings.passphrase === undefined ? {} : { passphrase: settings.passphrase }) };
}

function read(file: string | undefined): Buffer | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = messageOf(error);
    throw new ServerError('TLS', `the certificate cannot be read: ${reason}`, { cause: error });
  }
}
