import { X509Certificate } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { certificateNames, isServerName, nameFit } from './certificate-names.ts';
import { makeCertificate } from '@pure-ftpd/x509';

describe('names of a certificate', () => {
  test('are those of subjectAltName, in lower case, without addresses and oddities', () => {
    const { certificate } = makeCertificate({
      names: ['FTP.Example.org', '*.example.org.', '127.0.0.1', 'a, DNS:evil', 'b"c', '*', 'ftp.example.org'],
    });
    expect(certificateNames(new X509Certificate(certificate))).toEqual(['ftp.example.org', '*.example.org']);
  });

  test.each([
    ['ftp.example.org', 2],
    ['FTP.EXAMPLE.ORG.', 2],
    ['a.example.net', 1],
    ['a.b.example.net', 0],
    ['example.net', 0],
    ['.example.net', 0],
    ['com', 0],
    ['a.com', 0],
    ['', 0],
  ] as const)('fit %s: %d', (name, fit) => {
    expect(nameFit(['ftp.example.org', '*.example.net', '*.com'], name)).toBe(fit);
  });
});

test.each([
  ['a.example.org', true],
  ['Foo_Bar-1', true],
  ['x'.repeat(255), true],
  ['x'.repeat(256), false],
  ['', false],
  ['a b', false],
  ['a\nend', false],
  ['ä.example', false],
])('%j is a server name: %s', (name, expected) => {
  expect(isServerName(name)).toBe(expected);
});
