import { describe, expect, test } from 'vitest';

import { StartError } from './errors.ts';
import type { TlsConfiguration } from './rows/tls.ts';
import { parseCommandLine } from './parse.ts';

function tls(...words: string[]): TlsConfiguration {
  return parseCommandLine(['-l', 'puredb:/users.pdb', ...words]).tls;
}

describe('the options of TLS', () => {
  test.each<[words: string[], change: Partial<TlsConfiguration>]>([
    [['-Y', '0'], { mode: 0 }],
    [['--tls=3'], { mode: 3 }],
    [['-Y1', '-Y2'], { mode: 2 }],
    [['-2', '/a.pem'], { certificate: { certFile: '/a.pem', keyFile: '/a.pem' } }],
    [['--certfile', '/a.crt,/a.key'], { certificate: { certFile: '/a.crt', keyFile: '/a.key' } }],
    [['-2', '/a', '-2', '/b,/c,d'], { certificate: { certFile: '/b', keyFile: '/c,d' } }],
    [['-3', '/run/certd.sock'], { certificateDaemon: '/run/certd.sock' }],
    [['-J', 'HIGH:!aNULL'], { ciphers: 'HIGH:!aNULL', clientCertificates: false }],
    [['-J', '-S:HIGH'], { ciphers: 'HIGH', clientCertificates: false }],
    [['-J', '-C:HIGH'], { ciphers: 'HIGH', clientCertificates: true }],
    [['-J', '-S:-C:HIGH'], { ciphers: 'HIGH', clientCertificates: true }],
    [['-J-C:-S:HIGH'], { ciphers: 'HIGH', clientCertificates: true }],
    [['--implicit-tls', '990'], { implicit: [{ host: undefined, port: '990' }] }],
    [
      ['--implicit-tls', '127.0.0.1,990', '--implicit-tls', '::1,ftps'],
      {
        implicit: [
          { host: '127.0.0.1', port: '990' },
          { host: '::1', port: 'ftps' },
        ],
      },
    ],
    [['--tls-certificates', '/a', '--tls-certificates', '/b'], { folders: ['/a', '/b'] }],
    [['--tls-min-version', '1.0'], { minVersion: 'TLSv1' }],
    [['--tls-min-version', '1.1'], { minVersion: 'TLSv1.1' }],
    [['--tls-min-version', '1.3'], { minVersion: 'TLSv1.3' }],
    [['--tls-session-reuse', 'require'], { sessionReuse: 'require' }],
    [['--tls-session-reuse=off'], { sessionReuse: 'off' }],
    [['--tls-truncation', 'allow'], { truncation: 'allow' }],
    [['--tls-truncation', 'allow', '--tls-truncation=refuse'], { truncation: 'refuse' }],
  ])('%j', (words, change) => {
    expect(tls(...words)).toEqual({ ...tls(), ...change });
  });

  test.each([
    [['-Y', '4'], /^-Y "4": 0, 1, 2 or 3 is expected$/],
    [['-Y', ''], /^-Y/],
    [['-Y', '01'], /^-Y/],
    [['-2', ''], /^-2/],
    [['-2', ',/key'], /^-2/],
    [['-2', '/cert,'], /^-2/],
    [['-3', ''], /^-3/],
    [['-3', `/${'x'.repeat(107)}`], /^-3 .* at most 107 bytes/],
    [['-J', ''], /^-J/],
    [['-J', '-C:'], /^-J/],
    // The C server never comes back from it.
    [['-J', '-X:HIGH'], /^-J/],
    [['--implicit-tls', ''], /^--implicit-tls/],
    [['--implicit-tls', ',990'], /^--implicit-tls/],
    [['--implicit-tls', '127.0.0.1,'], /^--implicit-tls/],
    [['--tls-certificates', ''], /^--tls-certificates/],
    [['--tls-min-version', '1'], /^--tls-min-version/],
    [['--tls-min-version', 'SSLv3'], /^--tls-min-version/],
    [['--tls-session-reuse', 'on'], /^--tls-session-reuse/],
    [['--tls-truncation', 'yes'], /^--tls-truncation/],
  ])('%j is refused', (words, message) => {
    expect(() => tls(...words)).toThrow(StartError);
    expect(() => tls(...words)).toThrow(message);
  });
});
