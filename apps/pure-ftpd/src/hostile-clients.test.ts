// What clients can do to a server that separates rights: nothing that others notice.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { buildDatabase } from '@pure-ftpd/puredb';
import { openDescriptors, RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { isRoot, PASSWORD, pidFileOf, RunningDaemon } from './testing/running-daemon.ts';
import { gateOf, SeparatedPlace, statusOf, workersOf } from './testing/separated-server.ts';

/** No password has it, and to find that out takes a processor a minute: longer than any test here waits. */
const SLOW_HASH = `$6$rounds=99999999$saltsaltsaltsalt$${'.'.repeat(86)}`;

/** A port that takes connections and never accepts one: the queue of its listener is full after these. */
const SILENT = `
import socket, time
listener = socket.socket()
listener.bind(('127.0.0.1', 0))
listener.listen(0)
full = [socket.socket() for _ in range(4)]
for one in full:
    one.setblocking(False)
    one.connect_ex(listener.getsockname())
print(listener.getsockname()[1], flush=True)
time.sleep(600)
`;

describe.runIf(isRoot)('a server started as root', () => {
  let place: SeparatedPlace;
  let server: RunningDaemon;

  beforeAll(async () => {
    place = new SeparatedPlace();
    await place.separateUsers();
    const text = path.join(place.folder, 'users.passwd');
    appendFileSync(text, `slow:${SLOW_HASH}:3003:3003::${place.home}/./\n`);
    await buildDatabase(text, place.database);
    chmodSync(place.folder, 0o755);
  });
  afterAll(() => place.remove());
  afterEach(() => server.stop('SIGKILL'));

  async function start(...words: string[]): Promise<void> {
    server = await RunningDaemon.start(place, ['-E', '-H', ...words], undefined, {}, []);
  }

  test.each([
    ['end their side', (client: RawClient) => client.socket.end()],
    ['reset their connections', (client: RawClient) => client.socket.resetAndDestroy()],
  ])('clients that %s while they are judged give their places back at once, and cost no hash', async (_what, leave) => {
    await start('-c', '8');
    const clients: RawClient[] = [];
    for (let count = 0; count < 8; count += 1) {
      const client = await server.client();
      await client.command('USER slow');
      client.send('PASS x\r\nNOOP\r\n');
      clients.push(client);
    }
    const refused = await RawClient.connect(server.port);
    expect((await refused.reply()).code).toBe(421);
    clients.forEach(leave);
    const others: RawClient[] = [];
    await untilTrue('all places are free', async () => {
      const other = await RawClient.connect(server.port);
      if ((await other.reply()).code === 220) others.push(other);
      return others.length === 8;
    });
    // Two hashes may have begun, and take a minute each; the others are out of the queue: they have tried, and no more.
    await untilTrue(
      'what has not begun is dropped',
      () => (server.log.match(/Authentication failed/g) ?? []).length >= 6,
    );
    [refused, ...clients, ...others].forEach((client) => client.close());
  });

  test('a client that gives up connections which are never made ends nobody, and may go on', async () => {
    await start();
    const silent = spawn('python3', ['-c', SILENT], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [printed]: unknown[] = await once(silent.stdout, 'data');
      const port = Number(String(printed));
      const other = await server.session('bob');
      const client = await server.session('alice');
      const [worker] = workersOf(server);
      for (let round = 0; round < 8; round += 1) {
        expect((await client.command(`EPRT |1|127.0.0.1|${port}|`)).code).toBe(200);
        client.send('NLST\r\n');
        expect((await client.reply()).code).toBe(150);
        client.send('ABOR\r\n');
        const codes = [(await client.reply()).code, (await client.reply()).code];
        expect(codes).toEqual([426, 226]);
      }
      expect((await other.command('NOOP')).code).toBe(200);
      expect(workersOf(server).map(({ pid }) => pid)).toEqual([worker?.pid]);
      client.close();
      other.close();
    } finally {
      silent.kill();
    }
  });

  test('the longest and oddest words before a login are answered, each of them, however often', async () => {
    await start();
    const odd = [
      '\xff'.repeat(127),
      '\xff'.repeat(600),
      '\x80\xc3\xed\xa0\x80',
      '\0\x1b[2J',
      'a'.repeat(500),
      '\xc3\xa9'.repeat(200),
      '{"type":"ready"}',
    ];
    const rounds = soak(140, 10_000);
    const client = await server.client();
    let done = 0;
    for (; done < rounds; done += 1) {
      const word = odd[done % odd.length] ?? '';
      const codes: number[] = [];
      // Said ahead, and one after the other, in turn.
      const lines = [
        `USER ${word}`,
        `CLNT ${word}`,
        `HOST ${word}`,
        `PASS ${'\xff'.repeat(512)}`,
        `USER ${word}`,
        'REIN',
        'NOOP',
      ];
      if (done % 2 === 0) client.send(lines.map((line) => `${line}\r\n`).join(''));
      for (const line of lines) {
        if (done % 2 === 1) client.send(`${line}\r\n`);
        codes.push((await client.reply()).code);
      }
      expect(codes.at(-1), `round ${done}: ${codes.join()}`).toBe(200);
      if (done % 7 !== 0) continue;
      // To a worker, with a password right behind, and back.
      await client.command('USER alice');
      expect((await client.command(`PASS ${PASSWORD}`)).code).toBe(230);
      expect((await client.command('REIN')).code).toBe(220);
    }
    client.close();
  });

  test('where few files may be open (ulimit -n) there are fewer clients than -c, which the log says, and logins go on', async () => {
    const users = ['-l', `puredb:${place.database}`, '-g', pidFileOf(place)];
    const words = ['-S', '127.0.0.1,0', ...users, '-E', '-H', '-c', '1000'];
    server = await RunningDaemon.startWith(place, words, {}, undefined, ['prlimit', '--nofile=200:300']);
    // The soft limit is raised to the hard one.
    expect(readFileSync(`/proc/${gateOf(server).pid}/limits`, 'latin1')).toMatch(/^Max open files +300 +300 /m);
    await server.logged(/-c 1000 cannot be had: 300 open files are enough for 225 clients \(raise ulimit -n/);
    const held: RawClient[] = [];
    for (let isFull = false; !isFull && held.length < 300;) {
      const client = await RawClient.connect(server.port);
      isFull = (await client.reply()).code === 421;
      if (!isFull) held.push(client);
    }
    expect(held).toHaveLength(225);
    const last = held.pop();
    await last?.command('USER alice');
    expect((await last?.command(`PASS ${PASSWORD}`))?.code).toBe(230);
    expect((await last?.receive('NLST'))?.reply.code).toBe(226);
    for (const client of [...held, ...(last === undefined ? [] : [last])]) client.close();
  });

  test('logins go on beside many connections at once', async () => {
    const many = soak(300, 10_000);
    await start('-c', String(many + 20));
    const before = level(server);
    const held: RawClient[] = [];
    for (let count = 0; count < many; count += 100) {
      const some = await Promise.all(Array.from({ length: 100 }, (_, index) => from(server.port, count + index)));
      for (const client of some) expect((await client.reply()).code).toBe(220);
      held.push(...some);
    }
    for (let count = 0; count < 10; count += 1) {
      const alice = await server.session('alice');
      expect((await alice.command('NOOP')).code).toBe(200);
      alice.close();
    }
    const during = level(server);
    held.forEach((client) => client.close());
    await untilTrue('all is as before', () => isSettled(before, level(server)), soak(20_000, 120_000));
    console.info(`${many} at once:`, { before, during, after: level(server) });
  });

  test('logins go on while clients come and go; nothing is left of them', async () => {
    const all = soak(1000, 1_000_000);
    await start();
    const port = server.port;
    const begun = performance.now();
    const cameAndWent = async (until: number, done: number): Promise<number> => {
      let count = done;
      // As many as fit into forty minutes.
      for (; count < until && performance.now() - begun < 2_400_000; count += 20) {
        await Promise.all(Array.from({ length: 20 }, (_, index) => comeAndGo(port, count + index)));
        if (count % soak(200, 5000) === 0) (await server.session('alice')).close();
      }
      return count;
    };
    let done = await cameAndWent(all / 10, 0);
    const early = level(server);
    done = await cameAndWent(all, done);
    (await server.session('alice')).close();
    await untilTrue('all is as before', () => isSettled(early, level(server)));
    const late = level(server);
    const perSecond = Math.round(done / ((performance.now() - begun) / 1000));
    console.info(`${done} in turn, ${perSecond} a second:`, { early, late });
    expect(late.kilobytes - early.kilobytes).toBeLessThan(soak(64, 32) * 1024);
  });
});

interface Level {
  readonly descriptors: number;
  /** Resident memory. */
  readonly kilobytes: number;
}

/** What the monitor and the gate have, together. */
function level(server: RunningDaemon): Level {
  const pids = [server.serverPid, gateOf(server).pid];
  const kilobytes = pids.map((pid) => Number.parseInt(statusOf(pid)?.fields.get('VmRSS') ?? '0', 10));
  return {
    descriptors: pids.reduce((sum, pid) => sum + openDescriptors(pid), 0),
    kilobytes: kilobytes.reduce((sum, one) => sum + one, 0),
  };
}

/** A worker of its own for logins may be there by now: two sockets, and what it says on standard error. */
function isSettled(before: Level, after: Level): boolean {
  return after.descriptors <= before.descriptors + 3;
}

/** Addresses of the loopback in turn: there are not enough ports for so many connections from one. */
function from(port: number, index: number): Promise<RawClient> {
  return RawClient.connect(port, '127.0.0.1', `127.0.0.${2 + (index % 200)}`);
}

/** Connects, and leaves at once: properly, or by a reset. */
async function comeAndGo(port: number, index: number): Promise<void> {
  const client = await from(port, index);
  if (index % 2 === 0) client.close();
  else client.socket.resetAndDestroy();
}
