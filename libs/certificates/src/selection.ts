import { nameFit } from './certificate-names.ts';
import type { CertificateMaterial } from './material.ts';

/** Answers to server names that are remembered: clients choose the names. */
const REMEMBERED = 1000;

/** The certificates a server has, and which of them a client gets. */
export class CertificateSelection {
  #certificates: readonly CertificateMaterial[];
  readonly #byName = new Map<string, CertificateMaterial>();

  /** @param certificates The first is the one for clients that name no server, or none of ours. */
  constructor(certificates: readonly [CertificateMaterial, ...CertificateMaterial[]]) {
    this.#certificates = certificates;
  }

  /** The certificates from now on. */
  replace(certificates: readonly [CertificateMaterial, ...CertificateMaterial[]]): void {
    this.#certificates = certificates;
    this.#byName.clear();
  }

  /** What clients get that name no server. */
  get default(): CertificateMaterial {
    const [first] = this.#certificates;
    if (first === undefined) throw new Error('a selection has a certificate');
    return first;
  }

  /** Every certificate, the default one first. */
  get all(): readonly CertificateMaterial[] {
    return this.#certificates;
  }

  /**
   * The certificate for a name: one that has exactly this name, else one that has it by a wildcard, else the default. Of
   * several that fit alike the one that ends last.
   */
  for(name: string | undefined): CertificateMaterial {
    if (name === undefined || this.#certificates.length === 1) return this.default;
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const found = this.#find(name);
    if (this.#byName.size >= REMEMBERED) this.#byName.clear();
    this.#byName.set(name, found);
    return found;
  }

  #find(name: string): CertificateMaterial {
    let best: CertificateMaterial | undefined;
    let bestFit = 0;
    for (const certificate of this.#certificates) {
      const fit = nameFit(certificate.names, name);
      if (fit > bestFit || (fit === bestFit && fit > 0 && best !== undefined && certificate.notAfter > best.notAfter)) {
        best = certificate;
        bestFit = fit;
      }
    }
    return best ?? this.default;
  }
}
