import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { peerPath } from '@pure-ftpd/peers';

/** What the certificate of every server is: said beside the figures. */
export const CERTIFICATE = 'an EC P-256 certificate, self-signed, the same for all';

/** Makes a key and its certificate, and returns the file that has both. */
export function makeCertificate(folder: string): string {
  const file = join(folder, 'tls.pem');
  const certificate = join(folder, 'certificate.pem');
  const made = ['-keyout', file, '-out', certificate, '-subj', '/CN=localhost', '-days', '7'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync(peerPath('openssl'), ['req', '-x509', ...key, ...made], { stdio: ['ignore', 'ignore', 'pipe'] });
  appendFileSync(file, readFileSync(certificate));
  return file;
}
