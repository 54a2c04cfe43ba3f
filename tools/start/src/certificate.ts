import { X509Certificate } from 'node:crypto';
import { chmodSync, chownSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';

import { makeCertificate } from '@pure-ftpd/x509';

import type { Identity } from './identity.ts';
import { optionValue } from './server-options.ts';
import { StartError } from './state.ts';

/** A certificate for trying out, signed by itself. */
export interface TrialCertificate {
  /** PEM; for clients, too, who trust nobody else. */
  readonly certificate: string;
  readonly key: string;
}

const DAY = 86_400_000;

/** Whether the arguments want TLS, and say nothing of a certificate. */
export function wantsCertificate(args: readonly string[]): boolean {
  const mode = optionValue(args, 'Y', 'tls');
  const hasTls = mode === undefined ? optionValue(args, undefined, 'implicit-tls') !== undefined : mode !== '0';
  return hasTls && optionValue(args, '2', 'certfile') === undefined;
}

function isGood(file: string, host: string): boolean {
  try {
    const certificate = new X509Certificate(readFileSync(file));
    const isFor = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
    return isFor !== undefined && certificate.validToDate.getTime() > Date.now() + DAY;
  } catch {
    return false; // not there, or not what it was: a new one is made
  }
}

/**
 * Makes a certificate in the folder of the state, or takes the one of an earlier start while it is good for this host.
 * @throws StartError when the files cannot be written.
 */
export function prepareCertificate(base: string, host: string, { uid, gid }: Identity): TrialCertificate {
  const files = { certificate: join(base, 'certificate.pem'), key: join(base, 'certificate.key') };
  try {
    if (!isGood(files.certificate, host)) {
      const names = [...new Set(['localhost', '127.0.0.1', '::1', host])];
      const made = makeCertificate({ names });
      writeFileSync(files.key, made.key, { mode: 0o600 });
      chmodSync(files.key, 0o600);
      writeFileSync(files.certificate, made.certificate, { mode: 0o644 });
    }
    // The server reads it again when it changes, as whom it serves.
    if (process.getuid?.() === 0) chownSync(files.key, uid, gid);
    return files;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`cannot make a certificate in ${base}: ${reason}`, { cause: error });
  }
}
