// Sessions and disks in other character sets than UTF-8 [charsets §3, §4].
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

import { Charsets, type CharsetsOptions } from '@pure-ftpd/charsets';
import { NAMES_IN_CHARSETS, type RawClient } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { FTPHandler } from './face/ftp-handler.ts';
import { MemoryFilesystem } from './filesystem/memory-filesystem.ts';
import { MemoryStore } from './filesystem/memory-store.ts';
import { type TestServer, startTestServer } from './testing/test-server.ts';

/** Bytes as text, a character for each. */
function bytes(text: string, encoding: BufferEncoding = 'utf8'): string {
  return Buffer.from(text, encoding).toString('latin1');
}

function start(options: CharsetsOptions, numbered = false): Promise<TestServer> {
  return startTestServer(
    class extends FTPHandler {
      static override charsets = new Charsets(options);
      static override numberedUploads = numbered;
    },
  );
}

function onDisk({ folder }: TestServer, name = ''): Buffer {
  return Buffer.from(`${Buffer.from(folder).toString('latin1')}/${name}`, 'latin1');
}

/** The names in the home, byte for byte. */
function disk(ftp: TestServer): string[] {
  return readdirSync(onDisk(ftp), { encoding: 'buffer' })
    .map((name) => name.toString('latin1'))
    .toSorted();
}

async function names(client: RawClient, command = 'NLST'): Promise<string[]> {
  const { data } = await client.receive(command);
  return data.toString('latin1').split('\r\n').slice(0, -1);
}

/** Everything that is done with a file, by the name it has in the session and on disk. */
async function expectEverything(ftp: TestServer, inSession: string, stored: string): Promise<void> {
  const client = await ftp.login();
  expect((await client.transmit(`STOR ${inSession}`, 'content')).code).toBe(226);
  expect(disk(ftp)).toEqual([stored]);
  expect(await names(client)).toEqual([inSession]);
  expect((await client.receive('LIST')).data.toString('latin1')).toContain(` ${inSession}\r\n`);
  expect((await client.receive('MLSD')).data.toString('latin1')).toContain(`; ${inSession}\r\n`);
  expect((await client.command(`MLST ${inSession}`)).text).toContain(` /${inSession}\n`);
  expect((await client.command(`STAT ${inSession}`)).text).toContain(inSession);
  expect((await client.receive(`RETR ${inSession}`)).data.toString()).toBe('content');
  expect((await client.command(`SITE CHMOD 600 ${inSession}`)).code).toBe(200);
  expect((await client.command(`RNFR ${inSession}`)).code).toBe(350);
  expect((await client.command(`RNTO d${inSession}`)).code).toBe(250);
  expect(disk(ftp)).toEqual([`d${stored}`]);
  expect((await client.command(`DELE d${inSession}`)).code).toBe(250);
  expect((await client.command(`MKD ${inSession}`)).text).toContain(`257 "/${inSession}"`);
  expect((await client.command(`CWD ${inSession}`)).code).toBe(250);
  expect((await client.command('PWD')).text).toContain(`257 "/${inSession}"`);
  expect((await client.command('CDUP')).code).toBe(250);
  expect((await client.command(`RMD ${inSession}`)).code).toBe(250);
  expect(disk(ftp)).toEqual([]);
}

describe.each(NAMES_IN_CHARSETS)('%s', (charset, name, there) => {
  test('charsets §4 test 3: names on a disk in it are UTF-8 to clients', async () => {
    await using ftp = await start({ fileSystem: charset });
    await expectEverything(ftp, bytes(name), there);
  });

  test('charsets §4 test 4: clients speak it, and names on disk are UTF-8', async () => {
    await using ftp = await start({ client: charset });
    await expectEverything(ftp, there, bytes(name));
    writeFileSync(onDisk(ftp, bytes('\u{1F600}.txt')), 'smile');
    const client = await ftp.login();
    expect(await names(client)).toEqual(['{U+1F600}.txt']);
    expect((await client.receive('RETR {U+1F600}.txt')).data.toString()).toBe('smile');
    expect((await client.command('DELE {U+1F600}.txt')).code).toBe(250);
    expect(disk(ftp)).toEqual([]);
  });

  test('clients and disk have it both', async () => {
    await using ftp = await start({ client: charset, fileSystem: charset });
    await expectEverything(ftp, there, there);
  });
});

test('charsets §4 test 5: two names that would look the same do not, and each can be reached', async () => {
  await using ftp = await start({ client: 'ISO-8859-1' });
  writeFileSync(onDisk(ftp, bytes('café')), 'text');
  writeFileSync(onDisk(ftp, 'caf\xe9'), 'bytes');
  const client = await ftp.login();
  expect((await names(client)).toSorted()).toEqual(['caf{xE9}', 'caf\xe9']);
  expect((await client.receive('RETR caf\xe9')).data.toString()).toBe('text');
  expect((await client.receive('RETR caf{xE9}')).data.toString()).toBe('bytes');
});

test('charsets §4 test 6: a name that the disk has no letters for is refused, and nothing is made', async () => {
  await using ftp = await start({ fileSystem: 'ISO-8859-1' });
  const client = await ftp.login();
  const euro = bytes('€');
  expect((await client.command(`MKD ${euro}`)).text).toBe(
    '553 The name cannot be written in the character set of the server.',
  );
  expect((await client.transmit(`STOR ${euro}`, 'x')).code).toBe(553);
  writeFileSync(onDisk(ftp, 'a'), '');
  await client.command('RNFR a');
  expect((await client.command(`RNTO ${euro}`)).code).toBe(553);
  // What cannot be there is not there.
  for (const verb of ['RETR', 'DELE', 'CWD', 'RNFR', 'SIZE', 'MDTM'])
    expect((await client.command(`${verb} ${euro}`)).code).toBe(550);
  expect(disk(ftp)).toEqual(['a']);
  await using other = await start({ fileSystem: 'ISO-8859-15' });
  const there = await other.login();
  expect((await there.command(`MKD ${euro}`)).code).toBe(257);
  expect(disk(other)).toEqual(['\xa4']);
});

test('charsets §4 test 7: names of letters and accents go to a Latin disk as letters, to one of UTF-8 as they are', async () => {
  const decomposed = bytes('cafe\u0301');
  await using ftp = await start({ fileSystem: 'ISO-8859-1' });
  const client = await ftp.login();
  expect((await client.command(`MKD ${decomposed}`)).code).toBe(257);
  expect(disk(ftp)).toEqual(['caf\xe9']);
  expect((await client.command(`CWD ${decomposed}`)).code).toBe(250);
  await using other = await start({ client: 'ISO-8859-1' });
  const there = await other.login();
  await there.command('OPTS UTF8 ON');
  expect((await there.command(`MKD ${decomposed}`)).code).toBe(257);
  expect(disk(other)).toEqual([decomposed]);
});

test('charsets §4 test 9: OPTS UTF8 chooses at any time, and the choice outlasts the user', async () => {
  await using ftp = await start({ client: 'ISO-8859-1' });
  mkdirSync(onDisk(ftp, bytes('é')));
  const client = await ftp.connect();
  expect((await client.command('FEAT')).lines).toContain(' UTF8');
  expect((await client.command('OPTS utf8 on')).code).toBe(200);
  const logIn = async (): Promise<void> => {
    await client.command('USER user');
    expect((await client.command('PASS secret')).code).toBe(230);
  };
  await logIn();
  expect(await names(client)).toEqual([bytes('é')]);
  expect((await client.command('OPTS UTF8 OFF')).text).toBe('200 UTF8 is off.');
  expect(await names(client)).toEqual(['\xe9']);
  expect((await client.command('OPTS UTF-8')).code).toBe(200);
  expect(await names(client)).toEqual([bytes('é')]);
  await client.command('REIN');
  await logIn();
  expect(await names(client)).toEqual([bytes('é')]);
  expect((await client.command('OPTS UTF8 YES')).code).toBe(501);
  // What waits for the end of a transfer is read as it is said then.
  await client.command('OPTS UTF8 OFF');
  const data = await client.passive();
  client.send('STOR upload\r\n');
  await client.reply();
  client.send(`OPTS UTF8 ON\r\nRMD ${bytes('é')}\r\n`);
  data.end('x');
  expect([(await client.reply()).code, (await client.reply()).code, (await client.reply()).code]).toEqual([
    226, 200, 250,
  ]);
  expect(disk(ftp)).toEqual(['upload']);
});

test('charsets §4 test 9: where clients speak UTF-8 anyway, it cannot be switched off', async () => {
  await using ftp = await start({ fileSystem: 'KOI8-R' });
  const client = await ftp.login();
  expect((await client.command('OPTS UTF8 OFF')).code).toBe(504);
  expect((await client.command('OPTS UTF8 ON')).code).toBe(200);
});

test('clients that say UTF-8 and send another charset can be disbelieved', async () => {
  await using ftp = await start({ client: 'GBK', ignoreOptsUtf8: true });
  const client = await ftp.login();
  expect((await client.command('OPTS UTF8 ON')).code).toBe(200);
  expect((await client.command('MKD \xd6\xd0')).code).toBe(257);
  expect(disk(ftp)).toEqual([bytes('中')]);
});

test('auto: each line that is received is UTF-8 if it can be, and what is sent follows the last', async () => {
  await using ftp = await start({ client: 'auto:GBK' });
  const client = await ftp.login();
  expect((await client.command(`MKD ${bytes('中')}`)).text).toContain(bytes('中'));
  expect(await names(client)).toEqual([bytes('中')]);
  expect((await client.command('CWD \xd6\xd0')).code).toBe(250);
  expect((await client.command('PWD')).text).toContain('"/\xd6\xd0"');
  expect((await client.command(`CWD /${bytes('中')}`)).code).toBe(250);
  expect((await client.command('PWD')).text).toContain(`"/${bytes('中')}"`);
});

test('charsets §4 test 10: the byte 0xFF is a letter once or twice, and Telnet at the start of a line', async () => {
  await using ftp = await start({ client: 'CP1251' });
  const client = await ftp.login();
  expect((await client.command('MKD \xff')).text).toContain('257 "/\xff"');
  expect(disk(ftp)).toEqual([bytes('я')]);
  expect((await client.command('RMD \xff\xff')).code).toBe(250);
  expect((await client.command('MKD \xff\xff\xff\xff')).text).toContain('257 "/\xff\xff"');
  expect((await client.command('MKD {U+044F}{U+044F}{U+044F}')).text).toContain('257 "/\xff\xff\xff"');
  expect(disk(ftp)).toEqual([bytes('яя'), bytes('яяя')]);
  const data = await client.passive();
  client.send('STOR big\r\n');
  await client.reply();
  client.send('\xff\xf4\xff\xf2ABOR\r\n');
  expect([(await client.reply()).code, (await client.reply()).code]).toEqual([426, 226]);
  data.destroy();
  // In UTF-8 it is a byte that is no letter, each time.
  await client.command('OPTS UTF8 ON');
  expect((await client.command('MKD \xff\xff')).text).toContain('257 "/\xff\xff"');
  expect(disk(ftp)).toContain('\xff\xff');
});

test('charsets §4 test 15: a name that looks like an escape is told from what that stands for', async () => {
  await using ftp = await start({ client: 'ISO-8859-1' });
  writeFileSync(onDisk(ftp, '{x41}'), 'braces');
  writeFileSync(onDisk(ftp, 'A'), 'letter');
  const client = await ftp.login();
  expect(await names(client)).toEqual(['A', '{x7B}x41}']);
  expect((await client.receive('RETR {x7B}x41}')).data.toString()).toBe('braces');
  expect((await client.receive('RETR {x41}')).data.toString()).toBe('letter');
  expect((await client.command('MLST {x7B}x41}')).text).toContain(' /{x7B}x41}\n');
  // Where all is UTF-8 there are no escapes.
  await client.command('OPTS UTF8 ON');
  expect((await client.receive('RETR {x41}')).data.toString()).toBe('braces');
});

test.each(['{x2F}', '{U+002F}', '{x00}', '{x0A}', '{U+000D}', 'a{x7f}b'])('%s is no part of a name', async (escape) => {
  await using ftp = await start({ client: 'ISO-8859-1' });
  const client = await ftp.login();
  for (const verb of ['MKD', 'CWD', 'DELE', 'RETR', 'STOR', 'SITE CHMOD 600', 'NLST', 'LIST', 'USER'])
    expect((await client.command(`${verb} ..${escape}etc`)).code, verb).toBe(553);
  expect(disk(ftp)).toEqual([]);
  expect(ftp.errors).toEqual([]);
});

test('escapes make no way out of the home', async () => {
  await using ftp = await start({ client: 'ISO-8859-1' });
  const client = await ftp.login();
  await client.command('CWD {x2E}{x2E}');
  expect((await client.command('PWD')).text).toContain('"/"');
  expect((await client.command('MKD {x2e}{U+002E}')).code).toBe(550);
});

describe('security: bytes of letters are no separators, dots or backslashes', () => {
  test.each([
    ['SHIFT_JIS', '表', '\x95\x5c'],
    ['BIG5', '功', '\xa5\x5c'],
    ['GBK', '誠', '\xd5\x5c'],
    ['SHIFT_JIS', 'ポ', '\x83\x7c'],
  ])('charsets §4 test 8: %s %s is a letter', async (charset, letter, there) => {
    await using ftp = await start({ client: charset });
    const client = await ftp.login();
    expect((await client.command(`MKD ${there}`)).code).toBe(257);
    expect((await client.command(`CWD ${there}`)).code).toBe(250);
    expect((await client.transmit(`STOR ${there}${there}`, 'x')).code).toBe(226);
    expect((await client.command('PWD')).text).toContain(`"/${there}"`);
    expect(disk(ftp)).toEqual([bytes(letter)]);
  });

  test.each(['GBK', 'GB18030', 'BIG5', 'SHIFT_JIS', 'EUC-JP', 'EUC-KR'])(
    '%s: a lead byte swallows no slash and no dot',
    async (charset) => {
      await using ftp = await start({ client: charset, fileSystem: charset });
      const client = await ftp.login();
      mkdirSync(onDisk(ftp, 'a\x95'));
      expect((await client.command('CWD a\x95/../..')).code).toBe(250);
      expect((await client.command('PWD')).text).toContain('"/"');
      expect((await client.command('MKD a\x95/b')).code).toBe(257);
      expect(readdirSync(onDisk(ftp, 'a\x95'))).toEqual(['b']);
      expect((await client.command('CWD \x95..')).code).toBe(550);
    },
  );
});

test('bytes that are no text on the disk can be fetched and deleted by what listings show', async () => {
  // Bytes that are no letter in EUC-KR, and one in UTF-8.
  const odd = ['\xc2\x80', '\xff', '\x8e', '\xb0', 'a\xfe/b'.slice(0, 2)];
  for (const client of ['UTF-8', 'KOI8-R', 'GBK']) {
    await using ftp = await start({ client, fileSystem: 'EUC-KR' });
    for (const name of odd) writeFileSync(onDisk(ftp, name), name, 'latin1');
    const session = await ftp.login();
    const shown = await names(session);
    expect(new Set(shown).size).toBe(odd.length);
    const contents: string[] = [];
    for (const name of shown) {
      contents.push((await session.receive(`RETR ${name}`)).data.toString('latin1'));
      expect((await session.command(`DELE ${name}`)).code).toBe(250);
    }
    expect(contents.toSorted()).toEqual(odd.toSorted());
    expect(disk(ftp)).toEqual([]);
  }
});

test('a pattern matches letters, whatever bytes they are', async () => {
  await using ftp = await start({ client: 'SHIFT_JIS' });
  for (const name of ['表', '示', '表示', 'a']) writeFileSync(onDisk(ftp, bytes(name)), '');
  const client = await ftp.login();
  const listed = (await client.receive('LIST ?')).data.toString('latin1');
  expect(
    listed
      .split('\r\n')
      .slice(0, -1)
      .map((line) => line.split(' ').at(-1)),
  ).toEqual(['a', '\x8e\xa6', '\x95\x5c']);
});

test('the password is bytes in every charset', async () => {
  const handler = class extends FTPHandler {
    static override charsets = new Charsets({ client: 'KOI8-R' });
  };
  await using ftp = await startTestServer(handler);
  const { authorizer } = handler;
  if (!('addUser' in authorizer) || typeof authorizer.addUser !== 'function') throw new Error('no such authorizer');
  authorizer.addUser('Иван', 'пароль {x41}', ftp.folder, { perm: 'elr' });
  const client = await ftp.connect();
  await client.command('USER \xe9\xd7\xc1\xce');
  expect((await client.command(`PASS ${bytes('пароль {x41}')}`)).code).toBe(230);
});

test('numbered uploads tell the name they have got as the session speaks', async () => {
  await using ftp = await start({ client: 'GBK', fileSystem: 'EUC-KR' }, true);
  const client = await ftp.login();
  await client.transmit('STOR \xd6\xd0', 'x');
  expect((await client.transmit('STOR \xd6\xd0', 'y')).text).toMatch(/226/);
  expect(disk(ftp)).toEqual(['\xf1\xe9', '\xf1\xe9.1']);
  expect(readFileSync(onDisk(ftp, '\xf1\xe9.1'), 'latin1')).toBe('y');
});

test('a file system of another kind, which answers later, is given names as on its disk', async () => {
  const store = new MemoryStore();
  await using ftp = await startTestServer(
    class extends FTPHandler {
      static override charsets = new Charsets({ client: 'GBK', fileSystem: 'EUC-KR' });
      override openFileSystem(): Promise<MemoryFilesystem> {
        return Promise.resolve(new MemoryFilesystem('/', store));
      }
    },
  );
  const client = await ftp.login();
  expect((await client.command('MKD \xd6\xd0')).text).toContain('"/\xd6\xd0"');
  expect((await client.transmit('STOR \xd6\xd0/\xd6\xd0', 'x')).code).toBe(226);
  expect(await names(client)).toEqual(['\xd6\xd0']);
  const directory = await new MemoryFilesystem('/', store).openDirectory('/\udcf1\udce9');
  expect(await directory.names()).toEqual(['\udcf1\udce9']);
  await directory.close();
});
