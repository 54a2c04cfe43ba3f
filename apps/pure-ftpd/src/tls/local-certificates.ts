import { hostname } from 'node:os';

import {
  type CertificateAnswer,
  CertificateClient,
  CertificateError,
  type Certificates,
  CertificateSource,
  isServerName,
} from '@pure-ftpd/certificates';
import { StartError, type TlsConfiguration } from '@pure-ftpd/options';

import type { Level, Log } from '../log/log.ts';
import type { CertificateProvider } from './certificate-provider.ts';

const LEVELS = { info: 'INFO', warning: 'WARNING', error: 'ERROR' } as const satisfies Record<string, Level>;

/** The certificates, read by this process, which must have the right to. */
export class LocalCertificates implements CertificateProvider {
  readonly ask: ((name: string, signal: AbortSignal) => Promise<CertificateAnswer>) | undefined;
  readonly #source: CertificateSource;

  private constructor(source: CertificateSource, daemon: CertificateClient | undefined) {
    this.#source = source;
    this.ask = daemon === undefined ? undefined : (name, signal) => daemon.ask(name, signal);
  }

  /**
   * Reads the certificates.
   * @throws StartError when the main one cannot be used: one line that says what to do.
   */
  static async open(tls: TlsConfiguration, log: Log): Promise<LocalCertificates> {
    const { certificateDaemon, certificate, folders } = tls;
    try {
      const source = await CertificateSource.open({
        main: certificate,
        folders,
        log: (level, text) => log.write(LEVELS[level], text),
      });
      return new LocalCertificates(
        source,
        certificateDaemon === undefined ? undefined : new CertificateClient(certificateDaemon),
      );
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error;
      const isMissing = error.reason === 'ENOENT' && error.file === certificate.certFile;
      const remedy = isMissing ? `; to make one for trying out: ${commandFor(certificate.certFile)}` : '';
      throw new StartError(`TLS needs a certificate: ${error.message}${remedy}`, undefined, { cause: error });
    }
  }

  get certificates(): Certificates {
    return this.#source.certificates;
  }

  get onChange(): ((certificates: Certificates) => void) | undefined {
    return this.#source.onChange;
  }

  set onChange(listener: ((certificates: Certificates) => void) | undefined) {
    this.#source.onChange = listener;
  }

  /** Takes certificates that are replaced from now on. Call it with the rights the process keeps. */
  watch(): Promise<void> {
    return this.#source.watch();
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}

/** A command line that makes a certificate for this machine, with its key, in one file. */
function commandFor(file: string): string {
  const own = hostname();
  const host = isServerName(own) ? own : 'localhost';
  const name = /^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", String.raw`'\''`)}'`;
  const names = `-subj /CN=${host} -addext subjectAltName=DNS:${host}`;
  return `umask 077; openssl req -x509 -newkey rsa:2048 -nodes -days 365 ${names} -keyout ${name} -out ${name}`;
}
