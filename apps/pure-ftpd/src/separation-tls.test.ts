// TLS of a server started as root: the gate protects the control connection, the worker its data connections.
import { constants } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ConnectionOptions } from 'node:tls';

import { makeCertificate } from '@pure-ftpd/x509';
import { untilTrue } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { isRoot, PASSWORD, RunningDaemon } from './testing/running-daemon.ts';
import { childrenOf, gateOf, SeparatedPlace, untilGone, USERS, workersOf } from './testing/separated-server.ts';
import { protectedData, type SecuredClient, securedClient } from './testing/tls-client.ts';

/** Uploads over a protected data connection, piece by piece; the code of the last reply. */
async function upload(
  { client }: SecuredClient,
  name: string,
  pieces: readonly string[],
  between: () => Promise<void>,
): Promise<number> {
  const data = protectedData(await client.passive());
  client.send(`STOR ${name}\r\n`);
  expect((await client.reply()).code).toBe(150);
  for (const piece of pieces) {
    data.write(piece);
    await between();
  }
  data.end();
  return (await client.reply()).code;
}

describe.runIf(isRoot)('a server started as root, over TLS', () => {
  let place: SeparatedPlace;
  let server: RunningDaemon;

  beforeAll(async () => {
    place = new SeparatedPlace();
    await place.separateUsers();
    const made = makeCertificate({ names: ['ftp.example'] });
    const file = path.join(place.folder, 'certificate.pem');
    writeFileSync(file, made.certificate + made.key);
    // Nobody but root reads it.
    chmodSync(file, 0o600);
  });
  afterAll(() => place.remove());
  afterEach(() => server.stop());

  async function start(...words: string[]): Promise<void> {
    const tls = ['-Y', '1', '-2', path.join(place.folder, 'certificate.pem')];
    server = await RunningDaemon.start(place, ['-E', '-H', ...tls, ...words], undefined, {}, []);
  }

  async function login(user: string, options: ConnectionOptions = {}): Promise<SecuredClient> {
    const secured = await securedClient(server.port, options);
    const { client } = secured;
    for (const line of ['PBSZ 0', 'PROT P', `USER ${user}`, `PASS ${PASSWORD}`, 'TYPE I'])
      expect((await client.command(line)).code).toBeLessThan(400);
    return secured;
  }

  test('files go to the worker, and so does what is said on the control connection', async () => {
    await start();
    const secured = await login('carol');
    expect(await upload(secured, 'file', ['content'], async () => undefined)).toBe(226);
    expect(statSync(path.join(place.homeOf('carol'), 'file')).uid).toBe(USERS.carol);
    const { client } = secured;
    const lines = Array.from({ length: 100 }, (_, index) => `MKD over${index}\r\n`).join('');
    client.send(lines);
    for (let index = 0; index < 100; index += 1) expect((await client.reply()).code).toBe(257);
    expect((await client.command('QUIT')).code).toBe(221);
    await untilTrue('the relay has ended', () => server.log.includes('Logout'));
  });

  test('a client without tickets resumes the session of its control connection (curl, over TLS 1.2)', async () => {
    // Nobody uploads then who has not resumed it.
    await start('--tls-session-reuse', 'require');
    const options = { maxVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_TICKET } as const;
    const { client, socket } = await login('carol', options);
    const data = protectedData(await client.passive(), { ...options, session: socket.getSession() });
    client.send('STOR resumed\r\n');
    expect((await client.reply()).code).toBe(150);
    data.end('x');
    expect((await client.reply()).code).toBe(226);
    client.close();
  });

  test('a client with a large certificate of its own ends nothing but its own sessions', async () => {
    const authority = makeCertificate({ names: ['authority'], isAuthority: true });
    const file = path.join(place.folder, 'with-authority.pem');
    const made = makeCertificate({ names: ['ftp.example'] });
    writeFileSync(file, made.certificate + made.key + authority.certificate);
    await start('-2', file, '-J', '-C:HIGH');
    const names = Array.from({ length: 1000 }, (_, index) => `${'n'.repeat(30)}${index}.example`);
    const { certificate: cert, key } = makeCertificate({ names, issuer: authority });
    const options = { cert, key, maxVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_TICKET } as const;
    const { client } = await login('carol', options);
    expect((await client.command('QUIT')).code).toBe(221);
    expect(server.log).not.toMatch(/ended unasked/);
  });

  test('REIN ends the TLS of the session', async () => {
    await start();
    const secured = await login('alice');
    secured.client.send('REIN\r\n');
    expect((await secured.client.reply()).code).toBe(220);
    await secured.client.end();
    expect(workersOf(server)).toHaveLength(1);
  });

  test('CCC goes on in clear, in the same worker', async () => {
    await start();
    const secured = await login('alice');
    expect((await secured.client.command('CCC')).code).toBe(200);
    secured.client.close();
  });

  test('a transfer finishes although the server is told to end, and the gate waits for it', async () => {
    await start();
    const secured = await login('alice');
    let ended: Promise<number | null> | undefined;
    const code = await upload(secured, 'finished', ['one ', 'two ', 'three'], async () => {
      ended ??= server.stop('SIGTERM');
      await server.logged(/shutting down/);
    });
    expect(code).toBe(226);
    expect(await secured.client.end()).toMatch(/^421 /);
    expect(await ended).toBe(0);
    expect(readFileSync(path.join(place.homeOf('alice'), 'finished'), 'utf8')).toBe('one two three');
  });

  test('a gate that is killed ends the sessions it protects, and nothing is left of them', async () => {
    await start('-c', '1');
    const secured = await login('alice');
    const gate = gateOf(server).pid;
    process.kill(gate, 'SIGKILL');
    await untilGone(gate);
    await secured.client.end();
    await untilTrue('there is a place again', async () => {
      try {
        (await login('alice')).client.close();
        return true;
      } catch {
        return false; // 421, or no gate yet
      }
    });
    expect(childrenOf(server.serverPid).filter(({ name }) => name.includes('GATE'))).toHaveLength(1);
  });
});
