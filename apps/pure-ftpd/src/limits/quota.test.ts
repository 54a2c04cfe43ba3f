import { chownSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { type RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { isRoot, Place, RunningDaemon, withSeparatedRights } from '../testing/running-daemon.ts';

let place: Place;
let daemon: RunningDaemon;
beforeEach(() => {
  place = new Place();
});
afterEach(async () => {
  await daemon.stop();
  place.remove();
});

const inHome = (name: string): string => path.join(place.home, name);
const recorded = (): string => readFileSync(inHome('.ftpquota'), 'latin1');
const names = (): string[] => readdirSync(place.home).toSorted();

/** A session of a user with a quota. */
async function start(quota: string, ...words: string[]): Promise<RawClient> {
  await place.users({ alice: `HOME/./${quota === '' ? '' : `::::::${quota}`}` });
  daemon = await RunningDaemon.start(place, ['-E', ...words]);
  return binary();
}

async function binary(): Promise<RawClient> {
  const client = await daemon.session('alice');
  await client.command('TYPE I');
  return client;
}

/** What is sent for a reply, with its lines. */
async function said(client: RawClient, line: string): Promise<string> {
  return (await client.command(line)).text.trimEnd();
}

describe('a quota', () => {
  test('counts what is uploaded, appended, replaced, resumed, renamed over, removed and made', async () => {
    const client = await start('5:1000000');
    const steps: string[] = [];
    const store = async (line: string, bytes: number): Promise<void> => {
      const reply = await client.transmit(line, Buffer.alloc(bytes, 'x'));
      steps.push(`${line} ${reply.code} ${recorded().trimEnd()}`);
    };
    const command = async (line: string): Promise<void> => {
      const reply = await client.command(line);
      steps.push(`${line} ${reply.code} ${recorded().trimEnd()}`);
    };
    await store('STOR a.bin', 1000);
    await store('STOR a.bin', 400);
    await store('APPE a.bin', 600);
    await client.command('REST 200');
    await store('STOR a.bin', 100);
    await command('MKD dir');
    await command('RMD dir');
    await command('RMD dir');
    await command('MKD dir');
    await store('STOR b.bin', 5000);
    await client.command('RNFR a.bin');
    await command('RNTO b.bin');
    await store('STOU', 10);
    await store('STOR c.bin', 10);
    await store('STOR dir/d.bin', 10);
    await command('MKD dir2');
    await command('MKD dir3');
    await command('DELE nosuch');
    await store('STOR dir/d.bin', 3);
    await command('DELE /dir/d.bin');
    expect(steps).toEqual([
      'STOR a.bin 226 1 1000',
      'STOR a.bin 226 1 400',
      'APPE a.bin 226 1 1000',
      'STOR a.bin 226 1 300',
      'MKD dir 257 2 300',
      'RMD dir 250 1 300',
      'RMD dir 550 1 300',
      'MKD dir 257 2 300',
      'STOR b.bin 226 3 5300',
      'RNTO b.bin 250 2 300',
      'STOU 226 3 310',
      'STOR c.bin 226 4 320',
      'STOR dir/d.bin 226 5 330',
      'MKD dir2 552 5 330',
      'MKD dir3 552 5 330',
      'DELE nosuch 550 5 330',
      'STOR dir/d.bin 226 5 323',
      'DELE /dir/d.bin 250 4 320',
    ]);
    client.close();
  });

  test('is told of at the login, and after what changes it', async () => {
    const client = await start('5:1000000');
    const text = async (line: string): Promise<string[]> => (await said(client, line)).split(/\r?\n/);
    expect(await text('MKD d')).toEqual(['257-"/d" was made.', '257-1 files of 5 (20%)', '257 0 KiB of 976 (0%)']);
    expect(await text('RMD d')).toEqual([
      '250-0 files of 5 (0%)',
      '250-0 KiB of 976 (0%)',
      '250 The directory is gone.',
    ]);
    expect((await client.transmit('STOR f', Buffer.alloc(500_000))).text.split(/\r?\n/).slice(0, 3)).toEqual([
      '226-1 files of 5 (20%)',
      '226-488 KiB of 976 (50%)',
      '226-The file has been stored.',
    ]);
    const other = await daemon.client();
    await other.command('USER alice');
    expect((await said(other, 'PASS golden')).split(/\r?\n/)).toEqual([
      '230-Logged in. / is your directory.',
      '230-1 files of 5 (20%)',
      '230 488 KiB of 976 (50%)',
    ]);
    const { mode, uid } = statSync(inHome('.ftpquota'));
    expect(mode & 0o777).toBe(0o600);
    expect(uid).toBe(statSync(inHome('f')).uid);
  });

  test.each([[], ['--write-in-place']])(
    'that ends an upload leaves nothing behind, and no line (%s)',
    async (...words) => {
      const client = await start('5:1000000', '-O', `clf:${path.join(place.folder, 'transfers')}`, ...words);
      await client.transmit('STOR a', Buffer.alloc(600_000));
      const data = await client.passive();
      data.on('error', () => undefined);
      expect((await client.command('STOR big')).code).toBe(150);
      data.write(Buffer.alloc(2_000_000));
      const refusal = (await client.reply()).text.trimEnd().split(/\r?\n/);
      expect(refusal).toEqual([
        '552-The transfer was ended by your quota.',
        '552-1 files of 5 (20%)',
        '552-585 KiB of 976 (60%)',
        '552 There is no room for more files.',
      ]);
      expect(names()).toEqual(['.ftpquota', 'a']);
      expect(recorded()).toBe('1 600000\n');
      // What was there before an upload that continues it stays.
      const more = await client.passive();
      more.on('error', () => undefined);
      await client.command('APPE a');
      more.write(Buffer.alloc(2_000_000));
      expect((await client.reply()).code).toBe(552);
      expect(statSync(inHome('a')).size).toBe(600_000);
      expect(recorded()).toBe('1 600000\n');
      expect((await client.transmit('STOR b', Buffer.alloc(400_000))).code).toBe(226);
      expect(recorded()).toBe('2 1000000\n');
      expect((await client.transmit('STOR a', Buffer.alloc(500_000))).code).toBe(226);
      expect(recorded()).toBe('2 900000\n');
      expect(daemon.log).not.toMatch(/big uploaded/);
      expect(daemon.log).toMatch(/b uploaded {2}\(400000 bytes/);
    },
  );

  test('keeps what an aborted upload has left, and counts it', async () => {
    const client = await start('5:1000000');
    await client.transmit('STOR a', Buffer.alloc(1000));
    const data = await client.passive();
    data.on('error', () => undefined);
    await client.command('REST 1000');
    await client.command('STOR a');
    data.write(Buffer.alloc(50_000));
    await untilTrue('it has arrived', () => statSync(inHome('a')).size === 51_000);
    await client.command('ABOR');
    await client.reply();
    expect(recorded()).toBe('1 51000\n');
    // Who appends and fails appends again.
    const appended = await client.passive();
    appended.on('error', () => undefined);
    await client.command('APPE a');
    appended.write(Buffer.alloc(9000));
    await untilTrue('it has arrived', () => statSync(inHome('a')).size === 60_000);
    await client.command('ABOR');
    await client.reply();
    expect(statSync(inHome('a')).size).toBe(51_000);
    expect(recorded()).toBe('1 51000\n');
    const other = await client.passive();
    other.on('error', () => undefined);
    await client.command('STOR b');
    other.write(Buffer.alloc(50_000));
    await untilTrue('it is charged', () => recorded() !== '2 51000\n' && recorded().startsWith('2 '));
    await client.command('ABOR');
    await client.reply();
    expect(recorded()).toBe('1 51000\n');
    expect(names()).toEqual(['.ftpquota', 'a']);
  });

  test('of the server (-n) is for accounts that say nothing, each side by itself', async () => {
    await place.users({ alice: 'HOME/./', bob: 'HOME/./::::::7' });
    daemon = await RunningDaemon.start(place, ['-E', '-n', '3:2']);
    const login = async (user: string): Promise<string> => {
      const client = await daemon.client();
      await client.command(`USER ${user}`);
      return said(client, 'PASS golden');
    };
    expect(await login('alice')).toMatch(/0 files of 3 \(0%\)\r?\n230 0 KiB of 2048/);
    expect(await login('bob')).toMatch(/0 files of 7 \(0%\)\r?\n230 0 KiB of 2048/);
  });

  test('without a limit of bytes takes any size; of no files takes none', async () => {
    await place.users({ alice: 'HOME/./::::::1', bob: 'HOME/./::::::0' });
    daemon = await RunningDaemon.start(place, ['-E']);
    const client = await binary();
    expect((await client.transmit('STOR a', Buffer.alloc(3_000_000))).code).toBe(226);
    expect(await said(client, 'STOR b')).toBe('552 There is no room for more files.');
    const bob = await daemon.session('bob');
    expect((await bob.command('MKD d')).code).toBe(552);
  });

  test('confines its user to the home', async () => {
    await place.users({ alice: 'HOME' });
    daemon = await RunningDaemon.start(place, ['-E', '-n', '3:2']);
    const client = await daemon.client();
    await client.command('USER alice');
    expect(await said(client, 'PASS golden')).toMatch(/\/ is your directory \(restricted\)/);
    expect((await client.command('CWD /etc')).code).toBe(550);
  });

  test('is nobody’s to touch, by its name or by a link', async () => {
    const client = await start('5:1000000');
    symlinkSync('.ftpquota', inHome('link'));
    for (const line of ['STOR', 'APPE', 'DELE', 'RETR', 'CWD', 'MKD', 'RNFR'])
      for (const name of ['.ftpquota', 'x.ftpquota.y', '.pureftpd-x'])
        expect(`${line} ${name} ${(await client.command(`${line} ${name}`)).code}`).toBe(`${line} ${name} 553`);
    expect((await client.command('SITE CHMOD 777 .ftpquota')).code).toBeGreaterThan(500);
    for (const line of ['STOR link', 'APPE link', 'SITE CHMOD 777 link', 'MFMT 20200101000000 link'])
      expect((await client.command(line)).code).toBeGreaterThan(500);
    expect((await client.command('SIZE .ftpquota')).code).toBe(213);
    expect(statSync(inHome('.ftpquota')).mode & 0o777).toBe(0o600);
  });

  test('that cannot be read lets nothing be stored, and is logged', async () => {
    const client = await start('5:1000000');
    writeFileSync(inHome('.ftpquota'), 'garbage\n');
    if (isRoot) chownSync(inHome('.ftpquota'), statSync(place.home).uid, statSync(place.home).gid);
    await client.passive();
    expect((await client.command('STOR a')).code).toBe(553);
    expect((await client.command('MKD d')).code).toBe(550);
    expect(names()).toEqual(['.ftpquota']);
    await daemon.logged(/the quota file is none/);
    writeFileSync(inHome('.ftpquota'), '');
    expect((await client.command('MKD d')).code).toBe(257);
  });

  test('answers ALLO', async () => {
    const client = await start('2:1000');
    expect((await client.command('ALLO 1000')).code).toBe(200);
    expect((await client.command('ALLO 1001')).code).toBe(552);
    await client.command('MKD a');
    await client.command('MKD b');
    expect((await client.command('ALLO 1')).code).toBe(552);
  });

  test('counts what is stored beside a file of its name (-r), and takes nothing off for that', async () => {
    const client = await start('3:1000', '-r');
    for (const [bytes, code] of [
      [400, 226],
      [500, 226],
      [200, 552],
      [100, 226],
      [0, 552],
    ] as const)
      expect([bytes, (await client.transmit('STOR a', Buffer.alloc(bytes))).code]).toEqual([bytes, code]);
    expect(recorded()).toBe('3 1000\n');
    expect(names()).toEqual(['.ftpquota', 'a', 'a.1', 'a.2']);
    // The log has the name it has got.
    await daemon.logged(/\/a\.1 uploaded {2}\(500 bytes/);
  });

  test('holds for many uploads at once', async () => {
    const first = await start('100:1000000');
    const clients = [first, ...(await Promise.all(Array.from({ length: 7 }, binary)))];
    const codes = await Promise.all(
      clients.map(async (client, index) => {
        const data = await client.passive();
        data.on('error', () => undefined);
        const begun = await client.command(`STOR f${index}`);
        if (begun.code !== 150) return begun.code;
        data.end(Buffer.alloc(300_000));
        return (await client.reply()).code;
      }),
    );
    expect(codes.filter((code) => code === 226).length).toBeLessThanOrEqual(3);
    expect(codes.filter((code) => code === 226).length).toBeGreaterThan(0);
    const stored = names().filter((name) => name.startsWith('f'));
    expect(recorded()).toBe(`${stored.length} ${stored.length * 300_000}\n`);
  });
});

test('without a quota nothing is counted, and nothing said of it', async () => {
  const client = await start('');
  expect((await client.transmit('STOR a', 'x')).text).not.toMatch(/files of/);
  expect((await client.command('MKD .ftpquota.d')).code).toBe(257);
  expect(existsSync(inHome('.ftpquota'))).toBe(false);
});

withSeparatedRights(() => {
  test('belongs to the account, whose worker makes it', async () => {
    await start('5:1000000');
    expect(statSync(inHome('.ftpquota'))).toMatchObject({ uid: 3001, gid: 3001 });
  });
});
