// What differs from Pure-FTPd because users of pyftpdlib know it so.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

import { expect, test } from 'vitest';

import { FTPHandler } from './face/ftp-handler.ts';
import { startTestServer } from './testing/test-server.ts';

test('TYPE A leaves CR LF of a file as it is, and a CR alone of an upload', async () => {
  await using server = await startTestServer();
  writeFileSync(path.join(server.folder, 'file'), 'dos\r\nunix\n');
  const client = await server.login();
  await client.command('TYPE A');
  expect((await client.receive('RETR file')).data.toString()).toBe('dos\r\nunix\r\n');
  expect((await client.transmit('STOR other', 'a\rb\r\nc')).code).toBe(226);
  expect(readFileSync(path.join(server.folder, 'other'), 'utf8')).toBe('a\rb\nc');
});

test('without keepsCarriageReturns each LF gets a CR, and each CR goes', async () => {
  class Handler extends FTPHandler {
    static override keepsCarriageReturns = false;
  }
  await using server = await startTestServer(Handler);
  writeFileSync(path.join(server.folder, 'file'), 'dos\r\n');
  const client = await server.login();
  await client.command('TYPE A');
  expect((await client.receive('RETR file')).data.toString()).toBe('dos\r\r\n');
  expect((await client.transmit('STOR other', 'a\rb\r\n')).code).toBe(226);
  expect(readFileSync(path.join(server.folder, 'other'), 'utf8')).toBe('ab\n');
});

test('CWD without an argument goes to the root', async () => {
  await using server = await startTestServer();
  const client = await server.login();
  await client.command('MKD folder');
  await client.command('CWD folder');
  expect((await client.command('CWD')).text).toContain('"/"');
});

test('PORT with more than six numbers is 501', async () => {
  await using server = await startTestServer();
  const client = await server.login();
  for (const argument of ['127,0,0,1,200,1,1', '127,0,0,1,200.1', '127,0,0,1,200,1 x'])
    expect((await client.command(`PORT ${argument}`)).code).toBe(501);
});

test('with connectsAtOnce, PORT connects, and is 425 where nobody listens', async () => {
  class Handler extends FTPHandler {
    static override connectsAtOnce = true;
  }
  await using server = await startTestServer(Handler);
  const client = await server.login();
  const { reply, connection } = await client.active();
  expect(reply.code).toBe(200);
  const data = await connection;
  const listing = await client.receive('LIST', data);
  expect(listing.reply.code).toBe(226);

  const listener = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  const address = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  expect((await client.command(`PORT 127,0,0,1,${port >> 8},${port & 255}`)).code).toBe(425);
  expect((await client.command('LIST')).code).toBe(425);
});
