import { describe, expect, test } from 'vitest';

import { FTPHandler } from '../face/ftp-handler.ts';
import { FTPServer } from '../server/ftp-server.ts';
import { MultiprocessFTPServer } from '../multiprocess/multiprocess-ftp-server.ts';
import { startTestServer } from '../testing/test-server.ts';
import { AnnouncedAddresses } from './announced-address.ts';

/** A client who has connected to an address. */
function between(remoteAddress: string, localAddress: string, own?: string) {
  const proxy = own === undefined ? undefined : { address: '192.0.2.99', port: 1024, localAddress: own };
  return { remoteAddress, localAddress, proxy };
}

describe('the address PASV announces', () => {
  test('goes by what the client has connected to: the address of a proxy, or that of this machine behind it', async () => {
    const addresses = new AnnouncedAddresses([
      { local: '198.51.100.1', announce: '203.0.113.1' },
      { local: '10.0.0.5', announce: '203.0.113.2' },
    ]);
    expect(await addresses.addressFor(between('192.0.2.7', '198.51.100.1', '10.0.0.5'))).toBe('203.0.113.1');
    expect(await addresses.addressFor(between('192.0.2.7', '198.51.100.2', '10.0.0.5'))).toBe('203.0.113.2');
    expect(await addresses.addressFor(between('192.0.2.7', '198.51.100.2'))).toBeUndefined();
  });

  test('is that of the first rule whose conditions are met', async () => {
    const addresses = new AnnouncedAddresses([
      { client: '10.0.0.0/8', announce: '10.1.1.1' },
      { client: '192.0.2.7', local: '192.0.2.1', announce: '192.0.2.2' },
      { client: '2001:db8::/32', announce: '198.51.100.6' },
      { local: '192.0.2.1', announce: '203.0.113.1' },
    ]);
    expect(await addresses.addressFor(between('10.200.3.4', '192.0.2.1'))).toBe('10.1.1.1');
    expect(await addresses.addressFor(between('192.0.2.7', '192.0.2.1'))).toBe('192.0.2.2');
    expect(await addresses.addressFor(between('192.0.2.7', '192.0.2.9'))).toBeUndefined();
    expect(await addresses.addressFor(between('2001:db8:1::5', '2001:db8::1'))).toBe('198.51.100.6');
    expect(await addresses.addressFor(between('192.0.2.8', '192.0.2.1'))).toBe('203.0.113.1');
  });

  test('of a host name is looked up', async () => {
    expect(
      await new AnnouncedAddresses([{ announce: 'localhost' }]).addressFor(between('192.0.2.1', '192.0.2.2')),
    ).toBe('127.0.0.1');
    const unknown = new AnnouncedAddresses([{ announce: 'no-such-host.invalid' }]);
    await expect(unknown.addressFor(between('192.0.2.1', '192.0.2.2'))).rejects.toThrow('not known');
  });

  test.each([
    { client: '10.0.0.0/33', announce: '192.0.2.1' },
    { client: '10.0.0', announce: '192.0.2.1' },
    { client: '10.0.0.0/8/8', announce: '192.0.2.1' },
    { local: 'eth0', announce: '192.0.2.1' },
    { announce: 'ftp://192.0.2.1/' },
    { announce: '' },
  ])('of a rule that makes no sense is refused at the start: %o', (rule) => {
    expect(() => new AnnouncedAddresses([rule])).toThrow(RangeError);
  });

  test('is told by the server, and a rule without an answer is 425', async () => {
    await using ftp = await startTestServer(
      class extends FTPHandler {
        static override announceRules = [
          { client: '192.0.2.0/24', announce: '192.0.2.1' },
          { client: '127.0.0.0/8', announce: '203.0.113.9' },
        ];
      },
    );
    const client = await ftp.login();
    expect((await client.command('PASV')).text).toMatch(/\(203,0,113,9,\d+,\d+\)/);
    await using broken = await startTestServer(
      class extends FTPHandler {
        static override announceRules = [{ announce: 'no-such-host.invalid' }];
      },
    );
    const other = await broken.login();
    expect((await other.command('PASV')).code).toBe(425);
    expect((await other.command('EPSV')).code).toBe(229);
  });

  test('of masqueradeAddress may be a name as well, by local address, too', async () => {
    class Handler extends FTPHandler {
      static override masqueradeAddress = 'localhost';
    }
    await using ftp = await startTestServer(Handler);
    const client = await ftp.login();
    expect((await client.command('PASV')).text).toMatch(/\(127,0,0,1,\d+,\d+\)/);
    Handler.masqueradeAddress = 'no-such-host.invalid';
    expect((await client.command('PASV')).code).toBe(425);
    Handler.masqueradeAddressMap = { '127.0.0.1': '203.0.113.9' };
    expect((await client.command('PASV')).text).toMatch(/\(203,0,113,9,\d+,\d+\)/);
    expect(ftp.errors).toEqual([]);
  });

  test.each(['::1', 'ftp://ftp.example.com', 'no name', ''])(
    'of masqueradeAddress %j is refused at the start',
    (text) => {
      class Alone extends FTPHandler {
        static override masqueradeAddress = text;
      }
      class Mapped extends FTPHandler {
        static override masqueradeAddressMap = { '127.0.0.1': text };
      }
      for (const Handler of [Alone, Mapped]) {
        expect(() => new FTPServer([], Handler)).toThrow(RangeError);
        expect(() => new MultiprocessFTPServer([], Handler)).toThrow(RangeError);
      }
    },
  );
});
