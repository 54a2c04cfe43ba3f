import { readFileSync } from 'node:fs';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseCertificateReply } from './reply.ts';
import { certificateRequest, requestedName } from './request.ts';

const golden = (name: string): Buffer => readFileSync(new URL(`../../test-data/extcert/${name}`, import.meta.url));
const parse = (text: string): unknown => parseCertificateReply(Buffer.from(text, 'latin1'));
const nothing = { certFile: undefined, keyFile: undefined };

describe('a reply', () => {
  test.each([
    ['default', { action: 'default', ...nothing }],
    ['deny', { action: 'deny', ...nothing }],
    ['fallback', { action: 'fallback', certFile: '/etc/ssl/sni/a.pem', keyFile: '/etc/ssl/sni/a.pem' }],
    ['strict', { action: 'strict', certFile: '/etc/ssl/sni/a.pem', keyFile: '/etc/ssl/sni/a.pem' }],
    ['strict-separate-key', { action: 'strict', certFile: '/etc/ssl/sni/b.crt', keyFile: '/etc/ssl/sni/b.key' }],
  ])('of the sample %s', (name, expected) => {
    expect(parseCertificateReply(golden(`${name}.reply.bin`))).toEqual(expected);
    expect(requestedName(golden(`${name}.request.bin`).toString().split('\n'))).toMatch(/^[ab]\.example\.org$/);
  });

  test.each([
    ['action:DEFAULT\nend\n', { action: 'default', ...nothing }],
    ['action: default\nend\n', { action: undefined, ...nothing }],
    ['action:default\r\nend\r\n', { action: undefined, ...nothing }],
    ['action:foo\nend\n', { action: undefined, ...nothing }],
    ['action:constructor\nend\n', { action: undefined, ...nothing }],
    ['cert_file:/a\nend\n', { action: 'deny', certFile: '/a', keyFile: '/a' }],
    [
      'action:deny\naction:strict\ncert_file:/a\ncert_file:/b\nend\n',
      { action: 'strict', certFile: '/b', keyFile: '/b' },
    ],
    ['endless\naction:default\n', { action: 'default', ...nothing }],
    ['what:ever\n\nend\naction:default\n', { action: 'default', ...nothing }],
    ['action:strict\ncert_file:a.pem\nend\n', { action: 'strict', ...nothing }],
    ['action:strict\ncert_file:/a\nkey_file:b\nend\n', { action: 'strict', certFile: '/a', keyFile: '/a' }],
    ['action:strict\ncert_file:/a\xff\nend\n', { action: 'strict', certFile: '/a\udcff', keyFile: '/a\udcff' }],
    ['action:strict\ncert_file:/a\0b\nend\n', { action: 'strict', ...nothing }],
    ['', undefined],
    ['action:default\n', undefined],
    ['action:default\nend', undefined],
    [' end\n', undefined],
    [`action:default\n${'x'.repeat(4095)}\nend\n`, undefined],
  ])('%j', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  test('of any bytes is read, or is none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        expect(parseCertificateReply(Buffer.concat([bytes, Buffer.from('\nend\n')]))).toEqual(
          bytes.length + 5 > 4095 ? undefined : expect.anything(),
        );
      }),
    );
  });
});

describe('a question', () => {
  test('is the bytes of the C server', () => {
    expect(certificateRequest('a.example.org')).toEqual(golden('strict.request.bin'));
  });

  test('is never more than one', () => {
    expect(() => certificateRequest('a\nend')).toThrow(TypeError);
    expect(() => certificateRequest('')).toThrow(TypeError);
  });

  test.each([
    [['sni_name:a', 'sni_name:b', 'end'], 'b'],
    [['sni_name:', 'end'], undefined],
    [['sni_name:a b', 'end'], undefined],
    [['name:a', 'end'], undefined],
  ])('%j names %s', (lines, name) => {
    expect(requestedName(lines)).toBe(name);
  });
});
