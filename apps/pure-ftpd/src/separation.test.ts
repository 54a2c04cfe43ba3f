// The server started as root: who runs as whom, what survives what, and that nothing is left.
import {
  existsSync,
  readdirSync as readdir,
  readFileSync,
  readlinkSync as readlink,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import path from 'node:path';

import { freePorts } from '@pure-ftpd/peers';
import { openDescriptors, RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { isRoot, PASSWORD, readPid, RunningDaemon } from './testing/running-daemon.ts';
import {
  childrenOf,
  gateOf,
  SeparatedPlace,
  statusOf,
  untilGone,
  USERS,
  workersOf,
} from './testing/separated-server.ts';

/** A passive data connection that may break. */
async function dataConnection(client: RawClient): Promise<Socket> {
  const socket = await client.passive();
  socket.on('error', () => undefined);
  return socket;
}

describe.runIf(isRoot)('a server started as root', () => {
  let place: SeparatedPlace;
  let server: RunningDaemon;

  beforeAll(async () => {
    place = new SeparatedPlace();
    await place.separateUsers((user) => (user === 'bob' ? ':::::2::' : ''));
  });
  afterAll(() => place.remove());
  afterEach(() => server.stop());

  async function start(...words: string[]): Promise<void> {
    server = await RunningDaemon.start(place, ['-E', '-H', ...words], undefined, {}, []);
  }

  test('two users of one identity share a worker, and another has another', async () => {
    await start();
    const clients = [await server.session('alice'), await server.session('bob'), await server.session('carol')];
    expect(workersOf(server).map(({ uids }) => uids[0])).toEqual([3001, 3002]);
    clients.forEach((client) => client.close());
  });

  test('the gate and the workers have no rights but their own, in every thread', async () => {
    await start();
    const client = await server.session('alice');
    const children = childrenOf(server.serverPid);
    expect(children).toHaveLength(2);
    for (const { pid, name } of children) {
      const uid = name.includes('WORKER') ? USERS.alice : 65_534;
      for (const thread of readdir(`/proc/${pid}/task`)) {
        const fields = statusOf(pid, thread)?.fields;
        const ids = `${uid}\t${uid}\t${uid}\t${uid}`;
        expect(fields?.get('Uid')).toBe(ids);
        expect(fields?.get('Gid')).toBe(ids);
        expect(fields?.get('Groups')).toBe(String(uid));
        for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) expect(fields?.get(set)).toMatch(/^0+$/);
        expect(fields?.get('NoNewPrivs')).toBe('1');
      }
    }
    client.close();
  });

  test('the gate sees an empty directory that is gone, and holds no file', async () => {
    await start();
    const { pid } = gateOf(server);
    expect(readlink(`/proc/${pid}/root`)).toMatch(/ \(deleted\)$/);
    expect(readlink(`/proc/${pid}/cwd`)).toMatch(/ \(deleted\)$/);
    const files = readdir(`/proc/${pid}/fd`).map((fd) => readlink(`/proc/${pid}/fd/${fd}`));
    expect(files.filter((file) => file.startsWith('/') && !file.startsWith('/dev/'))).toEqual([]);
  });

  test('files belong to who has brought them, and those of others are out of reach', async () => {
    await start();
    const carol = await server.session('carol');
    expect((await carol.transmit('STOR mine', 'secret')).code).toBe(226);
    expect(statSync(path.join(place.homeOf('carol'), 'mine'))).toMatchObject({ uid: 3002, gid: 3002, mode: 0o100644 });
    const alice = await server.session('alice');
    for (const verb of ['RETR', 'SIZE', 'MLST', 'DELE', 'CWD']) {
      for (const way of ['../carol/mine', `${place.homeOf('carol')}/mine`])
        expect((await alice.command(`${verb} ${way}`)).code).toBeGreaterThanOrEqual(425);
    }
    alice.close();
    carol.close();
  });

  test('commands sent ahead of the login are executed after it, by the worker, and none is lost', async () => {
    await start();
    const client = await RawClient.connect(server.port);
    await client.reply();
    const names = Array.from({ length: 200 }, (_, index) => `d${index}`);
    client.send(`USER alice\r\nPASS ${PASSWORD}\r\n${names.map((name) => `MKD ${name}\r\n`).join('')}NOOP\r\nPW`);
    const codes: number[] = [];
    for (let count = 0; count < names.length + 3; count += 1) codes.push((await client.reply()).code);
    expect(codes).toEqual([331, 230, ...names.map(() => 257), 200]);
    client.send('D\r\n');
    expect((await client.reply()).code).toBe(257);
    for (const name of names) expect(statSync(path.join(place.homeOf('alice'), name)).uid).toBe(3001);
    client.close();
  });

  test.runIf(availableParallelism() > 1)(
    'sessions of one user who stay have two workers when they are many',
    async () => {
      await start();
      const clients: RawClient[] = [];
      await untilTrue('another one serves', async () => {
        clients.push(await server.session('alice'));
        return workersOf(server).length > 1;
      });
      expect(clients.length).toBeGreaterThan(16);
      for (const client of clients) expect((await client.command('PWD')).code).toBe(257);
      for (const client of clients) client.close();
    },
  );

  test('REIN goes back to the gate, and from there to another worker', async () => {
    await start();
    const client = await server.session('alice');
    client.send(`REIN\r\nNOOP\r\nUSER carol\r\nPASS ${PASSWORD}\r\nPWD\r\n`);
    const codes: number[] = [];
    for (let count = 0; count < 5; count += 1) codes.push((await client.reply()).code);
    expect(codes).toEqual([220, 200, 331, 230, 257]);
    expect((await client.transmit('STOR whose', 'x')).code).toBe(226);
    expect(statSync(path.join(place.homeOf('carol'), 'whose')).uid).toBe(USERS.carol);
    client.close();
  });

  test('a wrong password is refused, and the session goes on at the gate', async () => {
    await start();
    const client = await RawClient.connect(server.port);
    await client.reply();
    await client.command('USER alice');
    expect((await client.command('PASS wrong')).code).toBe(530);
    await client.command('USER alice');
    expect((await client.command(`PASS ${PASSWORD}`)).code).toBe(230);
    client.close();
  });

  test('a worker that is killed costs its own sessions; they are not counted any more', async () => {
    await start('-c', '3', '-y', '1:0');
    const [alice, carol] = [await server.session('alice'), await server.session('carol')];
    const [worker] = workersOf(server);
    process.kill(worker?.pid ?? 0, 'SIGKILL');
    await alice.end();
    await server.logged(/worker \d+ of uid 3001.*signal SIGKILL.*1 session/);
    expect((await carol.command('NOOP')).code).toBe(200);
    const again = await server.session('alice');
    expect((await again.command('NOOP')).code).toBe(200);
    const other = await RawClient.connect(server.port);
    expect((await other.reply()).code).toBe(220);
    const last = await RawClient.connect(server.port);
    expect((await last.reply()).code).toBe(421);
    for (const client of [carol, again, other, last]) client.close();
  });

  test('a gate that is killed costs those who have not logged in; transfers go on, and all are counted', async () => {
    await start('-c', '2');
    const alice = await server.session('alice');
    await alice.command('TYPE I');
    const data = await dataConnection(alice);
    alice.send('STOR long\r\n');
    expect((await alice.reply()).code).toBe(150);
    const waiting = await server.client();
    const gate = gateOf(server).pid;
    process.kill(gate, 'SIGKILL');
    await waiting.end();
    await server.logged(/the gate \d+ has ended unasked/);
    data.end('content');
    expect((await alice.reply()).code).toBe(226);
    const next = await server.client();
    expect(gateOf(server).pid).not.toBe(gate);
    const refused = await RawClient.connect(server.port);
    expect((await refused.reply()).code).toBe(421);
    alice.close();
    await untilTrue('the place is free', async () => {
      const client = await RawClient.connect(server.port);
      const { code } = await client.reply();
      client.close();
      return code === 220;
    });
    for (const client of [next, refused]) client.close();
  });

  test('when the monitor is killed in the middle of a transfer, nothing is left, and a new one serves at once', async () => {
    await start();
    const client = await server.session('alice');
    const data = await dataConnection(client);
    client.send('STOR half\r\n');
    await client.reply();
    data.write('half');
    const pids = childrenOf(server.serverPid).map(({ pid }) => pid);
    const { port } = server;
    await server.stop('SIGKILL');
    for (const pid of pids) await untilGone(pid);
    await client.end();
    data.destroy();
    server = await RunningDaemon.start(place, ['-E'], `127.0.0.1,${port}`, {}, []);
    expect(existsSync(path.join(place.homeOf('alice'), 'half'))).toBe(false);
    const again = await server.session('alice');
    again.close();
  });

  test('the limits of an account hold over all workers, exactly, under a storm', async () => {
    await start('-c', '200');
    const attempts = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const client = await RawClient.connect(server.port);
        await client.reply();
        await client.command('USER bob');
        return { client, code: (await client.command(`PASS ${PASSWORD}`)).code };
      }),
    );
    expect(attempts.filter(({ code }) => code === 230)).toHaveLength(2);
    expect(attempts.filter(({ code }) => code === 421)).toHaveLength(38);
    attempts.forEach(({ client }) => client.close());
    await untilTrue('the places are free', async () => {
      try {
        (await server.session('bob')).close();
        return true;
      } catch {
        return false; // 421 still
      }
    });
  });

  test('the limit of sessions holds, exactly, under a storm', async () => {
    await start('-c', '10', '-C', '10');
    const attempts = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const client = await RawClient.connect(server.port);
        return { client, code: (await client.reply()).code };
      }),
    );
    expect(attempts.filter(({ code }) => code === 220)).toHaveLength(10);
    const inside = attempts.filter(({ code }) => code === 220).map(({ client }) => client);
    for (const client of inside) {
      await client.command('USER alice');
      expect((await client.command(`PASS ${PASSWORD}`)).code).toBe(230);
    }
    const late = await RawClient.connect(server.port);
    expect((await late.reply()).code).toBe(421);
    attempts.forEach(({ client }) => client.close());
    late.close();
  });

  test('active data connections come from port 20, several at once', async () => {
    // Of an address that only this process uses, no other test takes port 20.
    const host = [127, 64 + (process.pid >> 16), (process.pid >> 8) & 255, process.pid & 255].join('.');
    server = await RunningDaemon.start(place, ['-E', '-H'], `${host},0`, {}, []);
    writeFileSync(path.join(place.homeOf('alice'), 'file'), 'content');
    const clients = [
      await RawClient.login(server.port, 'alice', PASSWORD, host),
      await RawClient.login(server.port, 'alice', PASSWORD, host),
    ];
    const connections = [];
    for (const client of clients) {
      const active = await client.active();
      client.send('RETR file\r\n');
      connections.push({ client, socket: await active.connection, active });
    }
    for (const { client, socket, active } of connections) {
      expect(socket.remotePort).toBe(20);
      expect((await client.reply()).code).toBe(150);
      socket.resume();
      expect((await client.reply()).code).toBe(226);
      socket.destroy();
      active.close();
      client.close();
    }
  });

  test('a range of one passive port serves users of different workers, one after the other and from other addresses', async () => {
    const [passivePort] = await freePorts(1);
    await start('-p', `${passivePort}:${passivePort}`);
    writeFileSync(path.join(place.homeOf('alice'), 'file'), 'of alice');
    writeFileSync(path.join(place.homeOf('carol'), 'file'), 'of carol');
    const alice = await RawClient.connect(server.port, '127.0.0.1');
    const carol = await RawClient.connect(server.port, '127.0.0.1', '127.0.0.2');
    for (const [client, user] of [
      [alice, 'alice'],
      [carol, 'carol'],
    ] as const) {
      await client.reply();
      await client.command(`USER ${user}`);
      expect((await client.command(`PASS ${PASSWORD}`)).code).toBe(230);
    }
    for (let round = 0; round < 3; round += 1) {
      const { data } = await alice.receive('RETR file');
      expect(data.toString()).toBe('of alice');
    }
    alice.send('EPSV\r\n');
    expect((await alice.reply()).text).toContain(`|||${passivePort}|`);
    carol.send('EPSV\r\n');
    expect((await carol.reply()).text).toContain(`|||${passivePort}|`);
    alice.close();
    carol.close();
  });

  test('SIGTERM to all lets a transfer finish, and ends who is idle', async () => {
    await start();
    const [idle, busy] = [await server.session('carol'), await server.session('alice')];
    const data = await dataConnection(busy);
    busy.send('STOR finished\r\n');
    await busy.reply();
    data.write('first ');
    const gate = gateOf(server).pid;
    const children = childrenOf(server.serverPid).map(({ pid }) => pid);
    const ended = server.stop('SIGTERM');
    expect(await idle.end()).toMatch(/^421 /);
    await untilGone(gate);
    data.end('and last');
    expect((await busy.reply()).code).toBe(226);
    expect(await busy.end()).toMatch(/^421 /);
    expect(await ended).toBe(0);
    expect(readFileSync(path.join(place.homeOf('alice'), 'finished'), 'utf8')).toBe('first and last');
    for (const pid of children) await untilGone(pid);
    expect(existsSync(server.pidFile)).toBe(false);
  });

  test('a transfer that does not finish is ended when its time (--shutdown-timeout) is over', async () => {
    await start('--shutdown-timeout', '1');
    const client = await server.session('alice');
    const data = await dataConnection(client);
    client.send('STOR endless\r\n');
    await client.reply();
    expect(await server.stop('SIGTERM')).toBe(0);
    data.destroy();
    expect(existsSync(path.join(place.homeOf('alice'), 'endless'))).toBe(false);
  });

  test('a second signal ends everything at once', async () => {
    await start();
    const client = await server.session('alice');
    const data = await dataConnection(client);
    client.send('STOR never\r\n');
    await client.reply();
    const ended = server.stop('SIGTERM');
    await server.logged(/SIGTERM: shutting down/);
    // The process of the PID file may just be leaving: a signal would be its end.
    process.kill(server.serverPid, 'SIGINT');
    expect(await ended).toBe(0);
    data.destroy();
  });

  test('a hundred sessions leave no descriptor and no process behind', async () => {
    await start('-c', '0x100');
    (await server.session('alice')).close();
    await server.logged(/Logout/);
    const pids = [server.pid, server.serverPid, ...childrenOf(server.serverPid).map(({ pid }) => pid)];
    const before = pids.map((pid) => openDescriptors(pid));
    for (let round = 0; round < 10; round += 1) {
      const clients = await Promise.all(Array.from({ length: 10 }, () => server.session('alice')));
      clients.forEach((client) => client.close());
    }
    await untilTrue('all are gone', () => pids.every((pid, index) => openDescriptors(pid) <= (before[index] ?? 0)));
    expect(workersOf(server).length).toBeLessThanOrEqual(2);
    expect(readPid(server.pidFile)).toBe(server.pid);
  });
});
