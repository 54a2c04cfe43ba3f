import { renameSync, writeFileSync } from 'node:fs';

import { type CertificateRequest, makeCertificate } from '@pure-ftpd/x509';

/** Writes a new certificate with its key into one file, or two; replaces files by renaming over them. */
export function writeCertificate(request: CertificateRequest, certFile: string, keyFile: string = certFile): void {
  const { certificate, key } = makeCertificate(request);
  if (certFile === keyFile) put(certFile, certificate + key);
  else {
    put(certFile, certificate);
    put(keyFile, key);
  }
}

/** Puts a file at its place in one step. */
export function put(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
