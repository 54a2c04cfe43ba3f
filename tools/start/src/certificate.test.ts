import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tempFolder } from '@pure-ftpd/peers';
import { makeCertificate } from '@pure-ftpd/x509';
import { expect, test } from 'vitest';
import { prepareCertificate, wantsCertificate } from './certificate.ts';
import { servedIdentity } from './identity.ts';

test.each([
  [['-Y', '1'], true],
  [['--tls=3'], true],
  [['--implicit-tls', '990'], true],
  [['-Y', '0', '--implicit-tls', '990'], false],
  [['--tls', '1', '-2', '/own.pem'], false],
  [['--tls', '1', '--certfile=/own.pem'], false],
  [['-Y0'], false],
  [['-J', 'HIGH'], false],
  [['--bind', '2121'], false],
  [[], false],
])('%j: a certificate is made: %s', (args, expected) => {
  expect(wantsCertificate(args)).toBe(expected);
});

test('the certificate is for the address, and stays as long as it is good', () => {
  using folder = tempFolder();
  const identity = servedIdentity();
  const files = prepareCertificate(folder.path, '127.0.0.2', identity);
  const certificate = new X509Certificate(readFileSync(files.certificate));
  expect(certificate.checkIP('127.0.0.2')).toBe('127.0.0.2');
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.checkPrivateKey(createPrivateKey(readFileSync(files.key)))).toBe(true);
  expect(statSync(files.key).mode & 0o777).toBe(0o600);
  expect(statSync(files.key).uid).toBe(identity.uid);
  const before = readFileSync(files.certificate, 'utf8');
  prepareCertificate(folder.path, '127.0.0.2', identity);
  expect(readFileSync(files.certificate, 'utf8')).toBe(before);
  prepareCertificate(folder.path, '127.0.0.3', identity);
  expect(readFileSync(files.certificate, 'utf8')).not.toBe(before);
});

test('one that has run out, or was damaged, is replaced', () => {
  using folder = tempFolder();
  const old = makeCertificate({ names: ['127.0.0.1'], notBefore: 0, notAfter: 1000 });
  for (const text of [old.certificate, 'nonsense']) {
    writeFileSync(folder.file('certificate.pem'), text);
    chmodSync(folder.file('certificate.pem'), 0o644);
    const { certificate } = prepareCertificate(folder.path, '127.0.0.1', servedIdentity());
    expect(new X509Certificate(readFileSync(certificate)).validToDate.getTime()).toBeGreaterThan(Date.now());
  }
});

test('a folder that cannot be written is told in one line', () => {
  expect(() => prepareCertificate('/proc', '127.0.0.1', servedIdentity())).toThrow(
    'cannot make a certificate in /proc',
  );
});
