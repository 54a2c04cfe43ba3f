import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { RawClient, temporaryFolder, untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { startExample, startProgram } from './testing/example.ts';
import { TlsClient } from './testing/tls-client.ts';
import { certificateFile } from './testing/tls-server.ts';

const run = promisify(execFile);

/** Stores a file and fetches it again, with curl where there is one; answers what came back. */
async function roundTrip(port: number, content: Buffer, user = 'user', password = 'secret'): Promise<Buffer> {
  if (existsSync('/usr/bin/curl')) {
    using folder = temporaryFolder();
    const [sent, fetched] = [path.join(folder.path, 'sent'), path.join(folder.path, 'fetched')];
    writeFileSync(sent, content);
    const address = `ftp://127.0.0.1:${port}/file`;
    await run('/usr/bin/curl', ['-sS', '--user', `${user}:${password}`, '-T', sent, address]);
    await run('/usr/bin/curl', ['-sS', '--user', `${user}:${password}`, '-o', fetched, address]);
    return readFileSync(fetched);
  }
  const client = await RawClient.login(port, user, password);
  await client.command('TYPE I');
  await client.transmit('STOR file', content);
  const { data } = await client.receive('RETR file');
  client.close();
  return data;
}

const content = randomBytes(300_000);

test('basic.ts serves users and anonymous ones, with limits and its own passive ports', async () => {
  using folder = temporaryFolder();
  await using example = await startExample('basic', '0', folder.path);
  expect((await roundTrip(example.port, content)).equals(content)).toBe(true);
  const clients = await Promise.all(Array.from({ length: 5 }, () => RawClient.login(example.port, 'anonymous', 'x')));
  expect((await clients[0]?.command('STOR other'))?.code).toBe(550);
  const passive = await clients[0]?.command('EPSV');
  const port = Number(/\|(\d+)\|/.exec(passive?.text ?? '')?.[1]);
  expect(port).toBeGreaterThanOrEqual(60_000);
  expect(port).toBeLessThanOrEqual(60_100);
  const refused = await RawClient.connect(example.port);
  expect((await refused.reply()).code).toBe(421);
  expect(await example.end('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('open-telemetry.ts counts what sessions do, for the SDK that is there', async () => {
  using folder = temporaryFolder();
  const program = path.join(import.meta.dirname, 'testing', 'open-telemetry-program.ts');
  await using example = await startProgram(program, '0', folder.path);
  await roundTrip(example.port, content);
  const client = await RawClient.connect(example.port);
  await client.reply();
  await client.command('USER user');
  await client.command('PASS wrong');
  client.close();
  const told = [
    'ftp.server.sessions 1 undefined',
    'ftp.server.logins 1 {"outcome":"accepted"}',
    'ftp.server.logins 1 {"outcome":"refused"}',
    'ftp.server.transferred 300000 {"direction":"upload"}',
    'ftp.server.transferred 300000 {"direction":"download"}',
    'ftp.server.transfer.duration measured {"direction":"upload","complete":true}',
    'ftp.server.sessions -1 undefined',
  ];
  await untilTrue('all is counted', () => told.every((line) => example.output().includes(line)));
  expect(example.output()).not.toMatch(/user|127\.0\.0\.1/);
});

test('logging.ts writes what happens, and no password', async () => {
  using folder = temporaryFolder();
  using logs = temporaryFolder();
  await using example = await startExample('logging', '0', folder.path, logs.path);
  await roundTrip(example.port, content);
  const log = (name: string): string => readFileSync(path.join(logs.path, name), 'utf8');
  await untilTrue('it is written', () => log('ftp.log').includes('sent ') && log('ftp-lines.log').includes('RETR'));
  expect(log('ftp.log')).toMatch(/^\d{4}-\S+Z 127\.0\.0\.1:\d+-\[user\] received \S+\/file completed=1 bytes=300000 /m);
  expect(log('ftp-lines.log')).toMatch(/-> PASS \*+\n/);
  expect(log('ftp-lines.log')).not.toContain('secret');
});

test('hashed-passwords.ts compares hashes, and makes them', async () => {
  using folder = temporaryFolder();
  await using example = await startExample('hashed-passwords', '0', folder.path);
  expect((await roundTrip(example.port, content)).equals(content)).toBe(true);
  await expect(RawClient.login(example.port, 'user', 'wrong')).rejects.toThrow('530');
  const program = path.join(import.meta.dirname, '..', 'examples', 'hashed-passwords.ts');
  expect((await run(process.execPath, [program, 'hash', 'x'])).stdout).toMatch(/^\$argon2id\$/);
});

test.runIf(process.getuid?.() === 0)('unix.ts asks the accounts of the machine', async () => {
  await using example = await startExample('unix', '0');
  await expect(RawClient.login(example.port, 'root', '')).rejects.toThrow('530');
  await expect(RawClient.login(example.port, 'no-such-account', 'x')).rejects.toThrow('530');
});

test('throttled.ts holds its limit for one user, and not for the other', async () => {
  using folder = temporaryFolder();
  await using example = await startExample('throttled', '0', folder.path);
  /** How many seconds a user takes for so many KiB. */
  const seconds = async (user: string, kibibytes: number): Promise<number> => {
    writeFileSync(path.join(folder.path, 'file'), Buffer.alloc(kibibytes * 1024));
    const client = await RawClient.login(example.port, user, 'secret');
    const start = performance.now();
    expect((await client.receive('RETR file')).reply.code).toBe(226);
    client.close();
    return (performance.now() - start) / 1000;
  };
  expect(await seconds('user', 45)).toBeGreaterThan(1.4);
  // By the limit it would be a minute.
  expect(await seconds('fast', 1800)).toBeLessThan(50);
});

test('multi-process.ts serves from several processes', async () => {
  using folder = temporaryFolder();
  await using example = await startExample('multi-process', '0', folder.path);
  expect((await roundTrip(example.port, content)).equals(content)).toBe(true);
  const greetings = new Set<string>();
  const clients: RawClient[] = [];
  await untilTrue('all four have served', async () => {
    const client = await RawClient.connect(example.port);
    const { code, text } = await client.reply();
    if (code === 220) clients.push(client);
    greetings.add(text);
    if (clients.length > 8) clients.shift()?.close();
    return greetings.size >= 4;
  });
  expect(await example.end('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('anti-flood.ts throws out who sends too many commands, and lets them in no more', async () => {
  using folder = temporaryFolder();
  await using example = await startExample('anti-flood', '0', folder.path, '20');
  const client = await RawClient.login(example.port, 'user', 'secret');
  for (let count = 0; count < 18; count += 1) expect((await client.command('NOOP')).code).toBe(200);
  expect((await client.command('NOOP')).code).toBe(421);
  const again = await RawClient.connect(example.port);
  expect((await again.reply()).text).toBe('421 You are banned.');
});

test('upload-hook.ts has its checksum written when the client hears that all is well', async () => {
  using folder = temporaryFolder();
  await using example = await startExample('upload-hook', '0', folder.path);
  const client = await RawClient.login(example.port, 'user', 'secret');
  await client.command('TYPE I');
  expect((await client.transmit('STOR file', content)).code).toBe(226);
  const checksum = readFileSync(path.join(folder.path, 'file.sha256'), 'utf8').trim();
  expect(checksum).toBe(createHash('sha256').update(content).digest('hex'));
  const socket = await client.passive();
  socket.on('error', () => undefined);
  await client.command('STOR broken');
  socket.write('half');
  await untilTrue('the half has come', () =>
    readdirSync(folder.path).some((name) => statSync(path.join(folder.path, name)).size === 4),
  );
  socket.resetAndDestroy();
  expect((await client.reply()).code).toBe(426);
  await untilTrue('it is told', () => example.output().includes('user did not finish'));
  expect(readdirSync(folder.path).sort()).toEqual(['file', 'file.sha256']);
});

test('memory.ts keeps files where no disk has them', async () => {
  await using example = await startExample('memory', '0');
  expect((await roundTrip(example.port, content)).equals(content)).toBe(true);
  const admin = await RawClient.login(example.port, 'admin', 'secret');
  await admin.command('CWD homes/user');
  expect((await admin.receive('NLST')).data.toString()).toBe('file\r\n');
  admin.close();
});

test('embedded.ts serves by HTTP what came by FTP', async () => {
  using folder = temporaryFolder();
  await using example = await startExample('embedded', '0', folder.path, '0');
  await untilTrue('the web server listens', () => example.output().includes('HTTP on port'));
  const http = `http://127.0.0.1:${/HTTP on port (\d+)/.exec(example.output())?.[1]}`;
  await roundTrip(example.port, content);
  const fetched = await fetch(`${http}/file`);
  expect(Buffer.from(await fetched.arrayBuffer()).equals(content)).toBe(true);
  expect((await fetch(`${http}/missing`)).status).toBe(404);
  const client = await RawClient.login(example.port, 'user', 'secret');
  const sessions: unknown = await (await fetch(`${http}/sessions`)).json();
  expect(sessions).toEqual([{ username: 'user', remoteAddress: '127.0.0.1' }]);
  client.close();
  expect(await example.end('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('tls.ts serves only those who protect what they say and send', async () => {
  using folder = temporaryFolder();
  await using example = await startExample('tls', '0', folder.path, certificateFile('localhost'));
  const clear = await RawClient.connect(example.port);
  await clear.reply();
  expect((await clear.command('USER user')).code).toBe(550);
  clear.close();
  const client = await TlsClient.login(example.port);
  expect((await client.transmit('STOR file', content)).code).toBe(226);
  expect((await client.receive('RETR file')).data.equals(content)).toBe(true);
  expect((await client.receive('RETR file', { resume: false })).reply.code).toBe(522);
  client.close();
  expect(await example.end('SIGTERM')).toEqual({ code: 0, signal: null });
});
