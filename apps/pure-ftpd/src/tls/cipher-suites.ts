// Cipher suites of TLS 1.2 and before.
import type { TlsVersion } from '@pure-ftpd/server';

/** The C server's, in its order [server-behaviour §16]: best first, and at the end what very old clients can. */
const SUITES: readonly string[] = [
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'DHE-RSA-AES128-GCM-SHA256',
  'DHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-SHA256',
  'ECDHE-RSA-AES128-SHA256',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES256-SHA384',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA384',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
  'DHE-RSA-AES128-SHA256',
  'DHE-RSA-AES128-SHA',
  'DHE-RSA-AES256-SHA256',
  'DHE-RSA-AES256-SHA',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA256',
  'AES256-SHA256',
  'AES128-SHA',
  'AES256-SHA',
];

/**
 * The suites to offer.
 * @param asked What the administrator wants, as OpenSSL writes it.
 */
export function cipherSuites(asked: string | undefined, minVersion: TlsVersion): string {
  const suites = asked ?? SUITES.join(':');
  const isOld = minVersion === 'TLSv1' || minVersion === 'TLSv1.1';
  // OpenSSL 3 has the old versions only without a level of security: their handshakes are signed with SHA-1.
  return isOld && !suites.includes('@SECLEVEL') ? `${suites}:@SECLEVEL=0` : suites;
}

/** The bits of a suite's key, from its name. */
export function keyBits(cipher: string): number {
  return /AES_?128/.test(cipher) ? 128 : 256;
}
