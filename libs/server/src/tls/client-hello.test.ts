import { once } from 'node:events';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect, type SecureVersion } from 'node:tls';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { LONGEST_RECORD, offersTls13 } from './client-hello.ts';
import { TlsCarrier } from './tls-carrier.ts';

/** What a client sends first. */
async function helloOf(options: { minVersion: SecureVersion; maxVersion: SecureVersion }): Promise<Buffer> {
  const wire = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      this.emit('sent', chunk);
      done();
    },
  });
  const sent = once(wire, 'sent');
  const client = connect({ ...options, socket: wire, servername: 'server.example', ALPNProtocols: ['ftp'] });
  client.on('error', () => undefined);
  const [hello]: Buffer[] = await sent;
  client.destroy();
  return hello ?? Buffer.alloc(0);
}

describe.each([
  ['TLSv1.2', 'TLSv1.2', false],
  ['TLSv1.2', 'TLSv1.3', true],
  ['TLSv1.3', 'TLSv1.3', true],
] as const)('a client that speaks %s to %s', (minVersion, maxVersion, offers) => {
  test('says so', async () => {
    expect(offersTls13(await helloOf({ minVersion, maxVersion }))).toBe(offers);
  });

  test('says so in as many pieces as there are', async () => {
    const hello = await helloOf({ minVersion, maxVersion });
    const carrier = new TlsCarrier(new Socket());
    for (let at = 0; at < hello.length; at += 1) {
      expect(carrier.offersTls13).toBe(false);
      carrier.receive(hello.subarray(at, at + 1));
    }
    expect(carrier.offersTls13).toBe(offers);
    carrier.receive(Buffer.concat([hello, hello]));
    expect(carrier.offersTls13).toBe(offers);
    carrier.destroy();
  });

  test('has not said so before its record is complete', async () => {
    const hello = await helloOf({ minVersion, maxVersion });
    for (let length = 0; length < hello.length; length += 1)
      expect(offersTls13(hello.subarray(0, length)), `${length}`).toBeUndefined();
    expect(offersTls13(Buffer.concat([hello, Buffer.alloc(9)]))).toBe(offers);
  });
});

test('whatever has been changed in it, it is read to an end', async () => {
  const hello = await helloOf({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' });
  fc.assert(
    fc.property(fc.nat(hello.length - 1), fc.integer({ min: 0, max: 255 }), (at, value) => {
      const changed = Buffer.from(hello);
      changed[at] = value;
      expect([true, false, undefined]).toContain(offersTls13(changed));
    }),
  );
});

test('anything else says nothing of the kind', () => {
  expect(offersTls13(Buffer.from('USER nobody\r\n'))).toBe(false);
  expect(offersTls13(Buffer.from([22, 3, 1, 0xff, 0xff]))).toBe(false);
  expect(offersTls13(Buffer.from([22, 3, 1, 0, 0, 0]))).toBe(false);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const record = Buffer.concat([Buffer.from([22, 3, 1, 0, bytes.length]), bytes]);
      expect(offersTls13(record)).toBeTypeOf('boolean');
    }),
  );
  expect(offersTls13(Buffer.alloc(LONGEST_RECORD, 22))).toBe(false);
});
