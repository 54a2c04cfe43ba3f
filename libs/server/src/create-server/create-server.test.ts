import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { hashPassword } from '@pure-ftpd/passwords';
import { RawClient, temporaryFolder } from '@pure-ftpd/testing';
import { makeCertificate } from '@pure-ftpd/x509';
import { expect, test } from 'vitest';

import { AuthorizerError, FilesystemError } from '../errors.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { FTPServer } from '../server/ftp-server.ts';
import { TlsClient } from '../testing/tls-client.ts';
import { createServer } from './create-server.ts';
import { SettingsAuthorizer } from './settings-authorizer.ts';

test('a server of settings: users, hashes, folders, the public, functions for hooks', async () => {
  using folder = temporaryFolder();
  mkdirSync(path.join(folder.path, 'own'));
  mkdirSync(path.join(folder.path, 'in'));
  writeFileSync(path.join(folder.path, 'file'), 'content');
  const seen: unknown[] = [];
  await using server = createServer({
    root: folder.path,
    port: 0,
    users: {
      reader: 'secret',
      writer: { hash: await hashPassword('other'), permissions: 'elradfmw', msgLogin: 'Hello writer.' },
      homed: { password: 'x', root: path.join(folder.path, 'own'), permissions: 'elrmw' },
      giver: { password: 'x', folders: { '/in': 'elw' } },
    },
    anonymous: true,
    banner: 'Settings.',
    onFileReceived: (file, { bytes }, session) =>
      void seen.push([path.relative(folder.path, file), bytes, session.username]),
    onBeforeDelete() {
      throw new FilesystemError('never');
    },
    logline: (line, session) => void seen.push(typeof line === 'string' && session.remoteAddress),
  });
  await server.listen();
  const port = server.addresses[0]?.port ?? 0;
  expect(server.addresses[0]?.address).toBe('127.0.0.1');
  const greeted = await RawClient.connect(port);
  expect((await greeted.reply()).text).toBe('220 Settings.');
  await greeted.command('USER writer');
  expect((await greeted.command('PASS secret')).code).toBe(530);
  greeted.close();

  const reader = await RawClient.login(port, 'reader', 'secret');
  expect((await reader.receive('RETR file')).data.toString()).toBe('content');
  expect((await reader.command('MKD new')).code).toBe(550);
  const writer = await RawClient.login(port, 'writer', 'other');
  seen.length = 0;
  await writer.transmit('STOR own/new', 'abc');
  expect(seen).toContainEqual(['own/new', 3, 'writer']);
  expect(seen).toContain('127.0.0.1');
  expect((await writer.command('DELE file')).text).toBe('550 never.');
  const homed = await RawClient.login(port, 'homed', 'x');
  expect((await homed.receive('NLST')).data.toString()).toBe('new\r\n');
  const giver = await RawClient.login(port, 'giver', 'x');
  expect((await giver.transmit('STOR in/x', 'x')).code).toBe(226);
  expect((await giver.command('MKD x')).code).toBe(550);
  const anybody = await RawClient.login(port, 'anonymous', 'me@example.org');
  expect((await anybody.command('MDTM file')).code).toBe(213);
  expect((await anybody.command('DELE file')).text).toBe('550 Not enough privileges.');
  for (const client of [reader, writer, homed, giver, anybody]) client.close();
});

test('a quota counts what all users of a folder have stored, and what was there', async () => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'old'), '12345');
  const settings = { password: 'x', permissions: 'elradfmw', quota: { files: 3, bytes: 100 } };
  await using server = createServer({ root: folder.path, port: 0, users: { one: settings, other: settings } });
  await server.listen();
  const port = server.addresses[0]?.port ?? 0;
  const [one, other] = [await RawClient.login(port, 'one', 'x'), await RawClient.login(port, 'other', 'x')];
  expect((await one.transmit('STOR new', Buffer.alloc(95))).code).toBe(226);
  expect((await other.transmit('STOR more', 'x')).code).toBe(552);
  expect((await other.command('MKD sub')).code).toBe(257);
  expect((await one.command('MKD more')).code).toBe(552);
  expect((await one.command('DELE old')).code).toBe(250);
  expect((await other.transmit('STOR more', '12345')).code).toBe(226);
  for (const client of [one, other]) client.close();
});

test('requireTls lets nobody log in in clear', async () => {
  using folder = temporaryFolder();
  const tls = makeCertificate({ names: ['localhost'] });
  await using server = createServer({ root: folder.path, port: 0, users: { user: 'secret' }, tls, requireTls: true });
  await server.listen();
  const port = server.addresses[0]?.port ?? 0;
  const client = await RawClient.connect(port);
  await client.reply();
  expect((await client.command('USER user')).code).toBe(550);
  client.close();
  const secured = await TlsClient.login(port);
  expect((await secured.command('PWD')).code).toBe(257);
  secured.close();
});

test.for([
  [{ users: { user: 'x' } }, 'user needs a folder'],
  [{ root: '/nonexistent', users: { user: 'x' } }, 'no such directory'],
  [{ root: '/etc/passwd', users: { user: 'x' } }, 'not a directory'],
  [{ root: '/', users: { user: '' } }, 'needs a password'],
  [{ root: '/', users: { user: {} } }, 'needs a password'],
  [{ root: '/', users: { user: { password: 'x', permissions: 'elrX' } } }, 'no such permission: X'],
  [{ root: '/', users: { user: { password: 'x', folders: { '/': 'Y' } } } }, 'no such permission: Y'],
  [{ root: '/', users: { user: { password: 'x', limits: { sessions: -1 } } } }, 'limits of user'],
  [{ root: '/', users: { user: { password: 'x', quota: { bytes: -1 } } } }, 'the quota of user'],
] as const)('settings that cannot work are refused: %o', ([settings, words]) => {
  expect(() => createServer(settings)).toThrow(AuthorizerError);
  expect(() => createServer(settings)).toThrow(words);
});

test('an unknown user, and one with a password in clear, cost what a wrong password for a hash costs', async () => {
  using folder = temporaryFolder();
  const users = { hashed: { hash: await hashPassword('secret') }, plain: 'secret' };
  class Handler extends FTPHandler {
    static override authorizer = new SettingsAuthorizer(users, folder.path);
    static override authFailedTimeout = 0.01;
  }
  await using server = new FTPServer({ port: 0 }, Handler);
  await server.listen();
  const port = server.addresses[0]?.port ?? 0;
  /** Processor time of all threads: what other programs do is not in it. */
  const cost = async (login: string): Promise<number> => {
    const client = await RawClient.connect(port);
    await client.reply();
    await client.command(`USER ${login}`);
    const before = process.cpuUsage();
    expect((await client.command('PASS wrong')).code).toBe(530);
    const { user } = process.cpuUsage(before);
    client.close();
    return user;
  };
  await cost('hashed');
  const times: Record<string, number[]> = { hashed: [], nobody: [], plain: [] };
  for (let round = 0; round < 3; round += 1)
    for (const [login, costs] of Object.entries(times)) costs.push(await cost(login));
  const least = (login: string): number => Math.min(...(times[login] ?? []));
  for (const login of ['nobody', 'plain']) expect(least(login)).toBeGreaterThan(least('hashed') / 3);
});
