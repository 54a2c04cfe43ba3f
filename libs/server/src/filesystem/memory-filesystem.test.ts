import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { type RawClient, untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { DummyAuthorizer } from '../authorizers/dummy-authorizer.ts';
import { FilesystemError } from '../errors.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import type { AbstractedFS } from './abstracted-fs.ts';
import { MemoryFilesystem } from './memory-filesystem.ts';
import { type MemoryLimits, MemoryStore } from './memory-store.ts';

const PROMISED = new Set(
  'resolve chdir stat lstat readlink openDirectory open createUpload mkdir rmdir remove rename chmod utime close names read write truncate commit discard'.split(
    ' ',
  ),
);

/** Has every operation, and those of what it answers with, answer some turns of the event loop later. */
function late<T extends object>(target: T): T {
  return new Proxy(target, {
    get(object, name) {
      const member: unknown = Reflect.get(object, name, object);
      if (typeof member === 'object' && member !== null) return late(member);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        if (!PROMISED.has(String(name))) return Reflect.apply(member, object, args);
        return nextTurn().then(async () => {
          await nextTurn();
          const answer: unknown = await Reflect.apply(member, object, args);
          return typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? late(answer) : answer;
        });
      };
    },
    set: (object, name, value) => Reflect.set(object, name, value, object),
  });
}

async function start(
  limits: MemoryLimits = {},
  store = new MemoryStore(limits),
  numbered = false,
): Promise<TestServer> {
  class Handler extends FTPHandler {
    static override numberedUploads = numbered;
    override openFileSystem(username: string): Promise<AbstractedFS> {
      return Promise.resolve(late(new MemoryFilesystem(`/homes/${username}`, store)));
    }
  }
  const ftp = await startTestServer(Handler);
  const authorizer = new DummyAuthorizer();
  authorizer.addUser('user', 'secret', '/homes/user', { perm: 'elradfmwMT', virtualHome: true });
  Handler.authorizer = authorizer;
  return ftp;
}

/** Every command that touches files, and what it answers. */
async function everyCommand(client: RawClient): Promise<string[]> {
  const heard: string[] = [];
  const hear = (line: string, code: number, text = ''): void => {
    heard.push(`${line}: ${code} ${text.replace(/modify=\d+|unique=[^;]+;|UNIX\.\w+=\w+;|\d+\.\d+ sec.*/gi, '')}`);
  };
  const say = async (line: string): Promise<void> => {
    const { code } = await client.command(line);
    hear(line, code);
  };
  for (const line of ['TYPE I', 'MKD d', 'MKD d', 'MKD d/e', 'MKD no/such', 'CWD d', 'CWD /no', 'PWD']) await say(line);
  hear('STOR', (await client.transmit('STOR file', 'content')).code);
  hear('APPE', (await client.transmit('APPE file', ' and more')).code);
  await say('REST 3');
  hear('STOR', (await client.transmit('STOR file', 'XYZ')).code);
  const data = await client.receive('RETR file');
  hear('RETR', data.reply.code, data.data.toString());
  await say('REST 4');
  hear('RETR', (await client.receive('RETR file')).reply.code);
  hear('STOR', (await client.transmit('STOR e', 'x')).code);
  hear('STOR', (await client.transmit('STOR no/file', 'x')).code);
  hear('RETR', (await client.receive('RETR e')).reply.code);
  hear('STOU', (await client.transmit('STOU', 'unique')).code);
  await say('MFMT 20200102030405 file');
  for (const line of ['NLST e', 'LIST no', 'MLSD e', 'MLSD file', 'LIST f*', 'NLST no']) {
    const { reply, data: listing } = await client.receive(line);
    hear(line, reply.code, listing.length > 0 ? 'something' : 'nothing');
  }
  const names = await client.receive('NLST');
  hear('NLST', names.reply.code, names.data.toString().replace(/ftp\.\w+/, 'ftp.UNIQUE'));
  for (const line of ['SIZE file', 'SIZE e', 'MDTM file', 'SITE CHMOD 600 file', 'STAT file', 'MLST file'])
    await say(line);
  for (const line of ['RNFR no', 'RNTO x', 'RNFR file', 'RNTO e', 'RNFR file', 'RNTO e/moved', 'SIZE e/moved'])
    await say(line);
  for (const line of ['RMD e', 'DELE e', 'RMD e/moved', 'DELE e/moved', 'RMD e', 'RMD e', 'CDUP', 'RNFR d', 'RNTO d/d'])
    await say(line);
  return heard;
}

describe('a file system that answers later', () => {
  test('says in every command what the local one says', async () => {
    await using memory = await start();
    await using local = await startTestServer();
    const answers = await everyCommand(await memory.login());
    expect(answers).toEqual(await everyCommand(await local.login()));
    expect(memory.errors).toEqual([]);
  });

  test('holds large files, many entries, and several sessions at once', async () => {
    await using ftp = await start();
    const client = await ftp.login();
    await client.command('TYPE I');
    const content = randomBytes(5_000_003);
    expect((await client.transmit('STOR large', content)).code).toBe(226);
    const { data } = await client.receive('RETR large');
    expect(data.equals(content)).toBe(true);
    for (let count = 0; count < 1500; count += 1) client.send(`MKD d${count}\r\n`);
    for (let count = 0; count < 1500; count += 1) expect((await client.reply()).code).toBe(257);
    const other = await ftp.login();
    expect((await other.receive('MLSD')).data.toString().split('\r\n')).toHaveLength(1502);
  });

  test('an upload appears at its end, or not at all, and gives its memory back', async () => {
    const store = new MemoryStore();
    await using ftp = await start({}, store);
    const client = await ftp.login();
    await client.command('TYPE I');
    await client.transmit('STOR file', 'old');
    const socket = await client.passive();
    socket.on('error', () => undefined);
    await client.command('STOR file');
    socket.write('half of the new');
    await untilTrue('it has come', () => store.bytes > 3);
    const other = await ftp.login();
    await other.command('TYPE I');
    expect((await other.receive('RETR file')).data.toString()).toBe('old');
    socket.resetAndDestroy();
    expect((await client.reply()).code).toBe(426);
    expect(store.bytes).toBe(3);
    expect((await other.command('DELE file')).code).toBe(250);
    expect(store.bytes).toBe(0);
  });

  test('a full store is 452, and stays usable', async () => {
    await using ftp = await start({ maxBytes: 1000, maxEntries: 5 });
    const client = await ftp.login();
    await client.command('TYPE I');
    expect((await client.transmit('STOR a', 'x'.repeat(900))).code).toBe(226);
    expect((await client.transmit('STOR b', 'x'.repeat(200))).code).toBe(452);
    expect((await client.transmit('STOR b', 'x'.repeat(100))).code).toBe(226);
    expect((await client.command('MKD c')).code).toBe(550);
    expect((await client.command('DELE a')).code).toBe(250);
    expect((await client.command('MKD c')).code).toBe(257);
    expect(() => new MemoryStore({ maxBytes: 0 })).toThrow(RangeError);
  });

  test('uploads that replace nothing get a number', async () => {
    await using ftp = await start({}, new MemoryStore(), true);
    const client = await ftp.login();
    await client.command('TYPE I');
    await client.command('MKD a.2');
    for (const content of ['one', 'two', 'three']) expect((await client.transmit('STOR a', content)).code).toBe(226);
    for (const [name, content] of [
      ['a', 'one'],
      ['a.1', 'two'],
      ['a.3', 'three'],
    ])
      expect((await client.receive(`RETR ${name}`)).data.toString()).toBe(content);
  });

  test('the file under an upload may go', async () => {
    await using ftp = await start();
    const client = await ftp.login();
    await client.transmit('STOR file', 'old');
    const socket = await client.passive();
    socket.on('error', () => undefined);
    await client.command('APPE file');
    const other = await ftp.login();
    expect((await other.command('DELE file')).code).toBe(250);
    socket.end('more');
    expect((await client.reply()).code).toBeGreaterThan(399);
    expect((await client.command('MKD d')).code).toBe(257);
  });

  test('a home that cannot be made fails the login with 421, an error of its own kind is told as such', async () => {
    class Handler extends FTPHandler {
      override openFileSystem(): Promise<AbstractedFS> {
        return Promise.reject(new FilesystemError('no such bucket'));
      }
    }
    await using ftp = await startTestServer(Handler);
    const client = await ftp.connect();
    await client.command('USER user');
    const { code } = await client.command('PASS secret');
    expect(code).toBeGreaterThan(399);
    expect(await client.end()).toBe('');
    expect(ftp.errors).toEqual([]);
  });
});
