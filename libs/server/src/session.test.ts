import { openDescriptors, RawClient, untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { FTPHandler } from './face/ftp-handler.ts';
import { startTestServer } from './testing/test-server.ts';

describe('a session', () => {
  test('greets, logs in, and says goodbye', async () => {
    await using ftp = await startTestServer(
      class extends FTPHandler {
        static override banner = 'first line\nsecond line';
      },
    );
    const client = await RawClient.connect(ftp.port);
    expect(await client.reply()).toMatchObject({ code: 220, lines: ['220-first line', '220 second line'] });
    expect(await client.command('USER user')).toMatchObject({ code: 331 });
    expect(await client.command('PASS secret')).toMatchObject({ code: 230 });
    expect(await client.command('QUIT')).toMatchObject({ code: 221 });
    expect(await client.end()).toBe('');
    await untilTrue('the session is forgotten', () => ftp.server.sessions.size === 0);
  });

  test('refuses what needs a login before there is one', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.connect();
    for (const line of ['PWD', 'LIST', 'RETR x', 'STOR x', 'PASV', 'SITE CHMOD 600 x']) {
      expect(await client.command(line), line).toMatchObject({ code: 530 });
    }
    expect(await client.command('PASS secret')).toMatchObject({ code: 503 });
    expect(await client.command('NOOP')).toMatchObject({ code: 200 });
  });

  test('answers a wrong password and an unknown user alike, and hangs up at the limit', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.connect();
    await client.command('USER user');
    const wrong = await client.command('PASS wrong');
    await client.command('USER nobody');
    const unknown = await client.command('PASS secret');
    expect(wrong).toEqual(unknown);
    expect(wrong.code).toBe(530);
    await client.command('USER user');
    expect(await client.command('PASS wrong')).toMatchObject({ code: 530 });
    expect(await client.end()).toBe('');
  });

  test('executes pipelined commands in order and answers each', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.connect();
    client.send('USER user\r\nPASS secret\r\nPWD\r\nNOOP\nSYST\r\nFOO\r\nTYPE I\r\nQUIT\r\n');
    const codes: number[] = [];
    for (let count = 0; count < 8; count += 1) codes.push((await client.reply()).code);
    expect(codes).toEqual([331, 230, 257, 200, 215, 500, 200, 221]);
  });

  test('executes what a client pipelined before it closed its side', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.connect();
    client.socket.end('USER user\r\nPASS secret\r\nMKD made\r\n', 'latin1');
    expect(await client.reply()).toMatchObject({ code: 331 });
    expect(await client.reply()).toMatchObject({ code: 230 });
    expect(await client.reply()).toMatchObject({ code: 257 });
  });

  test('takes two thousand commands in one write, whatever the size of the pieces', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.connect();
    client.send('NOOP\r\n'.repeat(2000));
    for (let count = 0; count < 2000; count += 1) expect((await client.reply()).code).toBe(200);
  });

  test('answers an over-long line and goes on', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.connect();
    client.send(`USER ${'x'.repeat(10_000)}\r\nNOOP\r\n`);
    expect((await client.reply()).code).toBe(500);
    expect((await client.reply()).code).toBe(200);
  });

  test('reads lines as a class above its own says', async () => {
    class Strict extends FTPHandler {
      static override maxLineLength = 100;
      static override controlBytes = 'underscore' as const;
    }
    class Handler extends Strict {}
    await using ftp = await startTestServer(Handler);
    const client = await ftp.login();
    expect((await client.command(`NOOP ${'x'.repeat(100)}`)).code).toBe(500);
    expect((await client.command('MKD a\tb')).text).toContain('"/a_b"');
  });

  test('makes a client that does not read its replies wait, and keeps little for it', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.connect();
    client.socket.pause();
    const line = `${'h'.repeat(4)}\r\n`.repeat(10_000);
    let accepted = 0;
    for (let round = 0; round < 100; round += 1) {
      accepted += 1;
      if (!client.socket.write(line)) break;
    }
    const [session] = ftp.server.sessions;
    await untilTrue('the server stops writing', () => (session?.socket.writableLength ?? 0) > 0 || accepted > 99);
    expect(session?.socket.writableLength ?? 0).toBeLessThan(256 * 1024);
    client.socket.resume();
    expect((await client.reply()).code).toBe(500);
  });

  test('ends when idle for too long, also when a line never ends', async () => {
    await using ftp = await startTestServer(
      class extends FTPHandler {
        static override timeout = 0.2;
      },
    );
    const idle = await ftp.connect();
    expect((await idle.reply()).code).toBe(421);
    expect(await idle.end()).toBe('');
    const slow = await ftp.connect();
    const drip = setInterval(() => slow.send('N'), 50);
    expect((await slow.reply()).code).toBe(421);
    clearInterval(drip);
  });

  test('begins anew after REIN', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.login();
    expect((await client.command('REIN')).code).toBe(230);
    expect((await client.command('PWD')).code).toBe(530);
    await client.command('USER user');
    expect((await client.command('PASS secret')).code).toBe(230);
  });

  test('tells its hooks what happened, in order', async () => {
    const told: string[] = [];
    class Telling extends FTPHandler {
      override onConnect(): void {
        told.push('connect');
      }
      override onLogin(username: string): void {
        told.push(`login ${username}`);
      }
      override onLoginFailed(username: string): void {
        told.push(`failed ${username}`);
      }
      override onLogout(username: string): void {
        told.push(`logout ${username}`);
      }
      override onDisconnect(): void {
        told.push('disconnect');
      }
    }
    await using ftp = await startTestServer(Telling);
    const client = await ftp.connect();
    await client.command('USER user');
    await client.command('PASS no');
    await client.command('USER user');
    await client.command('PASS secret');
    await client.command('QUIT');
    await untilTrue('disconnected', () => told.includes('disconnect'));
    expect(told).toEqual(['connect', 'failed user', 'login user', 'logout user', 'disconnect']);
  });

  test('survives a command that throws, and tells the server', async () => {
    class Broken extends FTPHandler {
      override ftp_SYST(): never {
        throw new TypeError('a defect');
      }
    }
    await using ftp = await startTestServer(Broken);
    const client = await ftp.connect();
    expect((await client.command('SYST')).code).toBe(451);
    expect((await client.command('NOOP')).code).toBe(200);
    expect(ftp.errors.map(({ message }) => message)).toEqual(['a defect']);
  });

  test('lets a subclass answer in full', async () => {
    class Own extends FTPHandler {
      override ftp_SYST(): string {
        return '215-VMS\nreally';
      }
    }
    await using ftp = await startTestServer(Own);
    const client = await ftp.connect();
    expect((await client.command('SYST')).lines).toEqual(['215-VMS', '215 really']);
  });
});

describe('a server', () => {
  test('refuses clients above its limits with 421, and serves again when one leaves', async () => {
    await using ftp = await startTestServer(undefined, { maxCons: 2 });
    const first = await ftp.connect();
    await ftp.connect();
    const refused = await RawClient.connect(ftp.port);
    expect((await refused.reply()).code).toBe(421);
    expect(await refused.end()).toBe('');
    await first.command('QUIT');
    await untilTrue('one has left', () => ftp.server.sessions.size === 1);
    expect((await (await ftp.connect()).command('NOOP')).code).toBe(200);
  });

  test('counts per address', async () => {
    await using ftp = await startTestServer(undefined, { maxConsPerIp: 1 });
    await ftp.connect();
    const second = await RawClient.connect(ftp.port);
    expect((await second.reply()).code).toBe(421);
    const elsewhere = await RawClient.connect(ftp.port, '127.0.0.1', '127.0.0.2');
    expect((await elsewhere.reply()).code).toBe(220);
    elsewhere.close();
  });

  test('leaves nothing open when it is closed in the middle of everything', async () => {
    const before = openDescriptors();
    {
      await using ftp = await startTestServer();
      for (let count = 0; count < 20; count += 1) {
        const client = await ftp.login();
        const data = await client.passive();
        data.on('error', () => undefined);
        client.send('STOR half\r\n');
        await client.reply();
        data.write('some bytes');
      }
    }
    await untilTrue('every descriptor is closed', () => openDescriptors() <= before);
    expect(openDescriptors()).toBeLessThanOrEqual(before);
  });
});
