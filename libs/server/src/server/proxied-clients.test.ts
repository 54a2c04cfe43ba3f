// Clients whom a proxy brings: the PROXY protocol on control and data connections.
import { once } from 'node:events';
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';

import { headerV1, headerV2 } from '@pure-ftpd/proxy-protocol';
import { RawClient, temporaryFolder, untilTrue } from '@pure-ftpd/testing';
import { makeCertificate } from '@pure-ftpd/x509';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { DummyAuthorizer } from '../authorizers/dummy-authorizer.ts';
import { TLS_FTPHandler } from '../face/tls-ftp-handler.ts';
import { descriptorOf } from '../sockets/native-handle.ts';
import { WAITING_PROXIED } from '../sockets/proxied-connections.ts';
import { FTPServer } from './ftp-server.ts';

/** Where the balancer is, and where it does not send from. */
const BALANCER = '127.0.0.9';
const STRANGER = '127.0.0.8';

const refused: string[] = [];
const sessions: string[] = [];
const folder = temporaryFolder();
let server: FTPServer;
let port = 0;
let implicitPort = 0;

class ProxiedServer extends FTPServer {
  override onProxyRefused(proxy: string, reason: string | undefined): void {
    refused.push(`${proxy} ${reason ?? '-'}`);
  }
}

class Handler extends TLS_FTPHandler {
  static override authFailedTimeout = 0;
  static override announceRules = [{ local: '198.51.100.2', announce: '203.0.113.9' }];

  override onConnect(): void {
    const { remoteAddress, remotePort, localAddress, proxy } = this;
    sessions.push(`${remoteAddress} ${remotePort} ${localAddress} ${proxy?.address ?? '-'}`);
  }
}

beforeAll(async () => {
  const { certificate, key } = makeCertificate({ names: ['localhost'] });
  Handler.certificate = certificate;
  Handler.key = key;
  const authorizer = new DummyAuthorizer();
  authorizer.addUser('user', 'secret', folder.path, { perm: 'elradfmwMT' });
  Handler.authorizer = authorizer;
  const addresses = [
    { host: '127.0.0.1', port: 0 },
    { host: '127.0.0.1', port: 0, implicitTls: true },
  ];
  server = new ProxiedServer(addresses, Handler, { proxyFrom: [`${BALANCER}/32`, '2001:db8::/32'] });
  await server.listen();
  [port = 0, implicitPort = 0] = server.addresses.map((address) => address.port);
});

afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

/** A connection from the balancer. */
async function fromBalancer(toPort = port, from = BALANCER): Promise<Socket> {
  const socket = connect({ port: toPort, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function ends(address: string, to = '198.51.100.1') {
  return { source: { address, port: 40_000 }, destination: { address: to, port: 21 } };
}

/** A client whom the balancer brings, after the greeting. */
async function broughtClient(address: string, header = headerV2(ends(address))): Promise<RawClient> {
  const socket = await fromBalancer();
  const client = RawClient.over(socket);
  socket.write(header);
  return greeted(client);
}

async function greeted(client: RawClient): Promise<RawClient> {
  expect((await client.reply()).code).toBe(220);
  return client;
}

async function login(client: RawClient): Promise<RawClient> {
  await client.command('USER user');
  expect((await client.command('PASS secret')).code).toBe(230);
  return client;
}

/** 125 or 150: whether the data connection has been there before. */
const OPENING: unknown = expect.toSatisfy((code) => code === 125 || code === 150);

/** The codes of both replies to a transfer. */
async function transferCodes(client: RawClient): Promise<readonly number[]> {
  return [(await client.reply()).code, (await client.reply()).code];
}

/** The port of PASV, and the address that it tells. */
async function passive(client: RawClient): Promise<{ readonly address: string; readonly port: number }> {
  const numbers =
    /\((.*)\)/
      .exec((await client.command('PASV')).text)?.[1]
      ?.split(',')
      .map(Number) ?? [];
  return { address: numbers.slice(0, 4).join('.'), port: (numbers[4] ?? 0) * 256 + (numbers[5] ?? 0) };
}

async function everything(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

describe('a client', () => {
  test.each([
    ['version 1', headerV1(ends('192.0.2.1')), '192.0.2.1 40000 198.51.100.1 127.0.0.9'],
    ['version 2', headerV2(ends('192.0.2.2')), '192.0.2.2 40000 198.51.100.1 127.0.0.9'],
    ['IPv6', headerV2(ends('2001:db8::7', '2001:db8::1')), '2001:db8::7 40000 2001:db8::1 127.0.0.9'],
  ])('is whom the header names: %s', async (_, header, expected) => {
    sessions.length = 0;
    const client = await broughtClient('', header);
    expect(sessions).toEqual([expected]);
    client.close();
  });

  test.each([
    ['LOCAL', headerV2()],
    ['UNKNOWN', headerV1()],
  ])('is the balancer itself after %s', async (_, header) => {
    sessions.length = 0;
    const client = await broughtClient('', header);
    expect(sessions[0]).toMatch(/^127\.0\.0\.9 \d+ 127\.0\.0\.1 -$/);
    client.close();
  });

  test('loses not a byte of what comes with the header, or in pieces', async () => {
    const socket = await fromBalancer();
    socket.setNoDelay(true);
    const client = RawClient.over(socket);
    const bytes = Buffer.concat([headerV1(ends('192.0.2.3')), Buffer.from('USER user\r\nPASS secret\r\nPWD\r\nNO')]);
    socket.write(bytes.subarray(0, 9));
    await untilTrue('the beginning has come', () => server.sessions.size === 0);
    socket.write(bytes.subarray(9));
    const codes = [await client.reply(), await client.reply(), await client.reply(), await client.reply()];
    expect(codes.map(({ code }) => code)).toEqual([220, 331, 230, 257]);
    client.send('OP\r\n');
    expect((await client.reply()).code).toBe(200);
    client.close();
  });

  test('begins with TLS behind a header in clear where TLS is implicit, all in one packet or not', async () => {
    for (const isCorked of [true, false]) {
      sessions.length = 0;
      const socket = await fromBalancer(implicitPort);
      if (isCorked) socket.cork();
      socket.write(headerV2(ends('192.0.2.4')));
      const tls: TLSSocket = connectTls({ socket, rejectUnauthorized: false });
      if (isCorked) setImmediate(() => socket.uncork());
      const client = await login(await greeted(RawClient.over(tls)));
      expect(sessions).toEqual(['192.0.2.4 40000 198.51.100.1 127.0.0.9']);
      expect((await client.command('PWD')).code).toBe(257);
      client.close();
    }
  });

  test('counts for the limit of its own address', async () => {
    server.maxConsPerIp = 1;
    const first = await broughtClient('192.0.2.5');
    const other = await broughtClient('192.0.2.6');
    const socket = await fromBalancer();
    socket.write(headerV2(ends('192.0.2.5')));
    expect(await everything(socket)).toMatch(/^421 /);
    server.maxConsPerIp = 0;
    first.close();
    other.close();
  });
});

describe('a connection of the balancer is closed and told', () => {
  test.each([
    ['a greeting that is none', Buffer.from('USER user\r\n'), 'what came is no header'],
    ['TLS', Buffer.from([22, 3, 1, 2, 0, 1]), 'what came is no header'],
    ['a header that is too long', Buffer.from(`PROXY UNKNOWN ${'x'.repeat(200)}`), 'the header is too long'],
    ['a version that nobody knows', Buffer.from(headerV2()).fill(0x10, 12, 13), 'version 1 is not known'],
  ])('after %s', async (_, bytes, reason) => {
    refused.length = 0;
    const socket = await fromBalancer();
    socket.write(bytes);
    await everything(socket).catch(() => undefined);
    expect(refused).toEqual([`${BALANCER} ${reason}`]);
  });

  test('after half a header and its end; not one that says nothing at all', async () => {
    refused.length = 0;
    const half = await fromBalancer();
    half.end('PROXY TCP4 192.0.2');
    await once(half.resume(), 'close');
    expect(refused).toEqual([`${BALANCER} it has ended in its header`]);
    const check = await fromBalancer();
    check.end();
    await once(check.resume(), 'close');
    expect(refused[1]).toBe(`${BALANCER} -`);
  });

  test('after 3 seconds with half a header, or none', async () => {
    refused.length = 0;
    const began = performance.now();
    const [half, none] = [await fromBalancer(), await fromBalancer()];
    half.write('PROXY TCP4 192.0.2');
    await Promise.all([once(half.resume(), 'close'), once(none.resume(), 'close')]);
    expect(performance.now() - began).toBeGreaterThan(2900);
    expect(refused).toEqual(Array(2).fill(`${BALANCER} no whole header within 3 seconds`));
  });

  test('when so many have sent no header that more would be too many', async () => {
    refused.length = 0;
    const sockets = await Promise.all(Array.from({ length: WAITING_PROXIED + 1 }, () => fromBalancer()));
    await untilTrue('one is refused', () => refused.length > 0);
    expect(refused).toEqual([`${BALANCER} too many of its connections have sent no header yet`]);
    for (const socket of sockets) socket.destroy();
    await untilTrue('all are gone', () => refused.length > WAITING_PROXIED);
  });
});

test('a header that has come in time is heard also by a process that was busy', async () => {
  refused.length = 0;
  const socket = await fromBalancer();
  await untilTrue('it is accepted', () => server['proxied'].waiting === 1);
  const client = RawClient.over(socket);
  // Past the stream, so that it is there while this process, which is the server as well, does nothing else.
  writeSync(descriptorOf(socket) ?? -1, headerV1(ends('192.0.2.1')));
  const until = performance.now() + 3200;
  while (performance.now() < until);
  expect((await client.reply()).code).toBe(220);
  expect(refused).toEqual([]);
  client.close();
});

test('a header from elsewhere is a command that nobody knows', async () => {
  sessions.length = 0;
  const socket = await fromBalancer(port, STRANGER);
  const client = RawClient.over(socket);
  expect((await client.reply()).code).toBe(220);
  client.send(headerV1(ends('192.0.2.7')).toString());
  expect((await client.reply()).code).toBe(500);
  expect(sessions[0]).toMatch(/^127\.0\.0\.8 \d+ 127\.0\.0\.1 -$/);
  client.close();
});

describe('a data connection', () => {
  test('comes to the address that the client has connected to, or what a rule says of it', async () => {
    const client = await login(await broughtClient('192.0.2.1'));
    expect((await passive(client)).address).toBe('198.51.100.1');
    client.close();
    const ruled = await login(await broughtClient('192.0.2.1', headerV2(ends('192.0.2.1', '198.51.100.2'))));
    expect((await passive(ruled)).address).toBe('203.0.113.9');
    ruled.close();
  });

  test("is the session's whose client the header names, by way of the balancer or without one", async () => {
    writeFileSync(path.join(folder.path, 'file'), 'content');
    const client = await login(await broughtClient(STRANGER));
    for (const [from, header] of [
      [BALANCER, headerV2(ends(STRANGER))],
      [BALANCER, headerV1(ends(STRANGER))],
      [STRANGER, Buffer.alloc(0)],
    ] as const) {
      const where = await passive(client);
      const data = await fromBalancer(where.port, from);
      data.write(header);
      client.send('RETR file\r\n');
      expect(await everything(data)).toBe('content');
      expect(await transferCodes(client)).toEqual([OPENING, 226]);
    }
    client.close();
  });

  test("of somebody else is dropped, and the port stays its owner's", async () => {
    const client = await login(await broughtClient('192.0.2.1'));
    const where = await passive(client);
    const other = await fromBalancer(where.port);
    other.write(headerV2(ends('192.0.2.2')));
    expect(await everything(other)).toBe('');
    const own = await fromBalancer(where.port);
    own.write(headerV2(ends('192.0.2.1')));
    client.send('NLST\r\n');
    expect(await everything(own)).toContain('file');
    client.close();
  });

  test.each([0, 3, 100_000])('keeps %i bytes of an upload that come with its header, before STOR', async (size) => {
    const client = await login(await broughtClient('192.0.2.1'));
    const where = await passive(client);
    const data = await fromBalancer(where.port);
    const content = Buffer.alloc(size, 'x');
    data.end(Buffer.concat([headerV2(ends('192.0.2.1')), content]));
    await once(data, 'finish');
    client.send('STOR up\r\n');
    expect(await transferCodes(client)).toEqual([OPENING, 226]);
    expect(readFileSync(path.join(folder.path, 'up')).equals(content)).toBe(true);
    client.close();
  });

  test('is protected behind its header, both ways', async () => {
    const socket = await fromBalancer(implicitPort);
    socket.write(headerV2(ends('192.0.2.1')));
    const client = await login(await greeted(RawClient.over(connectTls({ socket, rejectUnauthorized: false }))));
    await client.command('PBSZ 0');
    await client.command('PROT P');
    for (const [command, sent] of [
      ['STOR secret', 'a secret'],
      ['RETR secret', ''],
    ] as const) {
      const where = await passive(client);
      const data = await fromBalancer(where.port);
      data.write(headerV2(ends('192.0.2.1')));
      const tls = connectTls({ socket: data, rejectUnauthorized: false });
      client.send(`${command}\r\n`);
      await once(tls, 'secureConnect');
      if (sent !== '') tls.end(sent);
      expect(await everything(tls)).toBe(sent === '' ? 'a secret' : '');
      expect(await transferCodes(client)).toEqual([OPENING, 226]);
    }
    client.close();
  });

  test('without a header is told, and closed', async () => {
    refused.length = 0;
    const client = await login(await broughtClient('192.0.2.1'));
    const data = await fromBalancer((await passive(client)).port);
    data.write('content without a header');
    await everything(data).catch(() => undefined);
    expect(refused).toEqual([`${BALANCER} what came is no header`]);
    client.close();
  });
});

test('a server that is closed waits for no header', async () => {
  const told = vi.fn<(proxy: string, reason: string | undefined) => void>();
  const other = new FTPServer({ host: '127.0.0.1', port: 0 }, Handler, { proxyFrom: [BALANCER] });
  other.onProxyRefused = told;
  await other.listen();
  const socket = await fromBalancer(other.addresses[0]?.port);
  await untilTrue('it is accepted', () => other['proxied'].waiting === 1);
  await other.close();
  expect(told).toHaveBeenCalledWith(BALANCER, undefined);
  await once(socket.resume(), 'close');
});

test('what is no network is refused at once', () => {
  expect(() => new FTPServer({ port: 0 }, Handler, { proxyFrom: ['10.0.0.0/33'] })).toThrow(
    'not a network: 10.0.0.0/33',
  );
});
