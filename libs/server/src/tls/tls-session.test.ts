import { constants, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { openDescriptors, RawClient, untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { ThrottledDTPHandler } from '../data/throttled-dtp-handler.ts';
import type { SessionEvent } from '../contract/events.ts';
import { TlsClient } from '../testing/tls-client.ts';
import { startTlsServer, tlsHandler } from '../testing/tls-server.ts';
import { startTestServer } from '../testing/test-server.ts';
import type { TLS_FTPHandler } from '../face/tls-ftp-handler.ts';

/** Data connections that take 2 MB in a second. */
class Slow extends ThrottledDTPHandler {
  static override readLimit = 2_000_000;
}

const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

/** A handler that remembers which data connections were resumed. */
function observed(settings: Parameters<typeof tlsHandler>[0] = {}): {
  readonly Handler: typeof TLS_FTPHandler;
  readonly events: SessionEvent[];
  readonly data: () => boolean[];
} {
  const events: SessionEvent[] = [];
  const Handler = class extends tlsHandler(settings) {
    override onEvent(event: SessionEvent): void {
      events.push(event);
    }
  };
  const data = (): boolean[] =>
    events.flatMap((event) => (event.type === 'tls' && event.channel === 'data' ? [event.resumed] : []));
  return { Handler, events, data };
}

describe.each(VERSIONS)('data connections over %s', (version) => {
  const options = { minVersion: version, maxVersion: version };

  test('carry uploads, downloads and listings, passive and active', async () => {
    await using ftp = await startTlsServer();
    const client = await TlsClient.login(ftp.port, options);
    for (const size of [0, 1, 16_384, 16_385, 3_000_001]) {
      const content = randomBytes(size);
      expect((await client.transmit('STOR file', content)).code, `${size}`).toBe(226);
      const { data, reply } = await client.receive('RETR file');
      expect(reply.code).toBe(226);
      expect(data.equals(content)).toBe(true);
    }
    expect((await client.receive('LIST')).data.toString()).toContain('file');
    expect((await client.receive('MLSD')).data.toString()).toContain('size=3000001;');
    const active = await client.raw.active();
    client.raw.send('STOR active\r\n');
    const data = client.protect(await active.connection);
    data.once('secureConnect', () => data.end('over EPRT'));
    expect((await client.reply()).code).toBe(150);
    expect((await client.reply()).code).toBe(226);
    active.close();
    expect(readFileSync(path.join(ftp.folder, 'active'), 'latin1')).toBe('over EPRT');
    client.close();
  });

  test('resume the session of the control connection, each with a ticket of its own, as often as the client likes', async () => {
    const { Handler, data } = observed({ dataSessionReuse: 'require' });
    await using ftp = await startTestServer(Handler);
    writeFileSync(path.join(ftp.folder, 'file'), 'content');
    const client = await TlsClient.login(ftp.port, options);
    for (let count = 0; count < 6; count += 1) expect((await client.receive('RETR file')).reply.code).toBe(226);
    expect((await client.transmit('STOR other', 'x')).code).toBe(226);
    expect(data()).toEqual(Array.from({ length: 7 }, () => true));
    client.close();
  });

  test('that do not resume are refused where they have to', async () => {
    const { Handler, events } = observed({ dataSessionReuse: 'require' });
    await using ftp = await startTestServer(Handler);
    writeFileSync(path.join(ftp.folder, 'file'), 'content');
    const client = await TlsClient.login(ftp.port, options);
    const refused = await client.receive('RETR file', { resume: false });
    expect(refused.reply.code).toBe(522);
    expect(refused.data.length).toBe(0);
    expect((await client.transmit('STOR new', 'x', { resume: false })).code).toBe(522);
    expect(readdirSync(ftp.folder)).toEqual(['file']);
    expect(events.filter(({ type }) => type === 'tlsFailed')).toHaveLength(2);
    expect((await client.receive('RETR file')).reply.code).toBe(226);
    const later = await client.receive('RETR file', { resume: false });
    expect(later.reply.text).toMatch(/^522 .*although it was before/);
    client.close();
  });

  test('cannot resume the session of another control connection', async () => {
    const { Handler, data } = observed();
    await using ftp = await startTestServer(Handler);
    writeFileSync(path.join(ftp.folder, 'file'), 'content');
    const first = await TlsClient.login(ftp.port, options);
    const second = await TlsClient.login(ftp.port, options);
    first.sessions.splice(0, Number.POSITIVE_INFINITY, ...second.sessions.splice(0));
    expect(first.sessions.length).toBeGreaterThan(0);
    expect((await first.receive('RETR file')).reply.code).toBe(226);
    expect(data()).toEqual([false]);
    first.close();
    second.close();
  });

  test('cannot resume the session of a control connection that has ended', async () => {
    const { Handler, data } = observed();
    await using ftp = await startTestServer(Handler);
    writeFileSync(path.join(ftp.folder, 'file'), 'content');
    const first = await TlsClient.login(ftp.port, options);
    first.close();
    await untilTrue('the session is over', () => ftp.server.sessions.size === 0);
    const second = await TlsClient.login(ftp.port, options);
    second.sessions.splice(0, Number.POSITIVE_INFINITY, ...first.sessions);
    expect((await second.receive('RETR file')).reply.code).toBe(226);
    expect(data()).toEqual([false]);
    second.close();
  });

  test('are never resumed where that is off', async () => {
    const { Handler, data } = observed({ dataSessionReuse: 'off' });
    await using ftp = await startTestServer(Handler);
    writeFileSync(path.join(ftp.folder, 'file'), 'content');
    const client = await TlsClient.login(ftp.port, options);
    expect((await client.receive('RETR file')).reply.code).toBe(226);
    expect(data()).toEqual([false]);
    client.close();
  });

  test('get no ticket when the client only sends, a new one when it reads', async () => {
    await using ftp = await startTlsServer();
    const client = await TlsClient.login(ftp.port, options);
    await untilTrue('the tickets are there', () => client.sessions.length >= (version === 'TLSv1.3' ? 2 : 1));
    const before = client.sessions.length;
    expect((await client.transmit('STOR file', 'content')).code).toBe(226);
    const used = version === 'TLSv1.3' ? 1 : 0;
    expect(client.sessions.length).toBe(before - used);
    expect((await client.receive('RETR file')).reply.code).toBe(226);
    expect(client.sessions.length).toBe(before - used);
    client.close();
  });

  describe('an upload is complete', () => {
    const content = randomBytes(1_000_000);

    test.each(['both', 'notify'] as const)('when the client says so: %s', async (how) => {
      await using ftp = await startTlsServer();
      const client = await TlsClient.login(ftp.port, options);
      const reply = await client.transmit('STOR file', content, { keepsConnection: how === 'notify' });
      expect(reply.code).toBe(226);
      expect(readFileSync(path.join(ftp.folder, 'file')).equals(content)).toBe(true);
      client.close();
    });

    test.each([0, 1, 16_362, 16_384, 1_000_000])(
      'but not when only its connection ends, after %i bytes',
      async (size) => {
        await using ftp = await startTlsServer();
        writeFileSync(path.join(ftp.folder, 'file'), 'old');
        const client = await TlsClient.login(ftp.port, options);
        const plain = await client.raw.passive();
        const data = client.protect(plain);
        const secured = once(data, 'secureConnect');
        expect((await client.command('STOR file')).code).toBeLessThan(200);
        await secured;
        await new Promise((resolve) => data.write(content.subarray(0, size), resolve));
        plain.end();
        expect((await client.reply()).code).toBe(426);
        expect(readdirSync(ftp.folder)).toEqual(['file']);
        expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('old');
        expect((await client.command('NOOP')).code).toBe(200);
        client.close();
      },
    );
  });

  test('a download ends with the word that it does, and needs none from the client', async () => {
    await using ftp = await startTlsServer();
    writeFileSync(path.join(ftp.folder, 'file'), randomBytes(500_000));
    const client = await TlsClient.login(ftp.port, options);
    const plain = await client.raw.passive();
    const data = client.protect(plain, { keepsConnection: true });
    let wireEnded = false;
    let bytes = 0;
    plain.on('end', () => {
      wireEnded = true;
    });
    const ended = new Promise<boolean>((resolve) => {
      // What TLS says of its end is heard before the end of what is below it.
      data.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      data.on('end', () => resolve(wireEnded));
    });
    expect((await client.command('RETR file')).code).toBeLessThan(200);
    expect((await client.reply()).code).toBe(226);
    await ended;
    expect(bytes).toBe(500_000);
    plain.destroy();
    expect((await client.command('NOOP')).code).toBe(200);
    client.close();
  });
});

describe('a handshake of a data connection', () => {
  test('that fails costs the transfer, and nothing else', async () => {
    await using ftp = await startTlsServer();
    writeFileSync(path.join(ftp.folder, 'file'), 'content');
    const client = await TlsClient.login(ftp.port);
    // Listeners are kept; from here on there are enough of them.
    for (let count = 0; count < 10; count += 1) await client.command('EPSV');
    await client.command('ABOR');
    const before = openDescriptors();
    for (const command of ['RETR file', 'STOR new', 'LIST']) {
      const plain = await client.raw.passive();
      plain.on('error', () => undefined);
      expect((await client.command(command)).code).toBeLessThan(200);
      plain.end('this is not TLS');
      expect((await client.reply()).code, command).toBe(425);
      plain.destroy();
    }
    expect(readdirSync(ftp.folder)).toEqual(['file']);
    expect((await client.receive('RETR file')).data.toString()).toBe('content');
    await untilTrue('nothing is left open', () => openDescriptors() <= before);
    client.close();
  });

  test('that never ends is given up', async () => {
    await using ftp = await startTlsServer({ handshakeTimeout: 0.2 });
    const client = await TlsClient.login(ftp.port);
    const plain = await client.raw.passive();
    plain.on('error', () => undefined);
    expect((await client.command('LIST')).code).toBeLessThan(200);
    expect((await client.reply()).text).toMatch(/^425 .*too long/);
    plain.destroy();
    client.close();
  });

  test('is given up when the client says ABOR, or goes', async () => {
    await using ftp = await startTlsServer();
    const client = await TlsClient.login(ftp.port);
    const plain = await client.raw.passive();
    plain.on('error', () => undefined);
    expect((await client.command('LIST')).code).toBeLessThan(200);
    client.raw.send('ABOR\r\n');
    expect((await client.reply()).code).toBe(426);
    expect((await client.reply()).code).toBe(226);
    await client.raw.passive();
    expect((await client.command('LIST')).code).toBeLessThan(200);
    client.close();
    await untilTrue('the session is over', () => ftp.server.sessions.size === 0);
  });
});

test('a client without tickets resumes by the id of its session', async () => {
  const { Handler, data } = observed({ dataSessionReuse: 'require' });
  await using ftp = await startTestServer(Handler);
  const client = await TlsClient.login(ftp.port, { maxVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_TICKET });
  expect((await client.transmit('STOR file', 'content')).code).toBe(226);
  expect((await client.receive('RETR file')).data.toString()).toBe('content');
  expect(data()).toEqual([true, true]);
  client.close();
});

test('an upload that is held up arrives whole, and what came of it before ABOR is dropped with it', async () => {
  await using ftp = await startTlsServer({ dtpHandler: Slow });
  const client = await TlsClient.login(ftp.port);
  const content = randomBytes(1_500_000);
  expect((await client.transmit('STOR file', content)).code).toBe(226);
  expect(readFileSync(path.join(ftp.folder, 'file')).equals(content)).toBe(true);
  const data = await client.data();
  data.once('secureConnect', () => data.write(randomBytes(4_000_000)));
  expect((await client.command('STOR file')).code).toBeLessThan(200);
  await untilTrue('bytes have arrived', () =>
    [...ftp.server.sessions].some(({ data }) => (data.transfer?.dtp?.transmittedBytes ?? 0) > 0),
  );
  client.raw.send('ABOR\r\n');
  expect((await client.reply()).code).toBe(426);
  expect((await client.reply()).code).toBe(226);
  expect(readFileSync(path.join(ftp.folder, 'file')).equals(content)).toBe(true);
  client.close();
});

test('data connections are in clear until PROT P is said', async () => {
  await using ftp = await startTlsServer();
  const client = await TlsClient.connect(ftp.port);
  await client.command('USER user');
  await client.command('PASS secret');
  expect((await client.raw.transmit('STOR file', 'in clear')).code).toBe(226);
  expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('in clear');
  client.close();
});

test('a client in clear cannot make data connections over TLS', async () => {
  await using ftp = await startTlsServer();
  const client = await RawClient.login(ftp.port, 'user', 'secret');
  expect((await client.command('PROT P')).code).toBe(503);
  expect((await client.transmit('STOR file', 'x')).code).toBe(226);
  expect(existsSync(path.join(ftp.folder, 'file'))).toBe(true);
  client.close();
});

test('a session that another process keeps protected has its data connections served here', async () => {
  const { Handler, data } = observed({ dataSessionReuse: 'require' });
  await using ftp = await startTestServer(Handler);
  writeFileSync(path.join(ftp.folder, 'file'), 'content');
  const client = await TlsClient.login(ftp.port);
  const [first] = ftp.server.sessions;
  const handover = first?.tls.handover;
  if (handover === undefined) throw new Error('a handover is expected');
  // What a relay would make of it: the same client, in clear.
  const relayed = await RawClient.login(ftp.port, 'user', 'secret');
  const second = [...ftp.server.sessions].find((session) => session !== first);
  second?.tls.adopt(handover);
  expect(second?.isSecured).toBe(true);
  expect(second?.tlsInfo?.version).toBe('TLSv1.3');
  expect((await relayed.command('PBSZ 0')).code).toBe(200);
  expect((await relayed.command('PROT P')).code).toBe(200);
  const { reply } = await relayed.receive('RETR file', client.protect(await relayed.passive()));
  expect(reply.code).toBe(226);
  expect(data()).toEqual([true]);
  client.close();
  relayed.close();
});
