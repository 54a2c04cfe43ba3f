// Authorizers that answer with an account, and limits of users.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { DummyAuthorizer } from '../authorizers/dummy-authorizer.ts';
import type { UserAccount } from '../contract/account.ts';
import type { TransferDetails } from '../contract/hooks.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { FTPServer } from '../server/ftp-server.ts';
import { startTestServer } from '../testing/test-server.ts';

interface Tenant extends UserAccount {
  readonly tenant: number;
}

/** Knows whoever has the password, and is asked for nothing else. */
class Directory extends DummyAuthorizer {
  answer: UserAccount | boolean = false;

  override validateAuthentication(
    username: string,
    password: string,
    session: FTPHandler,
  ): Promise<UserAccount | boolean> {
    if (session.username !== username) throw new Error('somebody else');
    return Promise.resolve(password === 'secret' && this.answer);
  }
  override getHomeDir(): never {
    throw new Error('asked');
  }
  override hasPerm(): never {
    throw new Error('asked');
  }
}

function account(folder: string, more: object = {}): Tenant {
  return {
    name: 'Anne',
    home: folder,
    permissions: 'elr',
    msgLogin: 'Hello Anne.',
    msgQuit: 'Bye Anne.',
    tenant: 7,
    ...more,
  };
}

test('an account answers for home, permissions and words, and is there to the end', async () => {
  const seen: unknown[] = [];
  class Handler extends FTPHandler {
    declare account: Tenant | undefined;
    override onLogin(username: string): void {
      seen.push(['login', username, this.username, this.account?.tenant]);
    }
    override onLogout(username: string): void {
      seen.push(['logout', username, this.username, this.account?.tenant]);
    }
    override onDisconnect(): void {
      seen.push(['gone', this.username, this.account?.tenant]);
    }
  }
  await using ftp = await startTestServer(Handler);
  const authorizer = new Directory();
  authorizer.answer = account(ftp.folder, { folders: { '/in': 'elradfmw', '/in/closed/': '' } });
  Handler.authorizer = authorizer;
  mkdirSync(path.join(ftp.folder, 'in', 'closed'), { recursive: true });
  const client = await RawClient.connect(ftp.port);
  await client.reply();
  await client.command('USER anne');
  expect((await client.command('PASS wrong')).code).toBe(530);
  await client.command('USER anne');
  expect((await client.command('PASS secret')).text).toBe('230 Hello Anne.');
  expect((await client.command('MKD new')).code).toBe(550);
  expect((await client.command('MKD in/new')).code).toBe(257);
  expect((await client.command('MKD input')).code).toBe(550);
  expect((await client.command('CWD in/closed')).code).toBe(550);
  await client.command('REIN');
  expect((await client.command('PASS secret')).code).toBe(503);
  await client.command('USER anne');
  await client.command('PASS secret');
  expect((await client.command('QUIT')).text).toBe('221 Bye Anne.');
  client.close();
  await untilTrue('the session has ended', () => ftp.server.sessions.size === 0);
  expect(seen).toEqual([
    ['login', 'Anne', 'Anne', 7],
    ['logout', 'Anne', 'Anne', 7],
    ['login', 'Anne', 'Anne', 7],
    ['logout', 'Anne', 'Anne', 7],
    ['gone', 'Anne', 7],
  ]);
});

test.for([{ name: '' }, { home: 7 }, { permissions: 'elrX' }, { folders: { '/': 5 } }, { limits: { sessions: -1 } }])(
  'an account that is none lets nobody in: %o',
  async (wrong) => {
    class Handler extends FTPHandler {}
    await using ftp = await startTestServer(Handler);
    const authorizer = new Directory();
    authorizer.answer = account(ftp.folder, wrong);
    Handler.authorizer = authorizer;
    const client = await ftp.connect();
    await client.command('USER anne');
    expect((await client.command('PASS secret')).code).toBe(530);
    expect(ftp.errors).toHaveLength(1);
  },
);

test('a transfer is told with bytes, seconds and the virtual path, and the session by its own class', async () => {
  const told: (TransferDetails & { readonly file: string })[] = [];
  class Handler extends FTPHandler {
    readonly color = 'blue';
    override onFileReceived(file: string, details: TransferDetails): void {
      told.push({ file, ...details });
    }
  }
  await using ftp = await startTestServer(Handler);
  await using server = new FTPServer(['127.0.0.1', 0], Handler);
  const colors: (string | undefined)[] = [];
  server.onError = (_error, session) => {
    colors.push(session?.color);
  };
  const client = await ftp.login();
  await client.command('MKD sub');
  await client.transmit('STOR sub/file', '12345');
  expect(told).toMatchObject([{ file: path.join(ftp.folder, 'sub/file'), bytes: 5, virtualPath: '/sub/file' }]);
  expect(told[0]?.seconds).toBeGreaterThanOrEqual(0);
});

async function passwordReply(port: number): Promise<[RawClient, number]> {
  const client = await RawClient.connect(port);
  await client.reply();
  await client.command('USER few');
  return [client, (await client.command('PASS secret')).code];
}

test('a user has so many sessions at a time, and one more when one has ended', async () => {
  class Handler extends FTPHandler {}
  await using ftp = await startTestServer(Handler);
  const authorizer = new DummyAuthorizer();
  authorizer.addUser('few', 'secret', ftp.folder, { limits: { sessions: 2 } });
  authorizer.addUser('many', 'secret', ftp.folder);
  Handler.authorizer = authorizer;
  const [first, one] = await passwordReply(ftp.port);
  const [second, two] = await passwordReply(ftp.port);
  const [third, three] = await passwordReply(ftp.port);
  expect([one, two, three]).toEqual([230, 230, 421]);
  third.close();
  // Others are not concerned, and who logs out makes room.
  await first.command('USER many');
  expect((await first.command('PASS secret')).code).toBe(230);
  const [fourth, four] = await passwordReply(ftp.port);
  expect(four).toBe(230);
  for (const client of [first, second, fourth]) client.close();
  await untilTrue('all sessions have ended', () => ftp.server.sessions.size === 0);
  const [last, five] = await passwordReply(ftp.port);
  expect(five).toBe(230);
  last.close();
});

const BYTES = soak(40_000, 2_000_000);

test('all sessions of a user share one bandwidth, uploads and downloads apart', async () => {
  class Handler extends FTPHandler {}
  await using ftp = await startTestServer(Handler);
  const authorizer = new DummyAuthorizer();
  const rate = BYTES * 2;
  const limits = { uploadRate: rate, downloadRate: rate };
  authorizer.addUser('few', 'secret', ftp.folder, { perm: 'elrw', limits });
  Handler.authorizer = authorizer;
  writeFileSync(path.join(ftp.folder, 'file'), Buffer.alloc(BYTES));
  const clients = await Promise.all([1, 2, 3, 4].map(() => passwordReply(ftp.port)));
  const taken = async (move: (client: RawClient, at: number) => Promise<unknown>): Promise<number> => {
    const begun = performance.now();
    await Promise.all(clients.map(([client], at) => move(client, at)));
    return (performance.now() - begun) / 1000;
  };
  // Four times the file at twice its size in a second: 2 seconds, whatever else the machine does; less is too fast.
  expect(await taken((client) => client.receive('RETR file'))).toBeGreaterThan(1.5);
  expect(await taken((client, at) => client.transmit(`STOR to${at}`, Buffer.alloc(BYTES)))).toBeGreaterThan(1.5);
  for (const [client] of clients) client.close();
});
