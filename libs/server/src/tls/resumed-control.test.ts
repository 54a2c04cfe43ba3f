// A control connection that resumes the TLS session of another one.
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import type { SessionEvent } from '../contract/events.ts';
import { startTestServer } from '../testing/test-server.ts';
import { TlsClient, type TlsClientOptions } from '../testing/tls-client.ts';
import { certificate, startTlsServer, tlsHandler } from '../testing/tls-server.ts';
import type { TLS_FTPHandler } from '../face/tls-ftp-handler.ts';
import type { NamedIdentity, TlsIdentity } from '../contract/tls.ts';
import { TlsService } from './tls-service.ts';

function identity(name: 'localhost' | 'other.example'): TlsIdentity {
  return { certificate: certificate(name), key: certificate(name) };
}

function observed(settings: Parameters<typeof tlsHandler>[0] = {}): {
  readonly Handler: typeof TLS_FTPHandler;
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
  return { Handler, data };
}

/** What a client that has logged in can resume, once it has left. */
async function sessionOf(port: number, options: TlsClientOptions): Promise<Buffer> {
  const client = await TlsClient.login(port, options);
  await untilTrue('there is a ticket', () => client.sessions.length > 0);
  expect((await client.command('QUIT')).code).toBe(221);
  client.close();
  const session = client.sessions.at(-1);
  if (session === undefined) throw new Error('a session is expected');
  return session;
}

async function isResumed(port: number, options: TlsClientOptions): Promise<boolean> {
  const client = await TlsClient.connect(port, options);
  const resumed = client.control.isSessionReused();
  client.close();
  return resumed;
}

describe('over TLS 1.3', () => {
  const options = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' } as const;

  test('a client that comes back resumes, and its data connections resume what is new', async () => {
    const { Handler, data } = observed({ dataSessionReuse: 'require' });
    await using ftp = await startTestServer(Handler);
    writeFileSync(path.join(ftp.folder, 'file'), 'content');
    let session = await sessionOf(ftp.port, options);
    for (let count = 0; count < 3; count += 1) {
      const client = await TlsClient.login(ftp.port, { ...options, session });
      expect(client.control.isSessionReused()).toBe(true);
      expect((await client.receive('RETR file')).data.toString()).toBe('content');
      expect((await client.transmit('STOR other', 'x')).code).toBe(226);
      session = client.sessions.at(-1) ?? (await sessionOf(ftp.port, options));
      client.close();
    }
    expect(data()).toEqual(Array.from({ length: 6 }, () => true));
  });

  test('a data connection cannot resume what its control connection has resumed', async () => {
    const { Handler, data } = observed();
    await using ftp = await startTestServer(Handler);
    writeFileSync(path.join(ftp.folder, 'file'), 'content');
    const session = await sessionOf(ftp.port, options);
    const client = await TlsClient.login(ftp.port, { ...options, session });
    expect(client.control.isSessionReused()).toBe(true);
    client.sessions.splice(0, Number.POSITIVE_INFINITY, session);
    expect((await client.receive('RETR file')).reply.code).toBe(226);
    expect(data()).toEqual([false]);
    client.close();
  });

  test('a certificate that was replaced is shown to who resumes', async () => {
    const [first, second] = [identity('localhost'), identity('other.example')];
    let current = first;
    await using ftp = await startTestServer(
      tlsHandler({ tls: new TlsService({ identity: { current: () => current } }) }),
    );
    const session = await sessionOf(ftp.port, options);
    expect(await isResumed(ftp.port, { ...options, session })).toBe(true);
    current = second;
    const client = await TlsClient.connect(ftp.port, { ...options, session });
    expect(client.control.isSessionReused()).toBe(false);
    expect(client.control.getPeerCertificate().subject.CN).toBe('other.example');
    client.close();
  });

  test('another server knows nothing of it', async () => {
    await using ftp = await startTlsServer();
    await using other = await startTlsServer();
    const session = await sessionOf(ftp.port, options);
    expect(await isResumed(other.port, { ...options, session })).toBe(false);
  });

  test('who has to show a certificate shows it each time', async () => {
    const clientCertificates = { authorities: certificate('client-authority'), required: true };
    await using ftp = await startTlsServer({ clientCertificates });
    const alice = { ...options, cert: certificate('alice'), key: certificate('alice') };
    const session = await sessionOf(ftp.port, alice);
    expect(await isResumed(ftp.port, { ...alice, session })).toBe(false);
  });

  test('what a name means holds for who resumes', async () => {
    const other = identity('other.example');
    const meaning: Record<string, NamedIdentity> = {};
    await using ftp = await startTlsServer({
      sniCallback: async (name) => {
        await Promise.resolve();
        const meant = meaning[name];
        if (meant === undefined) throw new Error('no such name');
        return meant;
      },
    });
    const named = { ...options, servername: 'a.example' };
    meaning['a.example'] = 'default';
    const session = await sessionOf(ftp.port, named);
    expect(await isResumed(ftp.port, { ...named, session })).toBe(true);
    meaning['a.example'] = other;
    const client = await TlsClient.login(ftp.port, { ...named, session });
    const data = await client.data({ resume: false });
    const shown = new Promise((resolve) => {
      data.once('secureConnect', () => resolve(data.getPeerCertificate().subject.CN));
    });
    expect((await client.raw.receive('LIST', data)).reply.code).toBe(226);
    expect(await shown).toBe('other.example');
    client.close();
    // Its own session begins with that certificate, and is resumed by nobody else's control connection.
    const others = await sessionOf(ftp.port, named);
    expect(await isResumed(ftp.port, { ...named, session: others })).toBe(false);
    expect(await isResumed(ftp.port, { ...options, session: others })).toBe(false);
    for (const refused of ['refuse', undefined] as const) {
      if (refused === undefined) delete meaning['a.example'];
      else meaning['a.example'] = refused;
      const late = await TlsClient.connect(ftp.port, { ...named, session }).catch(() => undefined);
      if (late !== undefined) expect(await late.raw.end()).toBe('');
    }
    await untilTrue('the sessions are over', () => ftp.server.sessions.size === 0);
    expect(ftp.errors).toEqual([]);
  });
});

test('over TLS 1.2 nothing is resumed but by data connections', async () => {
  const { Handler, data } = observed({ dataSessionReuse: 'require' });
  await using ftp = await startTestServer(Handler);
  const options = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;
  const session = await sessionOf(ftp.port, options);
  const client = await TlsClient.login(ftp.port, { ...options, session });
  expect(client.control.isSessionReused()).toBe(false);
  expect((await client.receive('LIST')).reply.code).toBe(226);
  expect(data()).toEqual([true]);
  client.close();
});
