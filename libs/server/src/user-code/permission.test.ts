import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import type { DummyAuthorizer } from '../authorizers/dummy-authorizer.ts';
import { HashedAuthorizer } from '../authorizers/hashed-authorizer.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

/** A server whose authorizer is the test server's, with other answers. */
async function withAuthorizer(answers: Readonly<Record<string, unknown>>): Promise<TestServer> {
  class Handler extends FTPHandler {
    static override maxLoginAttempts = 3;
  }
  const ftp = await startTestServer(Handler);
  for (const [method, value] of Object.entries(answers)) Object.defineProperty(Handler.authorizer, method, { value });
  return ftp;
}

test('a permission that is refused by a promise is refused, in every command', async () => {
  await using ftp = await withAuthorizer({ hasPerm: async () => false });
  writeFileSync(path.join(ftp.folder, 'file'), 'content');
  const client = await ftp.login();
  const lines = ['CWD /', 'MKD made', 'DELE file', 'RNFR file', 'SIZE file', 'MDTM file', 'RMD made', 'MLST file'];
  lines.push('SITE CHMOD 600 file', 'MFMT 20260101000000 file', 'MFF modify=20260101000000; file', 'STAT file');
  for (const line of lines) expect((await client.command(line)).code, line).toBe(550);
  for (const line of ['RETR file', 'LIST', 'NLST', 'MLSD'])
    expect((await client.receive(line)).data, line).toHaveLength(0);
  for (const line of ['STOR new', 'APPE file', 'STOU']) expect((await client.transmit(line, 'x')).code, line).toBe(550);
  expect(readdirSync(ftp.folder)).toEqual(['file']);
  expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('content');
});

test('a permission that is granted by a promise is granted, and shown in facts', async () => {
  await using ftp = await withAuthorizer({ hasPerm: async (_user: string, letter: string) => 'elr'.includes(letter) });
  writeFileSync(path.join(ftp.folder, 'file'), 'content');
  const client = await ftp.login();
  expect((await client.receive('RETR file')).data.toString()).toBe('content');
  expect((await client.receive('LIST')).data.toString()).toContain('file');
  expect((await client.command('MLST file')).text).toContain('perm=r;');
  expect((await client.transmit('STOR new', 'x')).code).toBe(550);
});

test('a host and a foreign address are let in by nothing but true', async () => {
  class Handler extends FTPHandler {
    override async acceptsHost(host: string): Promise<boolean> {
      return host === 'here';
    }
    override async permitsForeignAddress(): Promise<boolean> {
      return false;
    }
  }
  await using ftp = await startTestServer(Handler);
  const client = await ftp.connect();
  expect((await client.command('HOST elsewhere')).code).toBe(504);
  expect((await client.command('HOST here')).code).toBe(220);
  await client.command('USER user');
  await client.command('PASS secret');
  expect((await client.command('PORT 192,0,2,1,20,20')).code).toBe(501);
});

const REFUSALS: readonly (readonly [string, () => unknown])[] = [
  ['answers false', () => false],
  ['promises false', async () => false],
  ['promises null', async () => null],
  ['answers 1', () => 1],
  ['rejects', () => Promise.reject(new Error('no database'))],
];

test.each(REFUSALS)('a login is refused, counted and delayed when the authorizer %s', async (_how, answer) => {
  await using ftp = await withAuthorizer({ validateAuthentication: answer });
  const failed: string[] = [];
  const client = await ftp.connect();
  for (const session of ftp.server.sessions) session.onLoginFailed = (user) => void failed.push(user);
  const begun = performance.now();
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await client.command('USER user');
    expect((await client.command('PASS guess')).code).toBe(530);
  }
  expect(await client.end()).toBe('');
  // Three refusals, each of which waits at least as long as it should.
  expect(performance.now() - begun).toBeGreaterThan(3 * FAILED_MS);
  expect(failed).toEqual(['user', 'user', 'user']);
});

/** What the test server makes a failed login wait, less what a timer may be early. */
const FAILED_MS = 9;

test('a hash is compared by a function that answers nothing but true', async () => {
  const authorizer: DummyAuthorizer = Reflect.construct(HashedAuthorizer, [{ verify: () => 'no' }]);
  await using ftp = await startTestServer();
  authorizer.addUser('user', 'hash', ftp.folder);
  const client = await ftp.connect();
  for (const session of ftp.server.sessions) session.settings.authorizer = authorizer;
  await client.command('USER user');
  expect((await client.command('PASS anything')).code).toBe(530);
});
