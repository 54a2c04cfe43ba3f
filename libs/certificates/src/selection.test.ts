import { expect, test } from 'vitest';

import { makeCertificate } from '@pure-ftpd/x509';
import { type CertificateMaterial, checkMaterial } from './material.ts';
import { CertificateSelection } from './selection.ts';

function material(names: readonly string[], notAfter = Date.UTC(2050, 0, 1)): CertificateMaterial {
  const { certificate, key } = makeCertificate({ names, notAfter });
  const text = { text: certificate + key, mode: 0o600 };
  const file = names.join();
  return checkMaterial({ certFile: file, keyFile: file }, text, text);
}

test('a name gets its own certificate, else one with a wildcard, else the default one', () => {
  const main = material(['main.example']);
  const wildcard = material(['*.example.org']);
  const exact = material(['a.example.org']);
  const selection = new CertificateSelection([main, wildcard, exact]);
  expect(selection.for(undefined)).toBe(main);
  expect(selection.for('A.example.org')).toBe(exact);
  expect(selection.for('b.example.org')).toBe(wildcard);
  expect(selection.for('example.org')).toBe(main);
  expect(selection.for('stranger.example')).toBe(main);
});

test('of two for one name the one that ends last is taken', () => {
  const old = material(['a.example.org'], Date.UTC(2040, 0, 1));
  const renewed = material(['a.example.org'], Date.UTC(2041, 0, 1));
  expect(new CertificateSelection([material(['x.y']), old, renewed]).for('a.example.org')).toBe(renewed);
  expect(new CertificateSelection([material(['x.y']), renewed, old]).for('a.example.org')).toBe(renewed);
});

test('what is replaced is used from then on, whatever names clients have asked for', () => {
  const main = material(['main.example']);
  const first = material(['a.example.org']);
  const second = material(['a.example.org']);
  const selection = new CertificateSelection([main, first]);
  for (let index = 0; index < 3000; index += 1) expect(selection.for(`${index}.example`)).toBe(main);
  expect(selection.for('a.example.org')).toBe(first);
  selection.replace([main, second]);
  expect(selection.for('a.example.org')).toBe(second);
});
