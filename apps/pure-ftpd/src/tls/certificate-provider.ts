import type { CertificateAnswer, Certificates } from '@pure-ftpd/certificates';

/**
 * Where the server has its certificates from: this process, or one that may read files and ask daemons which this one may
 * not. All that goes through here is plain data.
 */
export interface CertificateProvider {
  /** The certificates of now, the default one first. */
  readonly certificates: Certificates;
  /** Set by who uses them: told when there are others. */
  onChange: ((certificates: Certificates) => void) | undefined;
  /** What the certificate daemon says of a name; undefined where there is none. */
  readonly ask: ((name: string, signal: AbortSignal) => Promise<CertificateAnswer>) | undefined;
}
