import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';

import { makeCertificate } from '@pure-ftpd/x509';
import { type RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { PASSWORD, Place, RunningDaemon } from './testing/running-daemon.ts';
import { protectedData, securedClient } from './testing/tls-client.ts';

let place: Place;
let daemon: RunningDaemon;

beforeEach(async () => {
  place = new Place();
  await place.users({ alice: 'HOME/./' });
});
afterEach(async () => {
  await daemon.stop();
  place.remove();
});

const inHome = (name: string): string => path.join(place.home, name);

async function start(...words: readonly string[]): Promise<void> {
  const file = path.join(place.folder, 'certificate.pem');
  const made = makeCertificate({ names: ['ftp.example'] });
  writeFileSync(file, made.certificate + made.key);
  place.give(file);
  daemon = await RunningDaemon.start(place, ['-E', '-H', '-Y', '1', '-2', file, ...words]);
}

/** A session, and what makes its data connections. */
interface Client {
  readonly client: RawClient;
  readonly data: () => Promise<Socket>;
}

async function inClear(): Promise<Client> {
  const client = await daemon.session('alice');
  await client.command('TYPE I');
  return { client, data: () => client.passive() };
}

async function overTls(): Promise<Client> {
  const { client, socket } = await securedClient(daemon.port);
  for (const line of ['PBSZ 0', 'PROT P', 'USER alice', `PASS ${PASSWORD}`, 'TYPE I'])
    expect((await client.command(line)).code).toBeLessThan(400);
  const session = socket.getSession();
  return {
    client,
    data: async () => protectedData(await client.passive(), session === undefined ? {} : { session }),
  };
}

/** Sends everything, ends the data connection, and leaves at once. */
async function sendAndLeave({ client, data }: Client, command: string, content: Buffer, quits: boolean): Promise<void> {
  const socket = await data();
  socket.on('error', () => undefined);
  client.send(`${command}\r\n`);
  socket.end(content, () => {
    if (quits) client.socket.end('QUIT\r\n');
    else client.socket.destroy();
  });
}

/**
 * Sends everything, and ends both connections as the kernel does for a process that has died: the older one first. However busy the
 * machine is, the end of the control connection is there with that of the data.
 */
async function sendAndEnd({ client, data }: Client, command: string, content: Buffer, quits: boolean): Promise<void> {
  const socket = await data();
  socket.on('error', () => undefined);
  expect((await client.command(command)).code).toBe(150);
  await new Promise<void>((resolve) => socket.write(content, () => resolve()));
  client.socket.end(quits ? 'QUIT\r\n' : '');
  socket.end();
}

const SIZES = [1, 1000, 100_000, 1_000_000, 10_000_000] as const;
const WAYS = [
  { command: 'STOR', before: undefined },
  { command: 'STOR', before: 'old content' },
  { command: 'APPE', before: undefined },
  { command: 'APPE', before: 'old content' },
] as const;

describe.each([
  ['in clear', inClear],
  ['over TLS', overTls],
] as const)('a client %s that sends all, ends the data connection and leaves at once', (_name, connect) => {
  test.each([true, false])('has it stored; with QUIT: %s', async (quits) => {
    await start();
    const uploads = SIZES.flatMap((size) => WAYS.map((way) => ({ size, ...way })));
    const count = soak(uploads.length, 250);
    for (let round = 0; round < count; round += 1) {
      const { size, command, before } = uploads[round % uploads.length] ?? { size: 1, ...WAYS[0] };
      const name = `file${round}`;
      if (before !== undefined) {
        writeFileSync(inHome(name), before);
        place.give(inHome(name));
      }
      const content = Buffer.alloc(size, round);
      const expected = Buffer.concat([Buffer.from(command === 'APPE' ? (before ?? '') : ''), content]);
      await sendAndLeave(await connect(), `${command} ${name}`, content, quits);
      const isStored = (): boolean => statSync(inHome(name), { throwIfNoEntry: false })?.size === expected.length;
      await untilTrue(`upload ${round} (${command} of ${size} bytes) is stored`, isStored);
      expect(readFileSync(inHome(name)).equals(expected)).toBe(true);
    }
    expect(readdirSync(place.home)).toHaveLength(count);
    expect(daemon.log).not.toContain('ERROR');
  });
});

test('--hang-up discard keeps what was there, where nothing says that it is all', async () => {
  await start('--hang-up', 'discard');
  for (const name of ['clear', 'quit', 'tls']) {
    writeFileSync(inHome(name), 'old');
    place.give(inHome(name));
  }
  await sendAndEnd(await inClear(), 'STOR clear', Buffer.alloc(100_000), false);
  await sendAndLeave(await inClear(), 'STOR quit', Buffer.alloc(100_000), true);
  // Over TLS the end of the data is said.
  await sendAndLeave(await overTls(), 'STOR tls', Buffer.alloc(100_000), false);
  for (const name of ['quit', 'tls'])
    await untilTrue(`${name} is stored`, () => statSync(inHome(name)).size === 100_000);
  await untilTrue('all have left', () => (daemon.log.match(/Logout/g)?.length ?? 0) === 3);
  expect(readFileSync(inHome('clear'), 'latin1')).toBe('old');
  expect(readdirSync(place.home).toSorted()).toEqual(['clear', 'quit', 'tls']);
});

test('an upload that announced more (ALLO) keeps what was there', async () => {
  await start();
  writeFileSync(inHome('file'), 'old');
  place.give(inHome('file'));
  for (const quits of [true, false]) {
    const session = await inClear();
    expect((await session.client.command('ALLO 1001')).code).toBe(200);
    await sendAndEnd(session, 'STOR file', Buffer.alloc(1000), quits);
  }
  await untilTrue('both have left', () => (daemon.log.match(/Logout/g)?.length ?? 0) === 2);
  expect(readFileSync(inHome('file'), 'latin1')).toBe('old');
  expect(readdirSync(place.home)).toEqual(['file']);
});

test('an upload that is silent longer than --upload-linger after its client has left is given up', async () => {
  await start('--upload-linger', '1');
  const { client, data } = await inClear();
  const socket = await data();
  socket.on('error', () => undefined);
  await client.command('STOR file');
  socket.write('half');
  await untilTrue('it is being stored', () => readdirSync(place.home).length === 1);
  client.close();
  await daemon.logged(/Logout/);
  expect(readdirSync(place.home)).toEqual([]);
});

test('--tls-truncation allow stores what ends without close_notify; without it nothing changes', async () => {
  for (const words of [['--tls-truncation', 'allow'], []]) {
    await start(...words);
    writeFileSync(inHome('log'), 'one\n');
    place.give(inHome('log'));
    const { client } = await overTls();
    for (const command of ['STOR new', 'APPE log']) {
      const below = await client.passive();
      const secured = protectedData(below);
      client.send(`${command}\r\n`);
      expect((await client.reply()).code).toBe(150);
      await new Promise((resolve) => secured.write('two\n', resolve));
      below.end();
      expect((await client.reply()).code).toBe(words.length > 0 ? 226 : 426);
    }
    const stored =
      words.length > 0 ? { log: 'one\ntwo\n', names: ['log', 'new'] } : { log: 'one\n', names: ['log', 'new'] };
    expect(readFileSync(inHome('log'), 'latin1')).toBe(stored.log);
    expect(readdirSync(place.home).toSorted()).toEqual(stored.names);
    client.close();
    await daemon.stop();
  }
});

test('logs tell what was stored: not what was thrown away with a data connection that broke', async () => {
  const log = (format: string): string => path.join(place.folder, `${format}.log`);
  await start(...['clf', 'w3c', 'xferlog', 'stats', 'json'].flatMap((format) => ['-O', `${format}:${log(format)}`]));
  const { client } = await inClear();
  const data = await client.passive();
  data.on('error', () => undefined);
  await client.command('STOR broken');
  data.write(Buffer.alloc(70_000));
  const stored = (): number[] => readdirSync(place.home).map((name) => statSync(path.join(place.home, name)).size);
  await untilTrue('it is being stored', () => stored().some((size) => size > 0));
  data.resetAndDestroy();
  expect((await client.reply()).code).toBe(426);
  expect(readdirSync(place.home)).toEqual([]);
  expect((await client.transmit('STOR whole', 'content')).code).toBe(226);
  await daemon.logged(/whole uploaded {2}\(7 bytes/);
  expect(daemon.log).toMatch(/\[NOTICE\] \S+broken not stored: the upload is incomplete/);
  expect(daemon.log).not.toMatch(/broken uploaded/);
  const lines = async (format: string): Promise<string[]> => {
    const text = (): string => readFileSync(log(format), 'latin1');
    await untilTrue('both are written', () => text().includes('whole'));
    return text()
      .split('\n')
      .filter((line) => /broken|whole/.test(line));
  };
  expect(await lines('clf')).toEqual([expect.stringMatching(/broken" 426 0$/), expect.stringMatching(/whole" 200 7$/)]);
  expect(await lines('w3c')).toEqual([
    expect.stringMatching(/broken 426 alice 0$/),
    expect.stringMatching(/whole 226 alice 7$/),
  ]);
  expect(await lines('xferlog')).toEqual([
    expect.stringMatching(/ 0 \S+broken .* i$/),
    expect.stringMatching(/ 7 \S+whole .* c$/),
  ]);
  expect(await lines('stats')).toEqual([expect.stringMatching(/ U 7 \d+ \S+whole$/)]);
  expect((await lines('json'))[0]).toMatch(/"bytes":0,.*"complete":false,"code":426,/);
});
