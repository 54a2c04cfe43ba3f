// Telling that certificates run out, well ahead and not too often.
import type { CertificateLog } from './log.ts';
import type { CertificateMaterial } from './material.ts';

const DAY = 86_400_000;

/** Days before the end at which it is told. */
const NOTICE_DAYS: readonly number[] = [30, 14, 7, 1];

/** Remembers what has been told of which certificate, so that each thing is told once, and an expired one once a day. */
export class ExpiryNotices {
  readonly #log: CertificateLog;
  /** By fingerprint: the days of the last notice, negative from the end on. */
  #told = new Map<string, number>();

  constructor(log: CertificateLog) {
    this.#log = log;
  }

  /**
   * Tells what is due. Call it at the start, after a certificate was replaced, and now and then.
   * @param now Milliseconds since 1970.
   */
  check(certificates: readonly CertificateMaterial[], now: number = Date.now()): void {
    const told = new Map<string, number>();
    for (const certificate of certificates) {
      const { fingerprint, files, notAfter, notBefore } = certificate;
      const before = this.#told.get(fingerprint);
      const days = Math.floor((notAfter - now) / DAY);
      // Expired: a step for each day. Else the step that has been reached; none yet is infinitely far.
      const step = days < 0 ? days : (NOTICE_DAYS.findLast((notice) => days < notice) ?? Infinity);
      if (step !== Infinity && (before === undefined || step < before)) {
        const end = new Date(notAfter).toISOString();
        if (days < 0) this.#log('error', `${files.certFile}: the certificate expired at ${end}; clients refuse it`);
        else this.#log('warning', `${files.certFile}: the certificate expires ${inDays(days)}, at ${end}`);
      }
      if (before === undefined && notBefore > now) {
        const start = new Date(notBefore).toISOString();
        this.#log('warning', `${files.certFile}: the certificate is not valid before ${start}`);
      }
      told.set(fingerprint, Math.min(step, before ?? Infinity));
    }
    this.#told = told;
  }
}

function inDays(days: number): string {
  if (days === 0) return 'within a day';
  return days === 1 ? 'in a day' : `in ${days} days`;
}
