import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';

import type { RawClient } from '@pure-ftpd/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Daemon } from '../support/daemon.ts';
import { listeningSockets } from '../support/process-usage.ts';

let daemon: Daemon;
beforeAll(async () => {
  daemon = await Daemon.start();
  writeFileSync(join(daemon.home, 'file'), 'content of the file');
});
afterAll(() => daemon[Symbol.asyncDispose]());

async function passivePort(client: RawClient): Promise<number> {
  const { text } = await client.command('EPSV');
  return Number(/\|\|\|(\d+)\|/.exec(text)?.[1]);
}

async function connectFrom(localAddress: string, port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Waits until a connection is gone, however it went. */
async function closed(socket: Socket): Promise<void> {
  await new Promise((resolve) => {
    if (socket.closed) resolve(undefined);
    else socket.once('close', resolve);
  });
}

describe('a passive port', () => {
  test('drops a thief who connects first from another address, and is still its owner’s', async () => {
    const client = await daemon.login();
    const port = await passivePort(client);
    const thief = await connectFrom('127.0.0.2', port);
    thief.resume();
    await closed(thief);
    const data = await connectFrom('127.0.0.1', port);
    const { data: content, reply } = await client.receive('RETR file', data);
    expect(reply.code).toBe(226);
    expect(content.toString()).toBe('content of the file');
    client.close();
  });

  test('drops a thief while the transfer waits for its owner', async () => {
    const client = await daemon.login();
    const port = await passivePort(client);
    client.send('RETR file\r\n');
    expect((await client.reply()).code).toBe(150);
    const stolen: Buffer[] = [];
    const thief = await connectFrom('127.0.0.3', port);
    thief.on('data', (chunk: Buffer) => stolen.push(chunk));
    await closed(thief);
    expect(Buffer.concat(stolen).toString()).toBe('');
    const data = await connectFrom('127.0.0.1', port);
    const chunks: Buffer[] = [];
    data.on('data', (chunk: Buffer) => chunks.push(chunk));
    expect((await client.reply()).code).toBe(226);
    await closed(data);
    expect(Buffer.concat(chunks).toString()).toBe('content of the file');
    client.close();
  });

  test('takes no upload from a thief', async () => {
    const client = await daemon.login();
    const port = await passivePort(client);
    const thief = await connectFrom('127.0.0.2', port);
    thief.end('stolen place');
    await closed(thief);
    const data = await connectFrom('127.0.0.1', port);
    expect((await client.transmit('STOR upload', 'the owner', data)).code).toBe(226);
    const { data: content } = await client.receive('RETR upload');
    expect(content.toString()).toBe('the owner');
    client.close();
  });

  test('10,000 PASV of one session hold few ports', async () => {
    const client = await daemon.login();
    const before = listeningSockets(daemon.pid);
    const BATCH = 500;
    for (let sent = 0; sent < 10_000; sent += BATCH) {
      client.send('PASV\r\n'.repeat(BATCH));
      for (let heard = 0; heard < BATCH; heard += 1) expect((await client.reply()).code).toBe(227);
    }
    // Some listeners are kept for the next client.
    expect(listeningSockets(daemon.pid) - before).toBeLessThanOrEqual(64);
    client.close();
  });
});

describe('a range of passive ports', () => {
  test('does not limit how many clients of different addresses have one', async () => {
    await using narrow = await Daemon.start({ args: ['-p', '42310:42312'] });
    writeFileSync(join(narrow.home, 'file'), 'content');
    const clients: RawClient[] = [];
    for (let host = 2; host < 12; host += 1) {
      const client = await narrow.connect(`127.0.0.${host}`);
      await client.command('USER user');
      expect((await client.command('PASS secret')).code).toBe(230);
      clients.push(client);
    }
    for (const client of clients) expect([42_310, 42_311, 42_312]).toContain(await passivePort(client));
    for (const client of clients) client.close();
  });
});

describe('active mode does not bounce:', () => {
  test.for([
    'PORT 127,0,0,2,200,1',
    'PORT 10,0,0,1,0,25',
    'PORT 0,0,0,0,200,1',
    'PORT 255,255,255,255,200,1',
    'PORT 127,0,0,1,0,22',
    'PORT 127,0,0,1,0,0',
    'PORT 256,0,0,1,1,1',
    'PORT 127,0,0,1,256,1',
    'EPRT |1|127.0.0.2|51201|',
    'EPRT |1|10.0.0.1|25|',
    'EPRT |2|::ffff:10.0.0.1|51201|',
    'EPRT |2|::1|51201|',
    'EPRT |1|127.0.0.1|70000|',
    'EPRT |1|127.0.0.1|22|',
    'EPRT |1|0177.0.0.1|51201|',
    'EPRT |1|localhost|51201|',
  ])('%s is refused', async (command) => {
    const client = await daemon.login();
    expect((await client.command(command)).code).toBeGreaterThanOrEqual(500);
    expect((await client.command('RETR file')).code).toBeGreaterThanOrEqual(400);
    client.close();
  });

  test('nobody but the client is connected to', async () => {
    await using stack = new AsyncDisposableStack();
    const victim = createServer();
    victim.listen(0, '127.0.0.2');
    await once(victim, 'listening');
    stack.defer(() => void victim.close());
    let connections = 0;
    victim.on('connection', (socket) => {
      connections += 1;
      socket.destroy();
    });
    const address = victim.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const client = await daemon.login();
    await client.command(`PORT 127,0,0,2,${port >> 8},${port & 255}`);
    await client.command('RETR file');
    await client.command(`EPRT |1|127.0.0.2|${port}|`);
    await client.command('LIST');
    expect(connections).toBe(0);
    client.close();
  });
});
