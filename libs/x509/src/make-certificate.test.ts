import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:tls';

import { describe, expect, test } from 'vitest';

import { makeCertificate } from './make-certificate.ts';

const DAY = 86_400_000;

describe('a certificate that was made', () => {
  test('has the names, times and key it was asked for, and is signed by itself', () => {
    const notBefore = Date.UTC(2026, 0, 2, 3, 4, 5);
    const made = makeCertificate({ names: ['a.example', '*.b.example', '127.0.0.1', '2001:db8::1'], notBefore });
    const certificate = new X509Certificate(made.certificate);
    expect(certificate.subject).toBe('CN=a.example');
    expect(certificate.subjectAltName).toBe(
      'DNS:a.example, DNS:*.b.example, IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1',
    );
    expect(certificate.validFromDate.getTime()).toBe(notBefore);
    expect(certificate.validToDate.getTime()).toBe(notBefore + 365 * DAY);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkIssued(certificate)).toBe(true);
    expect(certificate.ca).toBe(false);
  });

  test.each([Date.UTC(2049, 11, 31, 23, 59, 59), Date.UTC(2050, 0, 1), Date.UTC(9999, 11, 31, 23, 59, 59)])(
    'ends at %d, in either form of time',
    (notAfter) => {
      const { certificate } = makeCertificate({ names: ['x'], notAfter });
      expect(new X509Certificate(certificate).validToDate.getTime()).toBe(notAfter);
    },
  );

  test('has a long list of names', () => {
    const names = Array.from({ length: 300 }, (_, index) => `host-${index}.example.org`);
    const certificate = new X509Certificate(makeCertificate({ names }).certificate);
    expect(names.every((name) => certificate.checkHost(name) === name)).toBe(true);
  });

  test('of an authority is trusted in a handshake, and that of a stranger is not', async () => {
    const authority = makeCertificate({ names: ['Test authority'], isAuthority: true });
    const stranger = makeCertificate({ names: ['Test authority'], isAuthority: true });
    const { certificate, key } = makeCertificate({ names: ['localhost'], issuer: authority });
    const server = createServer({ cert: certificate, key }, (socket) => socket.end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const client = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: authority.certificate });
    await once(client, 'secureConnect');
    expect(client.authorized).toBe(true);
    client.destroy();
    const doubter = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: stranger.certificate });
    await expect(once(doubter, 'secureConnect')).rejects.toThrow(/certificate/);
    server.close();
    await once(server, 'close');
  });

  test('needs a name', () => {
    expect(() => makeCertificate({ names: [] })).toThrow(TypeError);
  });
});
