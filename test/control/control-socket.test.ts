// The control socket, as an administrator's programs and everybody else on the machine meet it.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

import { ControlClient, ControlError, type SessionItem } from '@pure-ftpd/control';
import { peerPath, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeInSoak, describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { Daemon, LOGIN, PASSWORD } from '../support/daemon.ts';
import { descriptorTargets, residentMiB } from '../support/process-usage.ts';
import { isSeparated } from '../support/rights.ts';

/** A file that takes long enough at the rates below. */
const SIZE = 8 * 1024 * 1024;

/** A group that every Debian has; only root can give files to it. */
const GROUP = process.getuid?.() === 0 ? ['--control-group', 'mail'] : [];

interface Controlled {
  readonly daemon: Daemon;
  readonly control: ControlClient;
  readonly path: string;
}

function folderOfTest(): TempFolder {
  const folder = tempFolder();
  onTestFinished(() => folder.remove());
  chmodSync(folder.path, 0o755);
  return folder;
}

/** A daemon with a control socket, and a connection to it. */
async function controlled(...args: readonly string[]): Promise<Controlled> {
  const path = folderOfTest().file('control');
  const daemon = await Daemon.start({ args: ['--control', path, ...args] });
  onTestFinished(() => daemon[Symbol.asyncDispose]());
  const control = await ControlClient.connect(path);
  onTestFinished(() => control[Symbol.asyncDispose]());
  return { daemon, control, path };
}

let shared: Controlled | undefined;
let sharedFolder: TempFolder | undefined;

/** A daemon for all tests that leave it as it is. */
function sharedDaemon(): Controlled {
  if (shared === undefined) throw new Error('the daemon has not been started');
  return shared;
}

beforeAll(async () => {
  sharedFolder = tempFolder();
  chmodSync(sharedFolder.path, 0o755);
  const path = sharedFolder.file('control');
  const daemon = await Daemon.start({ args: ['--control', path, ...GROUP, '-C', '70', '-y', '500:3'] });
  shared = { daemon, control: await ControlClient.connect(path), path };
});
afterAll(async () => {
  await shared?.control[Symbol.asyncDispose]();
  await shared?.daemon[Symbol.asyncDispose]();
  sharedFolder?.remove();
});

/** Nobody is left of the test before. */
beforeEach(async () => {
  const { control } = sharedDaemon();
  for (const { session } of await sessionsOf(control))
    await control.ask({ type: 'kick', session }).catch((error: unknown) => {
      // It has just ended by itself.
      if (!(error instanceof ControlError && error.reason === 'notFound')) throw error;
    });
});

async function sessionsOf(control: ControlClient): Promise<readonly SessionItem[]> {
  return (await control.ask({ type: 'sessions' })).items;
}

/** Waits until the sessions are as they should be. */
async function untilSessions(
  control: ControlClient,
  what: string,
  are: (sessions: readonly SessionItem[]) => boolean,
): Promise<readonly SessionItem[]> {
  let sessions: readonly SessionItem[] = [];
  await untilTrue(what, async () => are((sessions = await sessionsOf(control))));
  return sessions;
}

/** The only session there is, once somebody has logged in. */
async function onlySession(control: ControlClient): Promise<SessionItem> {
  const [session] = await untilSessions(
    control,
    'one session',
    ([one, ...more]) => one?.user === LOGIN && more.length === 0,
  );
  if (session === undefined) throw new Error('no session');
  return session;
}

/** How many bytes come in a second of a download. */
async function rateOf(data: Socket, milliseconds = 700): Promise<number> {
  let bytes = 0;
  const count = (chunk: Buffer): void => void (bytes += chunk.length);
  const begun = performance.now();
  data.on('data', count);
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
  data.off('data', count);
  return (bytes * 1000) / (performance.now() - begun);
}

/** What somebody gets who says something on the socket. */
async function said(path: string, ...pieces: readonly string[]): Promise<string> {
  const socket = connect({ path });
  socket.on('error', () => undefined);
  for (const piece of pieces) socket.write(piece);
  return text(socket);
}

/** Somebody who asks as fast as he is heard, and reads no answer. */
interface SilentAsker extends AsyncDisposable {
  /** Bytes that the server has taken, or the kernel for it. */
  readonly taken: number;
}

async function silentAsker(path: string): Promise<SilentAsker> {
  const socket = connect({ path }).pause();
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const lines = Buffer.alloc(16 * 1024, '\n');
  let taken = 0;
  const go = (): void =>
    void socket.write(lines, (error) => {
      if (error instanceof Error) return;
      taken += lines.length;
      go();
    });
  go();
  return {
    get taken() {
      return taken;
    },
    async [Symbol.asyncDispose]() {
      socket.destroy();
      if (!socket.closed) await once(socket, 'close');
    },
  };
}

/** Five at a time say half a line, and leave when the server has it. */
async function leaveHalfLines(path: string, half: string, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1)
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        // The answer to the first line tells that the server reads.
        const socket = connect({ path });
        socket.write(`{"type":"health"}\n${half}`);
        let heard = '';
        for await (const piece of socket) if ((heard += String(piece)).includes('"done"')) break;
        expect(heard).toContain('"serving"');
      }),
    );
}

/** Somebody whom the machine does not know. */
const OTHER = { uid: 61_234, gid: 61_234 };

/** What another user gets who connects and asks for something. */
async function asOther(
  path: string,
  ids: { readonly uid: number; readonly gid: number },
  request: string,
): Promise<string> {
  const script = `const s = require('node:net').connect(${JSON.stringify(path)});
    s.on('error', (e) => console.log(e.code)); s.on('data', (d) => process.stdout.write(d)); s.end(${JSON.stringify(`${request}\n`)});`;
  const child = spawn(process.execPath, ['-e', script], { ...ids, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  return text(child.stdout);
}

/** Runs a program. @returns Its exit status, and what it says on standard error. */
async function endOf(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [errors] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return `${String(child.exitCode)} ${errors}`;
}

describe('sessions', () => {
  test('are shown with what they transfer', async () => {
    const { daemon, control } = sharedDaemon();
    writeFileSync(join(daemon.home, 'photo.jpg'), Buffer.alloc(SIZE));
    expect((await control.ask({ type: 'health' })).done).toMatchObject({
      mode: isSeparated ? 'separated' : 'alone',
      state: 'serving',
    });
    const early = await daemon.connect();
    expect(await untilSessions(control, 'who has not logged in', (all) => all.length === 1)).toMatchObject([
      { user: '?', state: 'login', address: '127.0.0.1', localPort: daemon.port },
    ]);
    early.close();
    const client = await daemon.login();
    await control.ask({ type: 'throttle', session: (await onlySession(control)).session, download: 500_000 });
    const data = await client.passive();
    await client.command('RETR photo.jpg');
    data.resume();
    const [session] = await untilSessions(control, 'a download', ([one]) => (one?.position ?? 0) > 0);
    expect(session).toMatchObject({ user: LOGIN, state: 'download', file: 'photo.jpg', offset: 0, size: SIZE });
    expect(session?.throttle).toEqual({ download: 500_000 });
    data.destroy();
  });

  test('count in the limits', async () => {
    const { daemon, control } = sharedDaemon();
    await daemon.login();
    await onlySession(control);
    expect((await control.ask({ type: 'limits' })).done).toEqual({
      sessions: { limit: 2000, used: 1 },
      perAddress: { limit: 70, used: 1 },
      perUser: { limit: 500, used: 1 },
      anonymous: { limit: 3, used: 0 },
      bandwidth: { upload: undefined, download: undefined },
      userBandwidth: { upload: undefined, download: undefined },
      serverBandwidth: { upload: undefined, download: undefined },
    });
  });

  test('that are kicked are told, and end: one, those of a user, those of an address', async () => {
    const { daemon, control } = sharedDaemon();
    const one = await daemon.login();
    const { session } = await onlySession(control);
    const two = await daemon.login();
    const three = await daemon.connect();
    await untilSessions(control, 'three sessions', (all) => all.length === 3);
    expect((await control.ask({ type: 'kick', session })).done).toEqual({ sessions: 1, left: [] });
    expect(await one.end()).toBe('421 The administrator has ended this session.\r\n');
    expect((await control.ask({ type: 'kick', user: LOGIN })).done).toEqual({ sessions: 1, left: [] });
    expect(await two.end()).toContain('421 ');
    expect((await control.ask({ type: 'kick', address: '127.0.0.1' })).done).toEqual({ sessions: 1, left: [] });
    expect(await three.end()).toContain('421 ');
    expect(await sessionsOf(control)).toEqual([]);
    await expect(control.ask({ type: 'kick', user: LOGIN })).rejects.toMatchObject({ reason: 'notFound' });
  });

  test('that are kicked leave nothing of an upload', async () => {
    const { daemon, control } = sharedDaemon();
    const client = await daemon.login();
    const before = readdirSync(daemon.home);
    const data = await client.passive();
    await client.command('STOR new');
    data.write(Buffer.alloc(100_000));
    data.on('error', () => undefined);
    await untilTrue('the upload has begun', () => readdirSync(daemon.home).length > before.length);
    await control.ask({ type: 'kick', user: LOGIN });
    expect(await client.end()).toContain('421 ');
    await untilTrue('nothing is left', () => readdirSync(daemon.home).length === before.length);
    data.destroy();
  });

  test('have another bandwidth at once, and as they had before', async () => {
    const { daemon, control } = sharedDaemon();
    writeFileSync(join(daemon.home, 'big'), '');
    truncateSync(join(daemon.home, 'big'), 1024 ** 4);
    const client = await daemon.login();
    const data = await client.passive();
    await client.command('RETR big');
    expect(await rateOf(data)).toBeGreaterThan(5_000_000);
    const { session } = await onlySession(control);
    expect((await control.ask({ type: 'throttle', user: LOGIN, download: 400_000 })).done).toEqual({ sessions: 1 });
    // What is on its way comes as fast as ever.
    await untilTrue('the download is slow', async () => (await rateOf(data, 200)) < 800_000);
    const slow = await rateOf(data, 1500);
    expect(slow).toBeGreaterThan(200_000);
    expect(slow).toBeLessThan(600_000);
    await control.ask({ type: 'throttle', session, download: 0 });
    await untilTrue('the download is fast', async () => (await rateOf(data, 300)) > 5_000_000);
    data.destroy();
  });

  test('are limited while they upload, too', async () => {
    const { daemon, control } = sharedDaemon();
    const client = await daemon.login();
    await control.ask({ type: 'throttle', session: (await onlySession(control)).session, upload: 300_000 });
    const data = await client.passive();
    await client.command('STOR slow');
    const begun = performance.now();
    data.end(Buffer.alloc(450_000));
    expect((await client.reply()).code).toBe(226);
    expect(performance.now() - begun).toBeGreaterThan(1000);
  });

  test('are logged in full where that is wanted', async () => {
    const { daemon, control } = sharedDaemon();
    const client = await daemon.login();
    const { session } = await onlySession(control);
    await client.command('PWD');
    await control.ask({ type: 'verbosity', session, level: 1 });
    await client.command('SYST');
    await untilTrue('the command is logged', () => daemon.output.includes('Command [syst]'));
    expect(daemon.output).not.toContain('Command [pwd]');
    await control.ask({ type: 'verbosity', session, level: 0 });
    await client.command('NOOP');
    await client.command('QUIT');
    await untilTrue('the end is logged', () => daemon.output.includes('Logout.'));
    expect(daemon.output).not.toContain('Command [noop]');
  });
});

describe('a server that is drained', () => {
  test('serves nobody new, leaves its socket to the next one, and ends with its last session', async () => {
    const { daemon, control, path } = await controlled();
    const client = await daemon.login();
    await onlySession(control);
    expect((await control.ask({ type: 'drain' })).done).toEqual({ sessions: 1 });
    await untilTrue('nobody is let in', async () => {
      try {
        (await RawClient.connect(daemon.port)).close();
        return false;
      } catch {
        return true;
      }
    });
    expect((await control.ask({ type: 'health' })).done).toMatchObject({ state: 'draining', sessions: 1 });
    await expect(control.ask({ type: 'drain' })).rejects.toMatchObject({ reason: 'failed' });
    await expect(ControlClient.connect(path)).rejects.toMatchObject({ code: 'CONTROL_UNAVAILABLE' });
    expect((await client.command('NOOP')).code).toBe(200);
    await client.command('QUIT');
    await control.closed();
  });

  test('ends sessions when the time is over', async () => {
    const { daemon, control } = await controlled();
    const client = await daemon.login();
    await onlySession(control);
    await control.ask({ type: 'drain', seconds: 0 });
    expect(await client.end()).toContain('421 ');
    await control.closed();
  });
});

describe('whoever connects', () => {
  test('and says what is no request is told so, and asks on', async () => {
    const { path } = sharedDaemon();
    const lines = ['{', '[]', '{"type":"format"}', '{"type":"kick"}', '{"type":"bans"}', '{"type":"health"}'];
    const answers = said(path, `${lines.join('\n')}\n`, ' '.repeat(65_537));
    const [greeting, ...told] = (await answers).trimEnd().split('\n');
    expect(JSON.parse(greeting ?? '')).toMatchObject({ control: 1 });
    expect(told.map((line) => JSON.parse(line)).map(({ type, code }) => code ?? type)).toEqual([
      'malformed',
      'malformed',
      'malformed',
      'malformed',
      'unsupported',
      'done',
      'malformed',
    ]);
  });

  test('and sends 65 KiB without an end is dropped, and nobody else', async () => {
    const { control, path } = sharedDaemon();
    expect(await said(path, 'x'.repeat(65 * 1024))).toContain('a line has at most 65536 bytes');
    expect((await control.ask({ type: 'health' })).done).toMatchObject({ state: 'serving' });
  });

  test('and takes no answers is not read any more, and nothing piles up', async () => {
    const { control, path } = sharedDaemon();
    await using silent = await silentAsker(path);
    // Each answer is a turn of the server, in which it may read from everybody.
    for (let turn = 0; turn < 50; turn += 1) await control.ask({ type: 'health' });
    expect(silent.taken).toBeLessThan(1024 * 1024);
  });

  test('and leaves with half a line, again and again, leaves nothing behind', async () => {
    const { daemon, control, path } = sharedDaemon();
    const half = `{"type":"${'x'.repeat(60_000)}`;
    const rounds = soak(20, 2000);
    await leaveHalfLines(path, half, 10);
    const { pid } = (await control.ask({ type: 'health' })).done;
    const before = { descriptors: descriptorTargets(pid).length, memory: residentMiB(daemon.pid) };
    await leaveHalfLines(path, half, rounds);
    await untilTrue('the descriptors are free', () => descriptorTargets(pid).length <= before.descriptors);
    expect(residentMiB(daemon.pid) - before.memory).toBeLessThan(64);
  });

  test('when sixteen are there is told that there is no room, until one has gone', async () => {
    const { path } = sharedDaemon();
    const others: ControlClient[] = [];
    for (let count = 2; count <= 16; count += 1) others.push(await ControlClient.connect(path));
    await expect(ControlClient.connect(path)).rejects.toMatchObject({ reason: 'busy' });
    await others.pop()?.[Symbol.asyncDispose]();
    await untilTrue('there is room', async () => {
      try {
        others.push(await ControlClient.connect(path));
        return true;
      } catch {
        return false;
      }
    });
    for (const other of others) await other[Symbol.asyncDispose]();
  });
});

// It takes its ten seconds.
describeInSoak([], 'whoever says half a line', () => {
  test('is dropped when ten seconds are over', async () => {
    const { control, path } = sharedDaemon();
    const begun = performance.now();
    expect(await said(path, '{"type":"hea')).toMatch(/^\{"control":1,.*\}\n$/);
    expect(performance.now() - begun).toBeGreaterThan(9000);
    expect((await control.ask({ type: 'health' })).done).toMatchObject({ state: 'serving' });
  });

  test('is dropped then, too, when more of it comes all the time', async () => {
    const { control, path } = sharedDaemon();
    const socket = connect({ path });
    socket.on('error', () => undefined).resume();
    const timer = setInterval(() => socket.write('x'), 100);
    onTestFinished(() => clearInterval(timer));
    await once(socket, 'close');
    expect((await control.ask({ type: 'health' })).done).toMatchObject({ state: 'serving' });
  });
});

describeWith(['root'], 'users of the machine', () => {
  test('may not connect; members of the group may, but hand over no command line', async () => {
    // The group of these files, by its name here.
    const { path, control } = sharedDaemon();
    const mail = statSync(path).gid;
    expect(statSync(path).mode & 0o777).toBe(0o660);
    expect(await asOther(path, OTHER, '{"type":"health"}')).toBe('EACCES\n');
    expect(await asOther(path, { ...OTHER, gid: mail }, '{"type":"health"}')).toContain('"state":"serving"');
    expect(await asOther(path, { ...OTHER, gid: mail }, '{"type":"reload","words":["-c","5"]}')).toContain(
      '"forbidden"',
    );
    // Opened to all by mistake, it is still closed to those whom the kernel names.
    chmodSync(path, 0o666);
    expect(await asOther(path, OTHER, '{"type":"health"}')).toContain('"forbidden"');
    expect((await control.ask({ type: 'health' })).done).toMatchObject({ state: 'serving' });
  });

  test('of the group leave four connections to root', async () => {
    const { path } = sharedDaemon();
    const { gid } = statSync(path);
    const script = `const n = require('node:net'); for (let i = 0; i < 16; i += 1) n.connect(${JSON.stringify(path)}).on('data', (d) => process.stdout.write(d)).on('error', () => 0);`;
    const child: ChildProcess = spawn(process.execPath, ['-e', script], {
      uid: OTHER.uid,
      gid,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let heard = '';
    child.stdout?.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    await untilTrue('all have been answered', () => heard.split('\n').length > 16);
    expect(heard.match(/"busy"/g)).toHaveLength(5);
    await using own = await ControlClient.connect(path);
    expect((await own.ask({ type: 'health' })).done).toMatchObject({ state: 'serving' });
    child.kill('SIGKILL');
    await once(child, 'close');
  });
});

test('a second server that asks for the socket of the first says whose it is, and does not start', async () => {
  const { path } = sharedDaemon();
  await expect(Daemon.start({ args: ['--control', path] })).rejects.toThrow(/--control .*: another server has it/);
});

test('a socket that a killed server has left is taken over, and a file that is none stays', async () => {
  const { daemon, control, path } = await controlled();
  await daemon.kill();
  await control.closed();
  expect(statSync(path).isSocket()).toBe(true);
  await daemon.start();
  await using again = await ControlClient.connect(path);
  expect((await again.ask({ type: 'health' })).done).toMatchObject({ sessions: expect.any(Number) });
  const file = folderOfTest().file('file');
  writeFileSync(file, 'mine');
  await expect(Daemon.start({ args: ['--control', file] })).rejects.toThrow(
    /--control .*: there is a file that is no socket/,
  );
});

/** Starts a download of curl and one of lftp. @returns How each ends: its status, and what it says. */
function downloads(daemon: Daemon, name: string, into: (client: string) => string): Promise<string>[] {
  const url = `ftp://${LOGIN}:${PASSWORD}@127.0.0.1:${daemon.port}/${name}`;
  const lftp = `set net:max-retries 1; set net:limit-rate 2000000; set cmd:fail-exit yes; get ${url} -o ${into('lftp')}`;
  return [
    endOf(peerPath('curl'), ['-sS', '--limit-rate', '2M', '-o', into('curl'), url]),
    endOf(peerPath('lftp'), ['--norc', '-c', lftp]),
  ];
}

describeWith(['lftp', 'curl'], 'real clients', () => {
  test('are slowed down and kicked: curl and lftp say so', async () => {
    const { daemon, control } = sharedDaemon();
    writeFileSync(join(daemon.home, 'big'), Buffer.alloc(64 * 1024 * 1024));
    const folder = folderOfTest();
    const ends = downloads(daemon, 'big', (client) => folder.file(client));
    await untilSessions(control, 'two downloads', (all) => all.filter(({ position = 0 }) => position > 0).length === 2);
    await control.ask({ type: 'throttle', user: LOGIN, download: 50_000 });
    // Both go on, slowly.
    const before = await sessionsOf(control);
    await untilSessions(control, 'they move on', (all) =>
      all.every(
        ({ session, position = 0 }) => position > (before.find((one) => one.session === session)?.position ?? 0),
      ),
    );
    const received = (): number[] => ['curl', 'lftp'].map((client) => statSync(folder.file(client)).size);
    await untilTrue('what was on its way has come', async () => {
      const earlier = received();
      await delay(500);
      return received().every((size, index) => size - (earlier[index] ?? 0) < 100_000);
    });
    const [begun, earlier] = [performance.now(), received()];
    await untilTrue('both have more', () => received().every((size, index) => size - (earlier[index] ?? 0) >= 200_000));
    // Four seconds' worth; a client may have written less than it had.
    expect(performance.now() - begun).toBeGreaterThan(2000);
    expect((await control.ask({ type: 'kick', user: LOGIN })).done).toEqual({ sessions: 2, left: [] });
    const [curl, lftp] = await Promise.all(ends);
    expect(curl).toMatch(/^(?:18|56|28) curl: /);
    expect(lftp).toMatch(/^1 .*(?:421|max-retries)/s);
    expect((await control.ask({ type: 'health' })).done).toMatchObject({ state: 'serving' });
  });

  test('have their downloads whole from a server that is drained, which serves no others, and ends', async () => {
    const { daemon, control } = await controlled('-T', ':100');
    const content = randomBytes(SIZE);
    writeFileSync(join(daemon.home, 'photo.jpg'), content);
    const folder = folderOfTest();
    const ends = downloads(daemon, 'photo.jpg', (client) => folder.file(client));
    await untilSessions(control, 'two downloads', (all) => all.filter(({ position = 0 }) => position > 0).length === 2);
    expect((await control.ask({ type: 'drain' })).done).toEqual({ sessions: 2 });
    await untilTrue('nobody is let in', async () => {
      const [curl = '', lftp = ''] = await Promise.all(downloads(daemon, 'photo.jpg', () => '/dev/null'));
      return curl.startsWith('7 curl: ') && lftp.startsWith('1 ') && lftp.includes('max-retries');
    });
    await control.ask({ type: 'throttle', user: LOGIN, download: 0 });
    for (const end of await Promise.all(ends)) expect(end).toBe('0 ');
    for (const client of ['curl', 'lftp']) expect(readFileSync(folder.file(client)).equals(content)).toBe(true);
    await control.closed();
    await untilTrue('the server has ended', () => !daemon.running);
  });
});
