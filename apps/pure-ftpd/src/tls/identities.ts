// Which certificate a client gets [server-behaviour §16].
import {
  type CertificateAnswer,
  type CertificateMaterial,
  type CertificateSelection,
  isServerName,
} from '@pure-ftpd/certificates';
import type { FTPHandler, NamedIdentity, TlsIdentity, TlsIdentitySource } from '@pure-ftpd/server';

import type { Level } from '../log/log.ts';
import type { CertificateProvider } from './certificate-provider.ts';

/** Certificates of a daemon that are remembered. */
const REMEMBERED = 256;

/** A line about a session. */
export type SessionLine = (session: FTPHandler, level: Level, text: string) => void;

/** The certificates of the server, and those that a certificate daemon names, as the engine wants them. */
export class Identities implements TlsIdentitySource {
  readonly #selection: CertificateSelection;
  readonly #ask: CertificateProvider['ask'];
  readonly #write: SessionLine;
  readonly #made = new WeakMap<CertificateMaterial, TlsIdentity>();
  /** By fingerprint: what a daemon names again is the same identity, whose contexts are made once. */
  readonly #named = new Map<string, TlsIdentity>();

  constructor(selection: CertificateSelection, ask: CertificateProvider['ask'], write: SessionLine) {
    this.#selection = selection;
    this.#ask = ask;
    this.#write = write;
  }

  current(): TlsIdentity {
    return this.#identityOf(this.#selection.default);
  }

  async forServerName(name: string, session: FTPHandler): Promise<NamedIdentity> {
    // Other names are as none.
    if (!isServerName(name)) return 'default';
    this.#write(session, 'INFO', `SNI: [${name}]`);
    if (this.#ask === undefined) return this.#own(name);
    return this.#decide(name, await this.#ask(name, session.ending), session);
  }

  #decide(name: string, answer: CertificateAnswer, session: FTPHandler): NamedIdentity {
    switch (answer.kind) {
      case 'default':
        if (answer.reason !== undefined) this.#write(session, 'WARNING', answer.reason);
        return this.#own(name);
      case 'certificate':
        return this.#remembered(answer.material);
      case 'denied':
        return 'refuse';
      case 'failed':
        this.#write(session, 'ERROR', answer.reason);
        return 'refuse';
      default:
        return answer satisfies never;
    }
  }

  #own(name: string): NamedIdentity {
    const material = this.#selection.for(name);
    return material === this.#selection.default ? 'default' : this.#identityOf(material);
  }

  #identityOf(material: CertificateMaterial): TlsIdentity {
    let identity = this.#made.get(material);
    if (identity === undefined) {
      const { chain: certificate, key, authorities } = material;
      identity = { certificate, key, authorities };
      this.#made.set(material, identity);
    }
    return identity;
  }

  #remembered(material: CertificateMaterial): TlsIdentity {
    const known = this.#named.get(material.fingerprint);
    if (known !== undefined && known.certificate === material.chain && known.key === material.key) return known;
    if (this.#named.size >= REMEMBERED) this.#named.clear();
    const identity = this.#identityOf(material);
    this.#named.set(material.fingerprint, identity);
    return identity;
  }
}
