import { generateKeyPairSync } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeCertificate } from '@pure-ftpd/x509';
import { pemBlocks } from './pem.ts';
import { readCertificate } from './read-certificate.ts';

const authority = makeCertificate({ names: ['Test authority'], isAuthority: true });
const leaf = makeCertificate({ names: ['ftp.example.org', '*.example.net'], issuer: authority });

let folder = '';
const at = (name: string): string => join(folder, name);

function file(name: string, text: string, mode = 0o600): string {
  writeFileSync(at(name), text, { mode });
  chmodSync(at(name), mode);
  return at(name);
}

const combined = (path: string): { certFile: string; keyFile: string } => ({ certFile: path, keyFile: path });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'certificates-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('reading a certificate', () => {
  test.each([
    ['certificate, chain, key', leaf.certificate + authority.certificate + leaf.key],
    ['key first, as certbot users cat them', leaf.key + leaf.certificate + authority.certificate],
    [
      'with words between, CRLF and no last line end',
      `hello\r\n${leaf.certificate}\r\nsubject=x\r\n${leaf.key}`.trimEnd(),
    ],
  ])('from one file: %s', async (_, text) => {
    const files = combined(file('one.pem', text));
    const material = await readCertificate(files);
    expect(material.names).toEqual(['ftp.example.org', '*.example.net']);
    expect(material.remarks).toEqual([]);
    expect(material.files).toEqual(files);
    expect(material.key).toBe(leaf.key);
    expect(structuredClone(material)).toEqual(material);
  });

  test('from two files, with what leads to its authority', async () => {
    const certFile = file('two.crt', leaf.certificate + authority.certificate);
    const material = await readCertificate({ certFile, keyFile: file('two.key', leaf.key) });
    expect(material.chain).toBe(leaf.certificate + authority.certificate);
    expect(material.authorities).toEqual([leaf.certificate, authority.certificate]);
  });

  test('remarks on a key that others can read, and a chain out of order', async () => {
    const path = file('open.pem', leaf.certificate + leaf.certificate + leaf.key, 0o644);
    const { remarks } = await readCertificate(combined(path));
    expect(remarks).toHaveLength(2);
    expect(remarks[0]).toBe(`${path}: everybody on this machine can read or change the private key; chmod o= ${path}`);
    expect(remarks[1]).toContain('certificate 2 is not the issuer of certificate 1');
    const { remarks: ofGroup } = await readCertificate(combined(file('group.pem', leaf.certificate + leaf.key, 0o640)));
    expect(ofGroup).toEqual([]);
  });

  const other = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  const locked = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' },
  }).privateKey;
  const damaged = leaf.certificate.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA');

  test.each([
    ['nothing in it', '', 'INCOMPLETE', /no certificate in it/],
    ['no certificate', leaf.key, 'INCOMPLETE', /no certificate in it/],
    ['no key', leaf.certificate, 'INCOMPLETE', /no private key in it; append it .*CERT,KEY/],
    ['the key of another', leaf.certificate + other, 'MISMATCH', /do not belong together/],
    ['a key with a passphrase', leaf.certificate + locked, 'ENCRYPTED_KEY', /openssl pkey -in/],
    ['a damaged certificate', damaged + leaf.key, 'MALFORMED', /certificate 1 cannot be parsed/],
    ['half a certificate', leaf.certificate.slice(0, 200) + leaf.key, 'INCOMPLETE', /no certificate/],
    ['a damaged key', leaf.certificate + leaf.key.replace(/\n.{8}/, '\nAAAAAAAA'), 'MALFORMED', /private key/],
    ['more than there can be', 'x'.repeat(1024 * 1024 + 1), 'UNREADABLE', /longer than/],
  ])('refuses a file with %s, in one line that names it', async (_, text, code, message) => {
    const path = file('bad.pem', text);
    const refused = readCertificate(combined(path));
    await expect(refused).rejects.toMatchObject({ name: 'CertificateError', code, file: path });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow(/\n/);
  });

  test('refuses what is no file, and does not wait for a FIFO', async () => {
    await expect(readCertificate(combined(at('nothing')))).rejects.toThrow(`${at('nothing')}: no such file`);
    mkdirSync(at('directory'));
    await expect(readCertificate(combined(at('directory')))).rejects.toMatchObject({ code: 'UNREADABLE' });
    execFileSync('mkfifo', [at('fifo')]);
    await expect(readCertificate(combined(at('fifo')))).rejects.toThrow('not a file');
  });
});

describe('blocks of PEM', () => {
  test('are found between anything', () => {
    const words = fc.string().filter((text) => !text.includes('-'));
    fc.assert(
      fc.property(fc.array(fc.tuple(words, fc.constantFrom('A', 'B C'), words)), (parts) => {
        const text = parts.map(
          ([before, label, body]) => `${before}-----BEGIN ${label}-----${body}-----END ${label}-----`,
        );
        expect(pemBlocks(text.join('')).map(({ label }) => label)).toEqual(parts.map(([, label]) => label));
      }),
    );
  });

  test('without an end cost no time and hide no other', () => {
    const text = `${'-----BEGIN X-----'.repeat(50_000)}\n-----BEGIN Y-----\n-----END Y-----`;
    expect(pemBlocks(text)).toHaveLength(1);
  });
});
