import type { CertificateAnswer, Certificates } from '@pure-ftpd/certificates';

import type { CertificateProvider } from '../../tls/certificate-provider.ts';
import type { GateTls, ToChild } from '../messages/to-child.ts';
import type { MonitorLink } from '../monitor-link.ts';

/** The certificates that the monitor has read, and what it hears of a certificate daemon. */
export class GateCertificates implements CertificateProvider {
  onChange: ((certificates: Certificates) => void) | undefined;
  readonly ask: CertificateProvider['ask'];
  #certificates: Certificates;
  readonly #asked = new Map<number, (answer: CertificateAnswer) => void>();
  #lastRequest = 0;

  constructor({ certificates, asks }: GateTls, link: MonitorLink) {
    this.#certificates = certificates;
    this.ask = asks ? (name, signal) => this.#ask(name, signal, link) : undefined;
  }

  get certificates(): Certificates {
    return this.#certificates;
  }

  replace(certificates: Certificates): void {
    this.#certificates = certificates;
    this.onChange?.(certificates);
  }

  answered({ request, answer }: ToChild<'certificateAnswer'>): void {
    this.#asked.get(request)?.(answer);
    this.#asked.delete(request);
  }

  #ask(name: string, signal: AbortSignal, link: MonitorLink): Promise<CertificateAnswer> {
    this.#lastRequest += 1;
    const request = this.#lastRequest;
    return new Promise((resolve) => {
      this.#asked.set(request, resolve);
      signal.addEventListener('abort', () => this.answered({ type: 'certificateAnswer', request, answer: GONE }), {
        once: true,
      });
      link.send({ type: 'certificate', request, name });
    });
  }
}

const GONE: CertificateAnswer = { kind: 'failed', reason: 'the client has gone' };
