import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { openDescriptors, RawClient, untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import type { SessionEvent } from '../contract/events.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { FTPServer } from '../server/ftp-server.ts';
import { startTestServer } from '../testing/test-server.ts';
import { textUntil, TlsClient } from '../testing/tls-client.ts';
import { certificate, startTlsServer, tlsHandler } from '../testing/tls-server.ts';
import type { TLS_FTPHandler } from '../face/tls-ftp-handler.ts';
import { TlsService } from './tls-service.ts';

function observed(settings: Parameters<typeof tlsHandler>[0] = {}): {
  readonly Handler: typeof TLS_FTPHandler;
  readonly events: SessionEvent[];
} {
  const events: SessionEvent[] = [];
  const Handler = class extends tlsHandler(settings) {
    override onEvent(event: SessionEvent): void {
      events.push(event);
    }
  };
  return { Handler, events };
}

describe('AUTH', () => {
  test.each(['TLS', 'tls', 'TLS-C', 'SSL', 'TLS-P'])('%s begins TLS', async (mechanism) => {
    await using ftp = await startTlsServer();
    const client = await TlsClient.connect(ftp.port, {}, `AUTH ${mechanism}`);
    expect(client.control.getProtocol()).toBe('TLSv1.3');
    expect((await client.command('USER user')).code).toBe(331);
    expect((await client.command('PASS secret')).code).toBe(230);
    const [session] = ftp.server.sessions;
    expect(session?.protection).toBe(mechanism === 'TLS-P' ? 'private' : 'clear');
    expect((await client.command('AUTH TLS')).code).toBe(503);
    client.close();
  });

  test('of another kind, or where there is no TLS, is refused', async () => {
    await using ftp = await startTlsServer();
    const client = await ftp.connect();
    expect((await client.command('AUTH GSSAPI')).code).toBe(504);
    expect((await client.command('AUTH')).code).toBe(501);
    expect((await client.command('PBSZ 0')).code).toBe(503);
    expect((await client.command('PROT P')).code).toBe(503);
    expect((await client.command('CCC')).code).toBe(533);
    await using plain = await startTestServer();
    expect((await (await plain.connect()).command('AUTH TLS')).code).toBe(500);
  });

  test('takes the login back that was made before it', async () => {
    await using ftp = await startTlsServer();
    const socket = connect(ftp.port, '127.0.0.1');
    await textUntil(socket, /^220 /m);
    socket.write('USER user\r\nPASS secret\r\n');
    await textUntil(socket, /^230 /m);
    socket.write('AUTH TLS\r\n');
    await textUntil(socket, /^234 /m);
    const tls = connectTls({ socket, rejectUnauthorized: false, servername: '' });
    await once(tls, 'secureConnect');
    const client = RawClient.over(tls);
    expect((await client.command('PWD')).code).toBe(530);
    client.close();
  });

  test.each([
    ['in one piece', ['AUTH TLS\r\nUSER user\r\nPASS secret\r\nMKD injected\r\n']],
    ['half a line', ['AUTH TLS\r\nUSER us']],
    ['behind other commands', ['NOOP\r\nAUTH TLS\r\nNOOP\r\n']],
  ])('ends the session when something follows it in clear: %s', async (_how, pieces) => {
    await using ftp = await startTlsServer();
    const client = await ftp.connect();
    for (const piece of pieces) client.send(piece);
    const said = await client.end();
    expect(said).toMatch(/^503 /m);
    expect(said).not.toMatch(/^(?:234|331|230|257) /m);
    await untilTrue('the session is over', () => ftp.server.sessions.size === 0);
  });

  test('ends the session when what follows its reply is no handshake', async () => {
    const { Handler, events } = observed();
    await using ftp = await startTestServer(Handler);
    const client = await ftp.connect();
    expect((await client.command('AUTH TLS')).code).toBe(234);
    client.send('USER user\r\nPASS secret\r\n');
    await client.end();
    await untilTrue('the session is over', () => ftp.server.sessions.size === 0);
    expect(events.some(({ type }) => type === 'tlsFailed')).toBe(true);
    expect(events.flatMap((event) => (event.type === 'command' ? [event.verb] : []))).toEqual(['AUTH']);
  });

  test('waits for a handshake as long as it is told, however slow its bytes come', async () => {
    await using ftp = await startTlsServer({ handshakeTimeout: 0.3 });
    const client = await ftp.connect();
    expect((await client.command('AUTH TLS')).code).toBe(234);
    // The head of a record of 16 KiB, and then a byte now and then.
    client.send('\u0016\u0003\u0001\u0040\u0000');
    const drip = setInterval(() => client.send('\u0001'), 50);
    await client.end();
    clearInterval(drip);
    await untilTrue('the session is over', () => ftp.server.sessions.size === 0);
  });

  test('is refused while there are too many handshakes, in all or from one address', async () => {
    for (const settings of [{ maxHandshakes: 2 }, { maxHandshakesPerAddress: 2 }]) {
      await using ftp = await startTlsServer(settings);
      const waiting = [await ftp.connect(), await ftp.connect()];
      for (const client of waiting) expect((await client.command('AUTH TLS')).code).toBe(234);
      const client = await ftp.connect();
      expect((await client.command('AUTH TLS')).code).toBe(431);
      expect((await client.command('NOOP')).code).toBe(200);
      waiting[0]?.close();
      await untilTrue('one has gone', () => ftp.server.sessions.size === 2);
      const late = await TlsClient.connect(ftp.port);
      expect((await late.command('NOOP')).code).toBe(200);
      late.close();
    }
  });

  test('is served in the versions that are allowed, and no other', async () => {
    await using ftp = await startTlsServer();
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const client = await TlsClient.connect(ftp.port, { minVersion: version, maxVersion: version });
      expect(client.control.getProtocol()).toBe(version);
      client.close();
    }
    await expect(TlsClient.connect(ftp.port, { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' })).rejects.toThrow(
      /protocol/,
    );
    await using strict = await startTlsServer({ tlsMinVersion: 'TLSv1.3' });
    await expect(TlsClient.connect(strict.port, { maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol/);
  });

  test('refuses who means to speak something else (ALPN)', async () => {
    await using ftp = await startTlsServer();
    const client = await TlsClient.connect(ftp.port, { ALPNProtocols: ['ftp'] });
    expect(client.control.alpnProtocol).toBe('ftp');
    client.close();
    await expect(TlsClient.connect(ftp.port, { ALPNProtocols: ['http/1.1'] })).rejects.toThrow(/application/);
  });
});

test('FEAT tells of TLS where there is TLS', async () => {
  await using ftp = await startTlsServer({ clearControlAllowed: true });
  const features = (await (await ftp.connect()).command('FEAT')).lines.map((line) => line.trim());
  expect(features).toEqual(expect.arrayContaining(['AUTH TLS', 'CCC', 'PBSZ', 'PROT']));
  await using plain = await startTestServer();
  expect((await (await plain.connect()).command('FEAT')).text).not.toMatch(/AUTH|PBSZ|PROT|CCC/);
});

test('PBSZ comes before PROT, which takes C and P', async () => {
  await using ftp = await startTlsServer();
  const client = await TlsClient.connect(ftp.port);
  expect((await client.command('PROT P')).code).toBe(503);
  expect((await client.command('PBSZ many')).code).toBe(501);
  expect((await client.command('PBSZ 16384')).text).toBe('200 PBSZ=0');
  for (const [level, code] of [
    ['P', 200],
    ['C', 200],
    ['S', 536],
    ['E', 536],
    ['X', 504],
    ['', 501],
  ] as const) {
    expect((await client.command(`PROT ${level}`.trim())).code, level).toBe(code);
  }
  client.close();
});

describe('what is required', () => {
  test('of the control connection: no name and no password in clear', async () => {
    await using ftp = await startTlsServer({ tlsControlRequired: true, clearControlAllowed: true });
    const clear = await ftp.connect();
    expect((await clear.command('USER user')).code).toBe(550);
    expect((await clear.command('PASS secret')).code).toBe(550);
    const client = await TlsClient.login(ftp.port);
    expect((await client.command('CCC')).code).toBe(534);
    expect((await client.command('FEAT')).text).not.toContain('CCC');
    client.close();
  });

  test('of data connections: no transfer in clear', async () => {
    await using ftp = await startTlsServer({ tlsDataRequired: true });
    const client = await TlsClient.login(ftp.port);
    expect((await client.command('PROT C')).code).toBe(521);
    expect((await client.transmit('STOR file', 'x')).code).toBe(226);
    const other = await TlsClient.connect(ftp.port);
    await other.command('USER user');
    await other.command('PASS secret');
    for (const command of ['RETR file', 'STOR new', 'APPE new', 'STOU', 'LIST', 'NLST', 'MLSD']) {
      expect((await other.command(command)).code, command).toBe(521);
    }
    expect((await other.command('MLST file')).code).toBe(250);
    client.close();
    other.close();
  });
});

describe('back to clear', () => {
  test.each([true, false])('by CCC, whether or not the client ends TLS by its word: %s', async (notify) => {
    await using ftp = await startTlsServer({ clearControlAllowed: true });
    const client = await TlsClient.connect(ftp.port);
    expect((await client.command('CCC')).code).toBe(533);
    await client.command('USER user');
    await client.command('PASS secret');
    await client.command('PBSZ 0');
    await client.command('PROT P');
    const ended = once(client.control, 'end');
    expect((await client.command('CCC')).code).toBe(200);
    await ended;
    const clear = await client.inClear({ notify });
    expect((await clear.command('PWD')).code).toBe(257);
    expect((await clear.command('PROT C')).code).toBe(503);
    expect((await clear.command('CCC')).code).toBe(533);
    // Data connections are as protected as before.
    const plain = await clear.passive();
    expect((await clear.transmit('STOR file', 'content', client.protect(plain))).code).toBe(226);
    expect((await clear.command('QUIT')).code).toBe(221);
    await clear.end();
  });

  test('by CCC with the next command in the same piece as the end of TLS', async () => {
    await using ftp = await startTlsServer({ clearControlAllowed: true });
    const client = await TlsClient.login(ftp.port);
    expect((await client.command('CCC')).code).toBe(200);
    const { socket } = client;
    socket.cork();
    client.control.end();
    await untilTrue('TLS has said its end', () => socket.writableLength > 0);
    const clear = await client.inClear({ notify: false });
    clear.send('PWD\r\nNOOP\r\n');
    socket.uncork();
    expect((await clear.reply()).code).toBe(257);
    expect((await clear.reply()).code).toBe(200);
    clear.close();
  });

  test('by CCC is refused unless it is allowed', async () => {
    await using ftp = await startTlsServer();
    const client = await TlsClient.login(ftp.port);
    expect((await client.command('CCC')).code).toBe(534);
    expect((await client.command('PWD')).code).toBe(257);
    client.close();
  });

  test('by REIN, and to TLS again', async () => {
    await using ftp = await startTlsServer();
    const client = await TlsClient.login(ftp.port);
    const ended = once(client.control, 'end');
    expect((await client.command('REIN')).code).toBe(230);
    await ended;
    const clear = await client.inClear({ notify: true });
    expect((await clear.command('PWD')).code).toBe(530);
    expect((await clear.command('PROT P')).code).toBe(503);
    client.socket.removeAllListeners('data');
    await client.auth();
    expect((await client.command('USER user')).code).toBe(331);
    expect((await client.command('PASS secret')).code).toBe(230);
    client.close();
  });
});

describe('implicit TLS', () => {
  test('greets after the handshake, and protects data connections', async () => {
    const Handler = tlsHandler();
    await using ftp = await startTestServer(Handler);
    await using server = new FTPServer({ host: '127.0.0.1', port: 0, implicitTls: true }, Handler);
    await server.listen();
    const client = await TlsClient.implicit(server.addresses[0]?.port ?? 0);
    await client.command('USER user');
    await client.command('PASS secret');
    expect((await client.transmit('STOR file', 'content')).code).toBe(226);
    expect((await client.receive('RETR file')).data.toString()).toBe('content');
    client.close();
    expect(ftp.errors).toEqual([]);
  });

  test('never says anything in clear, not even to one client too many', async () => {
    await using server = new FTPServer({ host: '127.0.0.1', port: 0, implicitTls: true }, tlsHandler());
    server.maxCons = 1;
    await server.listen();
    const port = server.addresses[0]?.port ?? 0;
    const first = connect(port, '127.0.0.1');
    await untilTrue('it is served', () => server.sessions.size === 1);
    const second = await RawClient.connect(port);
    expect(await second.end()).toBe('');
    first.write('USER user\r\n');
    let said = '';
    first.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
    });
    first.on('error', () => undefined);
    await new Promise((resolve) => first.once('close', resolve));
    expect(said).not.toMatch(/^\d\d\d /m);
  });

  test('needs a handler with TLS', async () => {
    const server = new FTPServer({ host: '127.0.0.1', port: 0, implicitTls: true }, FTPHandler);
    await expect(server.listen()).rejects.toMatchObject({ code: 'TLS' });
  });
});

describe('certificates', () => {
  test('are asked for when the server starts', async () => {
    for (const settings of [{ certfile: undefined }, { certfile: '/nowhere' }, { certificate: 'no certificate' }]) {
      const server = new FTPServer({ host: '127.0.0.1', port: 0 }, tlsHandler(settings));
      await expect(server.listen()).rejects.toMatchObject({ code: 'TLS' });
      expect(server.addresses).toEqual([]);
    }
  });

  test('of a name are for clients who say it, on their data connections as well', async () => {
    const other = { certificate: certificate('other.example'), key: certificate('other.example') };
    const asked: string[] = [];
    await using ftp = await startTlsServer({
      sniCallback: async (name) => {
        asked.push(name);
        await Promise.resolve();
        if (name === 'broken.example') throw new Error('no such thing');
        return name === 'other.example' ? other : name === 'bad.example' ? 'refuse' : 'default';
      },
    });
    const anonymous = await TlsClient.login(ftp.port);
    expect(anonymous.control.getPeerCertificate().subject.CN).toBe('localhost');
    anonymous.close();
    expect(asked).toEqual([]);
    const unknown = await TlsClient.login(ftp.port, { servername: 'unknown.example' });
    expect(unknown.control.getPeerCertificate().subject.CN).toBe('localhost');
    unknown.close();
    const client = await TlsClient.login(ftp.port, { servername: 'other.example' });
    expect(client.control.getPeerCertificate().subject.CN).toBe('other.example');
    const data = await client.data({ resume: false });
    const certified = once(data, 'secureConnect').then(() => String(data.getPeerCertificate().subject.CN));
    expect((await client.raw.receive('LIST', data)).reply.code).toBe(226);
    expect(await certified).toBe('other.example');
    expect((await client.receive('LIST')).reply.code).toBe(226);
    client.close();
    // Nobody is asked once somebody is logged in.
    expect(asked).toEqual(['unknown.example', 'other.example']);
    await expect(TlsClient.connect(ftp.port, { servername: 'bad.example' })).rejects.toThrow(/disconnected/);
    await expect(TlsClient.connect(ftp.port, { servername: 'broken.example' })).rejects.toThrow(/disconnected/);
  });

  test('that are replaced are used by the next session, and not by those that go on', async () => {
    const identities = ['localhost', 'other.example'] as const;
    const [first, second] = identities.map((name) => ({ certificate: certificate(name), key: certificate(name) }));
    if (first === undefined || second === undefined) throw new Error('two are expected');
    let current = first;
    const Handler = tlsHandler({ tls: new TlsService({ identity: { current: () => current } }) });
    await using ftp = await startTestServer(Handler);
    const old = await TlsClient.login(ftp.port);
    current = second;
    const young = await TlsClient.login(ftp.port);
    expect(young.control.getPeerCertificate().subject.CN).toBe('other.example');
    const data = await old.data({ resume: false });
    const certified = once(data, 'secureConnect').then(() => String(data.getPeerCertificate().subject.CN));
    await old.raw.receive('LIST', data);
    expect(await certified).toBe('localhost');
    old.close();
    young.close();
  });

  test('of clients can be required, and then are on data connections, too', async () => {
    const { Handler, events } = observed({
      clientCertificates: { authorities: certificate('client-authority'), required: true },
    });
    await using ftp = await startTestServer(Handler);
    const alice = { cert: certificate('alice'), key: certificate('alice') };
    const client = await TlsClient.login(ftp.port, alice);
    const [session] = ftp.server.sessions;
    expect(session?.clientCertificate?.subject).toBe('CN=alice');
    expect((await client.transmit('STOR file', 'x')).code).toBe(226);
    expect((await client.receive('LIST', { resume: false })).reply.code).toBe(226);
    client.close();
    const without = await TlsClient.connect(ftp.port, { maxVersion: 'TLSv1.2' }).catch(() => undefined);
    expect(without).toBeUndefined();
    const stranger = { cert: certificate('localhost'), key: certificate('localhost') };
    await TlsClient.connect(ftp.port, { ...stranger, maxVersion: 'TLSv1.2' }).catch(() => undefined);
    await untilTrue('both were refused', () => events.filter(({ type }) => type === 'tlsFailed').length === 2);
    await untilTrue('the sessions are over', () => ftp.server.sessions.size === 0);
  });
});

test('the end of the client is the end of the session, said or not', async () => {
  await using ftp = await startTlsServer();
  const client = await TlsClient.login(ftp.port);
  expect((await client.command('QUIT')).code).toBe(221);
  await client.raw.end();
  client.close();
  const other = await TlsClient.login(ftp.port);
  other.control.end();
  await other.raw.end();
  other.close();
  const third = await TlsClient.login(ftp.port);
  third.socket.resetAndDestroy();
  await untilTrue('all sessions are over', () => ftp.server.sessions.size === 0);
});

test('what a handshake needs is there for the next one, although the session goes on', async () => {
  const identity = { certificate: certificate('localhost'), key: certificate('localhost') };
  const service = new TlsService({ identity });
  await using ftp = await startTestServer(tlsHandler({ tls: service }));
  const endpoint = service.takeEndpoint(identity);
  service.giveEndpoint(identity, endpoint);
  for (let count = 0; count < 3; count += 1) {
    const client = await TlsClient.login(ftp.port);
    expect((await client.transmit('STOR file', 'content')).code).toBe(226);
    expect(service.takeEndpoint(identity)).toBe(endpoint);
    service.giveEndpoint(identity, endpoint);
  }
  expect(ftp.server.sessions.size).toBe(3);
});

test('a client cannot renegotiate', async () => {
  await using ftp = await startTlsServer();
  const client = await TlsClient.login(ftp.port, { maxVersion: 'TLSv1.2' });
  client.control.renegotiate({ rejectUnauthorized: false }, () => undefined);
  expect(await client.raw.end()).toBe('');
  await untilTrue('the session is over', () => ftp.server.sessions.size === 0);
  client.close();
});

test('nothing is left of sessions that break in every state of a handshake', async () => {
  await using ftp = await startTlsServer({ handshakeTimeout: 0.5, maxHandshakesPerAddress: 0 });
  const warm = await TlsClient.login(ftp.port);
  warm.close();
  await untilTrue('it is over', () => ftp.server.sessions.size === 0);
  const before = openDescriptors();
  const hello = await helloOf();
  const attempts = Array.from({ length: 60 }, async (_, index) => {
    const client = await RawClient.connect(ftp.port);
    await client.reply();
    await client.command('AUTH TLS');
    if (index % 4 !== 0) client.send(hello.toString('latin1').slice(0, index % 4 === 1 ? hello.length : index * 3));
    if (index % 4 === 2) client.socket.resetAndDestroy();
    else if (index % 4 === 3) client.send('\u0000'.repeat(1000));
    if (index % 2 === 0) client.close();
    else await client.end().catch(() => '');
  });
  await Promise.all(attempts);
  await untilTrue('all sessions are over', () => ftp.server.sessions.size === 0);
  await untilTrue('nothing is left open', () => openDescriptors() <= before);
  const client = await TlsClient.login(ftp.port);
  expect((await client.command('NOOP')).code).toBe(200);
  client.close();
});

/** The first flight of a client. */
async function helloOf(): Promise<Buffer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  const accepted = once(server, 'connection');
  const client = connectTls({ port: address.port, host: '127.0.0.1', rejectUnauthorized: false });
  client.on('error', () => undefined);
  const [socket]: Socket[] = await accepted;
  if (socket === undefined) throw new Error('no connection');
  const [chunk]: Buffer[] = await once(socket, 'data');
  client.destroy();
  socket.destroy();
  server.close();
  return chunk ?? Buffer.alloc(0);
}
