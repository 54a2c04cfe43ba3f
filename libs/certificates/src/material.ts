// What a server needs of a certificate, checked: plain data, which one process may read and send to another.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';

import { messageOf } from '@pure-ftpd/protocol';

import { certificateNames } from './certificate-names.ts';
import { CertificateError } from './errors.ts';
import type { CertificateFiles, FileText } from './files.ts';
import { pemBlocks } from './pem.ts';

/** A certificate with its key. Plain data: it can be cloned and sent to another process. */
export interface CertificateMaterial {
  readonly files: CertificateFiles;
  /** PEM: the certificate, then those that lead to its authority. */
  readonly chain: string;
  /** PEM of the private key. */
  readonly key: string;
  /** PEM of every certificate of the file. Clients that have to show a certificate are verified against these. */
  readonly authorities: readonly string[];
  /** Host names it is for, in lower case; `*.` at the beginning stands for one label. */
  readonly names: readonly string[];
  /** SHA-256, in hex with colons. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** What its administrator should know although it can be used; each one line that names the file. */
  readonly remarks: readonly string[];
}

/** Labels of certificates that OpenSSL reads as such. */
const CERTIFICATE = new Set(['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE']);
const READABLE_OR_WRITABLE_BY_OTHERS = 0o006;

/**
 * Checks what was read: the chain parses, the key is the certificate's, OpenSSL takes both.
 * @throws CertificateError
 */
export function checkMaterial(files: CertificateFiles, cert: FileText, key: FileText): CertificateMaterial {
  const { certFile, keyFile } = files;
  const certificates = pemBlocks(cert.text).filter(({ label }) => CERTIFICATE.has(label));
  const parsed = certificates.map(({ text }, index) => parseCertificate(certFile, text, index + 1));
  const [leaf] = parsed;
  if (leaf === undefined) {
    const remedy = 'a PEM file that begins with -----BEGIN CERTIFICATE----- is expected';
    throw new CertificateError('INCOMPLETE', certFile, `no certificate in it; ${remedy}`);
  }
  const { keyObject, keyText } = parseKey(keyFile, key.text, certFile === keyFile);
  if (!leaf.checkPrivateKey(keyObject)) {
    const what = certFile === keyFile ? 'certificate and key' : `the key is not that of ${certFile}: they`;
    throw new CertificateError('MISMATCH', keyFile, `${what} do not belong together`);
  }
  const chain = certificates.map(({ text }) => text).join('');
  tryContext(certFile, chain, keyText);
  return {
    files,
    chain,
    key: keyText,
    authorities: certificates.map(({ text }) => text),
    names: certificateNames(leaf),
    fingerprint: leaf.fingerprint256,
    notBefore: leaf.validFromDate.getTime(),
    notAfter: leaf.validToDate.getTime(),
    remarks: [...keyRemarks(keyFile, key.mode), ...chainRemarks(certFile, parsed)],
  };
}

function parseCertificate(file: string, text: string, number: number): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch (error) {
    throw new CertificateError('MALFORMED', file, `certificate ${number} cannot be parsed (damaged?)`, {
      cause: error,
    });
  }
}

function parseKey(file: string, text: string, isCombined: boolean): { keyObject: KeyObject; keyText: string } {
  const block = pemBlocks(text).find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (block === undefined) {
    const remedy = isCombined
      ? 'append it to the certificate, or name its file after a comma (CERT,KEY)'
      : 'a PEM file with -----BEGIN PRIVATE KEY----- is expected';
    throw new CertificateError('INCOMPLETE', file, `no private key in it; ${remedy}`);
  }
  if (block.label.startsWith('ENCRYPTED') || block.text.includes('Proc-Type: 4,ENCRYPTED')) {
    const remedy = `openssl pkey -in ${file} -out NEW-KEY`;
    throw new CertificateError('ENCRYPTED_KEY', file, `the key has a passphrase; take it off: ${remedy}`);
  }
  try {
    return { keyObject: createPrivateKey(block.text), keyText: block.text };
  } catch (error) {
    throw new CertificateError('MALFORMED', file, 'the private key cannot be parsed (damaged?)', { cause: error });
  }
}

/** What OpenSSL would refuse in a handshake, it is to refuse now. */
function tryContext(file: string, cert: string, key: string): void {
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const reason = messageOf(error);
    throw new CertificateError('REFUSED', file, `OpenSSL refuses it: ${reason}`, { cause: error });
  }
}

function keyRemarks(file: string, mode: number): string[] {
  if ((mode & READABLE_OR_WRITABLE_BY_OTHERS) === 0) return [];
  return [`${file}: everybody on this machine can read or change the private key; chmod o= ${file}`];
}

/** A chain out of order, or of strangers, is sent as it is, and clients cannot follow it. */
function chainRemarks(file: string, chain: readonly X509Certificate[]): string[] {
  for (const [index, certificate] of chain.entries()) {
    const issuer = chain[index + 1];
    if (issuer === undefined) return [];
    if (!certificate.checkIssued(issuer)) {
      const pair = `certificate ${index + 2} is not the issuer of certificate ${index + 1}`;
      return [`${file}: ${pair}, clients may not trust it; the server's own comes first, then its issuer, and so on`];
    }
  }
  return [];
}
