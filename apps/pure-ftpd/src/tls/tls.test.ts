import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';

import { makeCertificate } from '@pure-ftpd/x509';
import { type RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { asUser, isRoot, inOneProcess, PASSWORD, Place, RunningDaemon, runProgram } from '../testing/running-daemon.ts';
import { implicitClient, protectedData, type SecuredClient, securedClient } from '../testing/tls-client.ts';

/** What the client's side says of a handshake that the server ends. */
const NO_HANDSHAKE = /alert|disconnected|ECONNRESET|hang up/;

let place: Place;
let daemon: RunningDaemon | undefined;
let helper: Server | undefined;

beforeEach(async () => {
  place = new Place();
  await place.users({ joe: `${place.home}/./` });
});
afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
  helper?.close();
  helper = undefined;
  place.remove();
});

/** A certificate with its key, in one file that the daemon may read. */
function certificate(file: string, name: string, days = 365): string {
  const target = path.join(place.folder, file);
  const made = makeCertificate({ names: [name], notAfter: Date.now() + days * 86_400_000 });
  writeFileSync(`${target}.new`, made.certificate + made.key);
  place.give(`${target}.new`);
  chmodSync(`${target}.new`, 0o600);
  renameSync(`${target}.new`, target);
  return target;
}

async function start(...words: readonly string[]): Promise<number> {
  daemon = await RunningDaemon.start(place, ['-E', '-H', '-2', certificate('main.pem', 'main.example'), ...words]);
  return daemon.port;
}

async function logIn({ client }: SecuredClient): Promise<void> {
  await client.command('USER joe');
  expect(await client.command(`PASS ${PASSWORD}`)).toMatchObject({ code: 230 });
}

async function codes(client: RawClient, ...lines: readonly string[]): Promise<number[]> {
  const found: number[] = [];
  for (const line of lines) found.push((await client.command(line)).code);
  return found;
}

describe('the modes of -Y', () => {
  const words = ['AUTH TLS', 'ADAT x', 'PBSZ 0', 'PROT P', 'CCC', 'USER joe'];

  test('0: there is no TLS, and the certificate is not looked for', async () => {
    daemon = await RunningDaemon.start(place, ['-E', '-H', '-Y', '0', '-2', '/nothing.pem']);
    const client = await daemon.client();
    expect(await codes(client, ...words)).toEqual([500, 500, 503, 503, 534, 331]);
    expect((await client.command('FEAT')).text).not.toMatch(/AUTH|PBSZ|PROT/);
    client.close();
  });

  test('1: for who wants it', async () => {
    const port = await start('-Y', '1');
    const plain = await daemon?.client();
    if (plain === undefined) throw new Error('no client');
    expect(await codes(plain, 'AUTH GSSAPI', 'AUTH', 'PBSZ 0', 'PROT P', 'CCC', 'USER joe')).toEqual([
      500, 500, 503, 503, 534, 331,
    ]);
    expect(await codes(plain, `PASS ${PASSWORD}`, 'AUTH TLS', 'PWD')).toEqual([230, 500, 257]);
    expect((await plain.command('FEAT')).lines).toEqual(expect.arrayContaining([' AUTH TLS', ' PBSZ', ' PROT']));
    plain.close();
    const secured = await securedClient(port);
    expect(secured.name).toBe('main.example');
    expect(await codes(secured.client, 'AUTH TLS', 'PROT P', 'PROT p', 'PROT S', 'PROT E', 'PROT', 'PROT X')).toEqual([
      234, 200, 200, 200, 200, 503, 534,
    ]);
    await logIn(secured);
    expect(await codes(secured.client, 'PBSZ 0', 'PBSZ', 'PROT C', 'AUTH TLS')).toEqual([200, 200, 200, 500]);
    secured.client.close();
    expect(daemon?.log).toMatch(
      /\[INFO\] TLS: Enabled TLSv1\.3 with TLS_AES_\d+_GCM_SHA\d+, (128|256) secret bits cipher/,
    );
  });

  test('2: for every login; transfers may be in clear', async () => {
    const port = await start('-Y', '2');
    const plain = await daemon?.client();
    if (plain === undefined) throw new Error('no client');
    const refused = await plain.command('USER joe');
    expect([refused.code, refused.lines.length]).toEqual([421, 2]);
    // The connection stays: the client may do better.
    expect(await codes(plain, 'NOOP')).toEqual([200]);
    plain.close();
    const secured = await securedClient(port);
    await logIn(secured);
    expect((await secured.client.receive('NLST')).reply.code).toBe(226);
    expect(await codes(secured.client, 'CCC')).toEqual([534]);
    secured.client.close();
  });

  test('3: for every login and every transfer', async () => {
    const port = await start('-Y', '3');
    const secured = await securedClient(port);
    const { client } = secured;
    await logIn(secured);
    const transfers = ['RETR x', 'STOR x', 'APPE x', 'STOU', 'LIST', 'NLST', 'MLSD'];
    expect(await codes(client, ...transfers)).toEqual(transfers.map(() => 521));
    expect(await codes(client, 'MLST', 'STAT .', 'PROT P')).toEqual([250, 213, 200]);
    const stored = await client.transmit('STOR x', 'content', protectedData(await client.passive()));
    expect(stored.code).toBe(226);
    client.close();
  });

  test('STAT lists over the protected control connection, whatever PROT is', async () => {
    const secured = await securedClient(await start('-Y', '1'));
    await logIn(secured);
    const { client } = secured;
    for (const level of ['C', 'P']) {
      expect(await codes(client, `PROT ${level}`)).toEqual([200]);
      expect((await client.command('STAT .')).text).toMatch(/^213-/);
    }
    client.close();
  });

  test('CCC, where logins may be in clear', async () => {
    const port = await start('-Y', '1');
    const secured = await securedClient(port);
    await logIn(secured);
    expect(await codes(secured.client, 'CCC')).toEqual([200]);
    secured.client.close();
  });
});

describe('where connections begin with TLS (--implicit-tls)', () => {
  test('clients are greeted over it, and data connections are protected', async () => {
    const main = certificate('main.pem', 'main.example');
    // Without -Y, there is TLS all the same.
    daemon = await RunningDaemon.start(place, ['-E', '-H', '-2', main, '--implicit-tls', '127.0.0.1,0']);
    const [, implicit] = await daemon.logged(/listening on 127.0.0.1:\d+[^]*listening on 127.0.0.1:(\d+)/);
    const secured = await implicitClient(Number(implicit));
    expect(secured.name).toBe('main.example');
    await logIn(secured);
    const { client } = secured;
    expect((await client.receive('NLST', protectedData(await client.passive()))).reply.code).toBe(226);
    client.close();
    const other = await securedClient(daemon.port);
    await logIn(other);
    other.client.close();
  });

  test('a -Y of 0 leaves no TLS to begin with', async () => {
    const words = ['-Y', '0', '--implicit-tls', '127.0.0.1,0', '-l', `puredb:${place.database}`, '-S', '127.0.0.1,0'];
    expect(await runProgram([...words, ...asUser()])).toMatchObject({
      status: 252,
      err: expect.stringContaining('--implicit-tls'),
    });
  });
});

/** The reply to a listing whose data connection resumes the session of the control connection, or does not. */
async function listingWith(port: number, isResumed: boolean): Promise<number> {
  const version = { maxVersion: 'TLSv1.2' } as const;
  const secured = await securedClient(port, version);
  await logIn(secured);
  const { client, socket } = secured;
  const session = socket.getSession();
  await client.command('PROT P');
  const options = isResumed && session !== undefined ? { ...version, session } : version;
  const data = protectedData(await client.passive(), options);
  data.resume();
  expect(await client.command('NLST')).toMatchObject({ code: 150 });
  const { code } = await client.reply();
  data.destroy();
  client.close();
  return code;
}

describe('data connections and the session of their client', () => {
  test.each([
    ['require', false, 522],
    ['require', true, 226],
    ['prefer', false, 226],
    ['prefer', true, 226],
    ['off', true, 226],
  ] as const)('--tls-session-reuse %s, resumed: %s', async (reuse, isResumed, code) => {
    const port = await start('-Y', '1', '--tls-session-reuse', reuse);
    expect(await listingWith(port, isResumed)).toBe(code);
  });
});

describe('versions', () => {
  test('before TLS 1.2 only when asked for (--tls-min-version)', async () => {
    const port = await start('-Y', '1');
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(securedClient(port, old)).rejects.toThrow(NO_HANDSHAKE);
    await daemon?.stop();
    const permissive = await start('-Y', '1', '--tls-min-version', '1.0');
    const { client, socket } = await securedClient(permissive, old);
    expect(socket.getProtocol()).toBe('TLSv1.1');
    client.close();
  });

  test('and cipher suites: -J', async () => {
    const port = await start('-Y', '1', '-J', 'ECDHE-ECDSA-AES256-GCM-SHA384', '--tls-min-version', '1.2');
    const { client, socket } = await securedClient(port, { maxVersion: 'TLSv1.2' });
    expect(socket.getCipher().name).toBe('ECDHE-ECDSA-AES256-GCM-SHA384');
    client.close();
    const other = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' } as const;
    await expect(securedClient(port, other)).rejects.toThrow(NO_HANDSHAKE);
  });

  test.each(['aNULL:eNULL', 'CAMELLIA:ARIA', 'DES:3DES:RC4:EXPORT:aNULL'])('but no weak ones: %s', async (suites) => {
    const port = await start('-Y', '1', '--tls-min-version', '1.0');
    const weak = { minVersion: 'TLSv1', maxVersion: 'TLSv1.2', ciphers: `${suites}:@SECLEVEL=0` } as const;
    await expect(securedClient(port, weak)).rejects.toThrow(NO_HANDSHAKE);
  });

  test('client certificates: -J -C:', async () => {
    const authority = makeCertificate({ names: ['authority'], isAuthority: true });
    const own = makeCertificate({ names: ['main.example'], issuer: authority });
    const client = makeCertificate({ names: ['joe'], issuer: authority });
    const stranger = makeCertificate({ names: ['joe'] });
    const file = path.join(place.folder, 'chain.pem');
    writeFileSync(file, own.certificate + authority.certificate + own.key);
    place.give(file);
    const port = await start('-Y', '1', '-2', file, '-J', '-C:HIGH');
    const secured = await securedClient(port, { cert: client.certificate, key: client.key, maxVersion: 'TLSv1.2' });
    await logIn(secured);
    secured.client.close();
    for (const refused of [{}, { cert: stranger.certificate, key: stranger.key }]) {
      await expect(securedClient(port, { ...refused, maxVersion: 'TLSv1.2' })).rejects.toThrow(NO_HANDSHAKE);
    }
    await daemon?.logged(/\[WARNING\] .*certificate/);
  });
});

describe('certificates', () => {
  test('by the name a client asks for (--tls-certificates), and the name in the log', async () => {
    const folder = path.join(place.folder, 'more');
    mkdirSync(folder);
    place.give(folder);
    certificate('more/a.pem', 'a.example.org');
    certificate('more/b.pem', '*.example.net');
    const port = await start('-Y', '1', '--tls-certificates', folder);
    const seen = async (servername: string): Promise<string | undefined> => {
      const { client, name } = await securedClient(port, { servername });
      client.close();
      return name;
    };
    expect(await seen('a.example.org')).toBe('a.example.org');
    expect(await seen('x.example.net')).toBe('*.example.net');
    expect(await seen('other.example')).toBe('main.example');
    await daemon?.logged(/\[INFO\] SNI: \[x\.example\.net\]/);
  });

  test('one that is replaced on disk is that of the next session', async () => {
    const port = await start('-Y', '1');
    const before = await securedClient(port);
    await logIn(before);
    certificate('main.pem', 'renewed.example');
    await daemon?.logged(/\[INFO\] .*main\.pem: certificate replaced: for renewed\.example/);
    const after = await securedClient(port);
    expect([before.name, after.name]).toEqual(['main.example', 'renewed.example']);
    // The session of before goes on, its data connections too.
    await before.client.command('PROT P');
    const listing = await before.client.receive('NLST', protectedData(await before.client.passive()));
    expect(listing.reply.code).toBe(226);
    writeFileSync(path.join(place.folder, 'main.pem'), 'broken');
    await daemon?.logged(/\[ERROR\] .*main\.pem: no certificate in it.*; the one before stays in use/);
    const last = await securedClient(port);
    expect(last.name).toBe('renewed.example');
    for (const { client } of [before, after, last]) client.close();
  });

  test('what expires soon is told at the start', async () => {
    const file = certificate('short.pem', 'short.example', 5.5);
    daemon = await RunningDaemon.start(place, ['-E', '-Y', '1', '-2', file]);
    expect(daemon.log).toMatch(/\[WARNING\] .*short\.pem: the certificate expires in 5 days/);
  });

  inOneProcess(() => {
    test.runIf(isRoot)('one that cannot be read any more once root is given up is told, and served', async () => {
      const file = certificate('main.pem', 'main.example');
      chownSync(file, 0, 0);
      daemon = await RunningDaemon.start(place, ['-E', '-Y', '1', '-2', file]);
      await daemon.logged(/\[WARNING\] .*main\.pem: user \d+, .* cannot read it: .* has to be restarted/);
      const { client, name } = await securedClient(daemon.port);
      expect(name).toBe('main.example');
      client.close();
    });
  });

  test('none, or one that cannot be used, is no start: one line that says what to do', async () => {
    const words = ['-S', '127.0.0.1,0', '-l', `puredb:${place.database}`, '-Y', '1', ...asUser()];
    const file = path.join(place.folder, 'none.pem');
    const missing = await runProgram([...words, '-2', file]);
    expect(missing).toMatchObject({ status: 252, err: expect.stringContaining(`${file}: no such file; to make one`) });
    expect(missing.err).toMatch(
      /^pure-ftpd: TLS needs a certificate: .*; umask 077; openssl req -x509 .*\n$|^[^\n]*\n$/,
    );
    writeFileSync(file, 'nonsense');
    expect(await runProgram([...words, '-2', file])).toMatchObject({
      status: 252,
      err: expect.stringMatching(/no certificate in it/),
    });
    const bad = await runProgram([...words, '-2', certificate('main.pem', 'x'), '-J', 'NO-SUCH-CIPHER']);
    expect(bad).toMatchObject({ status: 1, err: expect.stringMatching(/^pure-ftpd: -J: /) });
  });
});

/** Answers every question; tells what it was asked. */
async function answering(reply: (name: string) => string): Promise<{ readonly socket: string; asked: string[] }> {
  const socket = path.join(place.folder, 'certd.sock');
  const asked: string[] = [];
  helper = createServer((connection) => {
    connection.once('data', (data) => {
      asked.push(data.toString());
      connection.end(reply(data.toString().slice('sni_name:'.length).split('\n', 1)[0] ?? ''));
    });
  });
  helper.listen(socket);
  await once(helper, 'listening');
  chmodSync(socket, 0o666);
  return { socket, asked };
}

describe('a certificate daemon (-3)', () => {
  test('is asked once for each client that names a server, before the login only', async () => {
    const named = certificate('named.pem', 'named.example');
    const { socket, asked } = await answering((name) =>
      name === 'denied.example' ? 'action:deny\nend\n' : `action:strict\ncert_file:${named}\nend\n`,
    );
    const port = await start('-Y', '1', '-3', socket);
    const secured = await securedClient(port, { servername: 'any.example' });
    expect(secured.name).toBe('named.example');
    await logIn(secured);
    const { client } = secured;
    await client.command('PROT P');
    const data = protectedData(await client.passive());
    const listed = await client.receive('NLST', data);
    expect(listed.reply.code).toBe(226);
    expect(asked).toEqual(['sni_name:any.example\nend\n']);
    client.close();
    const nameless = await securedClient(port);
    expect(nameless.name).toBe('main.example');
    nameless.client.close();
    await expect(securedClient(port, { servername: 'denied.example' })).rejects.toThrow(NO_HANDSHAKE);
    expect(asked).toHaveLength(2);
  });

  test('that names what cannot be used: fallback is the default certificate, strict the end', async () => {
    const { socket } = await answering((name) => `action:${name.split('.', 1)[0]}\ncert_file:/nothing.pem\nend\n`);
    const port = await start('-Y', '1', '-3', socket);
    const { client, name } = await securedClient(port, { servername: 'fallback.example' });
    expect(name).toBe('main.example');
    client.close();
    await daemon?.logged(/\[WARNING\] certificate for fallback\.example: .*; the default one is used/);
    await expect(securedClient(port, { servername: 'strict.example' })).rejects.toThrow(NO_HANDSHAKE);
    await daemon?.logged(/\[ERROR\] certificate for strict\.example: \/nothing\.pem: no such file/);
    await untilTrue('others are served', async () => {
      const other = await securedClient(port);
      other.client.close();
      return other.name === 'main.example';
    });
  });
});
