// Options that change the protocol: what each does, and what is without it.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { RawClient } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { inOneProcess, Place, RunningDaemon } from './testing/running-daemon.ts';

let place: Place;
const running: RunningDaemon[] = [];

beforeAll(async () => {
  place = new Place();
  mkdirSync(path.join(place.home, 'a/b/c'), { recursive: true });
  for (const name of ['one', 'two', 'three']) writeFileSync(path.join(place.home, name), name);
  symlinkSync('one', path.join(place.home, 'link'));
  symlinkSync('/etc', path.join(place.home, 'outside'));
  for (const name of ['a', 'a/b', 'a/b/c', 'one', 'two', 'three']) place.give(path.join(place.home, name));
  await place.users({ alice: 'HOME/./' });
});
afterAll(() => place.remove());
afterEach(async () => {
  for (const daemon of running.splice(0)) await daemon.stop();
});

function start(...words: string[]): Promise<RunningDaemon> {
  return startOn('127.0.0.1,0', ...words);
}

async function startOn(bind: string, ...words: string[]): Promise<RunningDaemon> {
  const daemon = await RunningDaemon.start(place, words, bind, { FTP_ANON_DIR: place.home });
  running.push(daemon);
  return daemon;
}

const lines = (data: Buffer): string[] => data.toString('latin1').split('\r\n').slice(0, -1);

/** `address,port` of a passive reply, as PORT wants it. */
async function passivePort(client: RawClient): Promise<string> {
  const { text } = await client.command('PASV');
  const [, numbers] = /\(([\d,]+)\)/.exec(text) ?? [];
  if (numbers === undefined) throw new Error(text);
  return numbers;
}

describe('FXP', () => {
  test('-w lets a user send a file from one server to another, in both directions', async () => {
    const [one, other] = [await start('-w'), await startOn('127.0.0.2,0', '-w')];
    const from = await one.session('alice');
    const to = await RawClient.login(other.port, 'alice', 'golden', '127.0.0.2');
    for (const [sender, receiver, name] of [
      [from, to, 'copy-1'],
      [to, from, 'copy-2'],
    ] as const) {
      for (const client of [sender, receiver]) await client.command('TYPE I');
      expect((await receiver.command(`PORT ${await passivePort(sender)}`)).code).toBe(200);
      receiver.send(`STOR ${name}\r\n`);
      sender.send('RETR three\r\n');
      expect((await sender.reply()).code).toBe(150);
      expect((await receiver.reply()).code).toBe(150);
      expect((await sender.reply()).code).toBe(226);
      expect((await receiver.reply()).code).toBe(226);
      expect(readFileSync(path.join(place.home, name), 'latin1')).toBe('three');
    }
    from.close();
    to.close();
  });

  inOneProcess(() => {
    test('is refused without it, and to anonymous users unless -W', async () => {
      const foreign = 'PORT 127,0,0,9,200,1';
      const plain = await (await start()).session('alice');
      expect((await plain.command(foreign)).code).toBe(500);
      plain.close();
      const users = await (await start('-w')).client();
      await users.command('USER ftp');
      expect((await users.command(foreign)).code).toBe(500);
      users.close();
      const everybody = await (await start('-W')).client();
      await everybody.command('USER ftp');
      expect((await everybody.command(foreign)).code).toBe(200);
      expect((await everybody.command('PORT 127,0,0,9,0,25')).code).toBe(501);
      everybody.close();
    });
  });
});

describe('-b', () => {
  test('has no EPSV over IPv4, and FEAT says so', async () => {
    const client = await (await start('-b')).session('alice');
    expect((await client.command('EPSV')).code).toBe(500);
    expect((await client.command('FEAT')).text).not.toMatch(/EPSV/);
    client.close();
    const plain = await (await start()).session('alice');
    expect((await plain.command('EPSV')).code).toBe(229);
    expect((await plain.command('FEAT')).text).toMatch(/EPSV/);
    plain.close();
  });

  test('shows links as what they lead to, if that is inside', async () => {
    const client = await (await start('-b')).session('alice');
    const listed = lines((await client.receive('LIST', await client.passive('PASV'))).data);
    expect(listed.find((line) => line.endsWith(' link'))).toMatch(/^-.{40,} link$/);
    expect(listed.find((line) => line.includes(' outside'))).toMatch(/^l.* outside -> \/etc$/);
    client.close();
    const plain = await (await start()).session('alice');
    expect((await plain.receive('LIST')).data.toString()).toMatch(/link -> one/);
    plain.close();
  });

  inOneProcess(() => {
    test('asks anonymous users for a password', async () => {
      const client = await (await start('-b')).client();
      expect((await client.command('USER ftp')).code).toBe(331);
      expect((await client.command('PASS x')).code).toBe(230);
      expect((await client.command('PWD')).code).toBe(257);
      client.close();
    });
  });
});

describe('-L', () => {
  test('limits entries and depth of a listing, and says so', async () => {
    const client = await (await start('-L', '3:2')).session('alice');
    const cut = await client.receive('LIST -1');
    expect(lines(cut.data)).toHaveLength(3);
    expect(cut.reply.lines.at(-1)).toMatch(/more than can be listed/);
    expect(lines((await client.receive('NLST')).data).length).toBe(3);
    expect(lines((await client.receive('MLSD')).data).length).toBe(3);
    client.close();
    const deep = await (await start('-L', '100:1')).session('alice');
    expect(lines((await deep.receive('LIST -1FR a')).data)).toEqual(['b/', '', '', 'a/b:', '']);
    deep.close();
    const plain = await (await start()).session('alice');
    expect(lines((await plain.receive('LIST -1FR a')).data)).toEqual([
      'b/',
      '',
      '',
      'a/b:',
      '',
      'c/',
      '',
      '',
      'a/b/c:',
      '',
    ]);
    plain.close();
  });
});
