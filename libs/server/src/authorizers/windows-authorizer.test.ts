// What the authorizer makes of Windows' answers; Windows itself is not here.
import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { RawClient, temporaryFolder } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { AuthorizerError } from '../errors.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { FTPServer } from '../server/ftp-server.ts';
import type { WindowsAccounts, WindowsLogon } from './windows-accounts.ts';
import { WindowsAuthorizer, type WindowsAuthorizerOptions } from './windows-authorizer.ts';

/** Accounts by name, whose password is `secret`, each with a profile folder. */
class Accounts implements WindowsAccounts {
  readonly isAvailable = true;
  readonly said: string[] = [];
  readonly #folder: string;
  readonly #names: readonly string[];
  current: string | undefined;
  open = 0;

  constructor(folder: string, names: readonly string[]) {
    this.#folder = folder;
    this.#names = names;
    for (const name of names) mkdirSync(path.join(folder, name));
  }

  async logOn(given: string, domain: string, password: string): Promise<WindowsLogon | undefined> {
    this.said.push(`${domain}\\${given}`);
    const name = this.#names.find((one) => one.toLowerCase() === given.toLowerCase());
    if (name === undefined || password !== 'secret') return undefined;
    this.open += 1;
    return {
      name,
      profile: path.join(this.#folder, name),
      impersonate: () => {
        if (this.current !== undefined) throw new Error('not balanced');
        this.current = name;
        this.said.push(`as ${name}`);
      },
      close: () => {
        this.open -= 1;
      },
    };
  }

  endImpersonation(): void {
    if (this.current === undefined) throw new Error('not balanced');
    this.current = undefined;
  }
}

async function served(options: WindowsAuthorizerOptions): Promise<FTPServer & { readonly port: number }> {
  class Handler extends FTPHandler {
    static override authorizer = new WindowsAuthorizer(options);
    static override authFailedTimeout = 0;
    static override maxLoginAttempts = 20;
  }
  const server = new FTPServer({ host: '127.0.0.1', port: 0 }, Handler);
  await server.listen();
  return Object.assign(server, { port: server.addresses[0]?.port ?? 0 });
}

test('an account is served in its profile folder, each operation as who it is', async () => {
  using folder = temporaryFolder();
  const accounts = new Accounts(folder.path, ['Anne', 'Bob', 'Visitor']);
  const users = { bob: { permissions: 'elr', msgLogin: 'Only to read.' } };
  const visitor = { anonymousUser: 'Visitor', anonymousPassword: 'secret' };
  await using server = await served({ accounts, users, ...visitor, domain: 'OFFICE' });
  const anne = await RawClient.login(server.port, 'ANNE', 'secret');
  expect(accounts.said[0]).toBe('OFFICE\\ANNE');
  accounts.said.length = 0;
  expect((await anne.transmit('STOR file', 'content')).code).toBe(226);
  expect(accounts.said).toContain('as Anne');
  expect((await anne.receive('LIST')).data.toString()).toContain('file');
  const again = await RawClient.login(server.port, 'anne', 'secret');
  expect((await again.receive('RETR file')).data.toString()).toBe('content');
  expect((await anne.command('DELE file')).code).toBe(250);
  expect(accounts.open).toBe(1);
  const bob = await RawClient.login(server.port, 'bob', 'secret');
  expect((await bob.command('MKD new')).code).toBe(550);
  const anybody = await RawClient.login(server.port, 'anonymous', 'me@example.org');
  expect((await anybody.receive('NLST')).reply.code).toBe(226);
  expect((await anybody.command('MKD new')).code).toBe(550);
  expect(accounts.said.at(-1)).toBe('as Visitor');
  expect([accounts.current, accounts.open]).toEqual([undefined, 3]);
  for (const client of [anne, again, bob, anybody]) client.close();
});

test('who is rejected has no other name', async () => {
  using folder = temporaryFolder();
  const accounts = new Accounts(folder.path, ['Administrator', 'Anne', 'Carl']);
  const lists = { rejectedUsers: ['administrator'], allowedUsers: ['Anne', 'Administrator'] };
  await using server = await served({ accounts, ...lists, impersonate: false });
  const client = await RawClient.connect(server.port);
  await client.reply();
  for (const name of ['Administrator', 'ADMINISTRATOR', '.\\Administrator', 'Administrator@x', 'Carl', 'Nobody']) {
    await client.command(`USER ${name}`);
    expect((await client.command('PASS secret')).text, name).toBe('530 Login failed.');
  }
  await client.command('USER anonymous');
  expect((await client.command('PASS x')).code).toBe(530);
  await client.command('USER anne');
  expect((await client.command('PASS secret')).code).toBe(230);
  expect(accounts.open).toBe(0);
  client.close();
});

test.for([
  ['Anne', ''],
  ['Anne', 'secret\0'],
  ['Anne\0', 'secret'],
] as const)('nobody logs in as %j with %j', async ([name, password]) => {
  using folder = temporaryFolder();
  const authorizer = new WindowsAuthorizer({ accounts: new Accounts(folder.path, ['Anne']) });
  await expect(authorizer.validateAuthentication(name, password)).rejects.toMatchObject({
    code: 'AUTHENTICATION_FAILED',
  });
});

test('elsewhere than on Windows the server does not start, and says why', async () => {
  await expect(served({})).rejects.toThrow('accounts of Windows need Windows, and koffi');
  expect(() => new WindowsAuthorizer({ globalPerm: 'xyz' })).toThrow(AuthorizerError);
});
