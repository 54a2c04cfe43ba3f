import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { isRunning, RawClient, temporaryFolder, untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { FTPHandler } from '../face/ftp-handler.ts';
import { type Example, startProgram } from '../testing/example.ts';
import { isToPrimary, isToWorker } from './messages.ts';
import { MultiprocessFTPServer } from './multiprocess-ftp-server.ts';
import { shareOfPorts, workerPlace } from './worker-share.ts';

function start(settings: object, folder: string): Promise<Example> {
  const program = path.join(import.meta.dirname, '..', 'testing', 'multiprocess-program.ts');
  return startProgram(program, folder, JSON.stringify(settings));
}

/** Logs in; answers the client and the process that serves it. */
async function login(
  port: number,
  address = '127.0.0.1',
): Promise<{ readonly client: RawClient; readonly pid: number }> {
  const client = await RawClient.connect(port, '127.0.0.1', address);
  const { text } = await client.reply();
  const pid = Number(/process (\d+)/.exec(text)?.[1] ?? 0);
  if (pid > 0) {
    await client.command('USER user');
    await client.command('PASS secret');
    await client.command('TYPE I');
  }
  return { client, pid };
}

describe('MultiprocessFTPServer', () => {
  test('spreads clients over its workers, and each moves files, by ports of its own', async () => {
    using folder = temporaryFolder();
    await using program = await start({ workers: 3, passivePorts: [61_000, 61_008] }, folder.path);
    const sessions = await Promise.all(Array.from({ length: 6 }, () => login(program.port)));
    const pids = sessions.map(({ pid }) => pid);
    expect(new Set(pids).size).toBe(3);
    expect(pids).not.toContain(program.pid);
    const ports = new Map<number, Set<number>>();
    for (const { client, pid } of sessions) {
      const content = `content of ${pid}`;
      expect((await client.transmit(`STOR f${pid}`, content)).code).toBe(226);
      expect((await client.receive(`RETR f${pid}`)).data.toString()).toBe(content);
      const port = Number(/\|(\d+)\|/.exec((await client.command('EPSV')).text)?.[1]);
      ports.set(pid, (ports.get(pid) ?? new Set()).add(port));
    }
    const all = [...ports.values()].flatMap((set) => [...set]);
    expect(new Set(all).size).toBe(all.length);
    for (const port of all) expect(port >= 61_000 && port <= 61_008).toBe(true);
    for (const { client } of sessions) client.close();
  });

  test('limits hold over all workers, and a place is free again when a client has gone', async () => {
    using folder = temporaryFolder();
    await using program = await start({ workers: 2, maxCons: 5, maxConsPerIp: 3 }, folder.path);
    const first = await Promise.all(Array.from({ length: 3 }, () => login(program.port)));
    expect((await login(program.port)).pid).toBe(0);
    const others = await Promise.all(Array.from({ length: 2 }, () => login(program.port, '127.0.0.2')));
    expect((await login(program.port, '127.0.0.3')).pid).toBe(0);
    await untilTrue('it is told', () => program.output().includes('refused 127.0.0.3 maxCons'));
    expect(program.output()).toContain('refused 127.0.0.1 maxConsPerIp');
    first[0]?.client.close();
    await untilTrue('there is a place', async () => (await login(program.port)).pid > 0);
    for (const { client } of [...first, ...others]) client.close();
  });

  test('a worker that crashes takes its own sessions only, frees their places, and another follows', async () => {
    using folder = temporaryFolder();
    await using program = await start({ workers: 2, maxConsPerIp: 4 }, folder.path);
    const sessions = await Promise.all(Array.from({ length: 4 }, () => login(program.port)));
    const doomed = sessions.find(({ pid }) => pid > 0)?.pid ?? 0;
    process.kill(doomed, 'SIGKILL');
    for (const { client, pid } of sessions) {
      if (pid === doomed) await client.end();
      else expect((await client.command('NOOP')).code).toBe(200);
    }
    await untilTrue('it is told', () => program.output().includes(`ended ${doomed} SIGKILL`));
    const pids = new Set<number>();
    await untilTrue('a new one serves', async () => {
      const { client, pid } = await login(program.port);
      if (pid > 0) pids.add(pid);
      if (pid > 0 && sessions.some((session) => session.pid === pid)) client.close();
      return [...pids].some((pid) => sessions.every((session) => session.pid !== pid));
    });
  });

  test('ends cleanly: sessions are told, processes go, none stays when the first one is killed', async () => {
    using folder = temporaryFolder();
    await using program = await start({ workers: 2 }, folder.path);
    const sessions = await Promise.all(Array.from({ length: 4 }, () => login(program.port)));
    const ended = program.end('SIGTERM');
    for (const { client } of sessions) expect((await client.reply()).code).toBe(421);
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(program.output()).toContain('all over');
    for (const { pid } of sessions) expect(isRunning(pid)).toBe(false);

    await using killed = await start({ workers: 2 }, folder.path);
    const orphans = await Promise.all(Array.from({ length: 2 }, () => login(killed.port)));
    await killed.end('SIGKILL');
    for (const { pid } of orphans) await untilTrue('it has gone', () => !isRunning(pid));
  });

  test('ends gently: a transfer is done, who is idle is told, and the first process waits for it', async () => {
    using folder = temporaryFolder();
    await using program = await start({ workers: 2, graceful: 600 }, folder.path);
    const [busy, idle] = await Promise.all([login(program.port), login(program.port)]);
    const data = await busy.client.passive();
    expect((await busy.client.command('STOR file')).code).toBeLessThan(200);
    const ended = program.end('SIGTERM');
    expect((await idle.client.reply()).code).toBe(421);
    data.end('content');
    expect((await busy.client.reply()).code).toBe(226);
    expect((await busy.client.reply()).code).toBe(421);
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(readFileSync(path.join(folder.path, 'file'), 'utf8')).toBe('content');
  });

  test('a client that half-closes is heard to its end', async () => {
    using folder = temporaryFolder();
    await using program = await start({ workers: 1 }, folder.path);
    const { client } = await login(program.port);
    client.socket.end('MKD made\r\nPWD\r\n');
    expect((await client.reply()).code).toBe(257);
    expect((await client.reply()).code).toBe(257);
  });

  test('refuses settings that cannot work', () => {
    class Handler extends FTPHandler {}
    expect(() => new MultiprocessFTPServer({ port: 0 }, Handler, { workers: 0 })).toThrow(RangeError);
    expect(() => new MultiprocessFTPServer({ port: 0 }, Handler, { workers: 3, passivePorts: [1, 2] })).toThrow(
      '2 passive ports cannot be shared by 3 processes',
    );
  });
});

test('shares of a range are all of it, and none is of two', () => {
  for (const count of [1, 2, 3, 7, 10]) {
    const ports: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const [first, last] = shareOfPorts([5000, 5009], index, count);
      expect(last).toBeGreaterThanOrEqual(first);
      for (let port = first; port <= last; port += 1) ports.push(port);
    }
    expect(ports).toEqual(Array.from({ length: 10 }, (_, index) => 5000 + index));
  }
});

test('messages of the application are not taken for ours', () => {
  for (const message of [undefined, null, 1, 'ftp:ready', {}, { type: 'ready' }, { type: 'ftp:ended', id: '1' }])
    expect([isToPrimary(message), isToWorker(message)]).toEqual([false, false]);
  expect(isToPrimary({ type: 'ftp:ended', id: 1 })).toBe(true);
  expect(isToWorker({ type: 'ftp:connection', id: 1, implicitTls: false })).toBe(true);
  expect(isToWorker({ type: 'ftp:connection', id: 1 })).toBe(false);
  expect(isToWorker({ type: 'ftp:close', graceful: 0 })).toBe(true);
  expect(isToWorker({ type: 'ftp:close', graceful: null })).toBe(false);
  expect(workerPlace({})).toBeUndefined();
  expect(workerPlace({ FTP_SERVER_WORKER: '1/4' })).toEqual({ index: 1, count: 4 });
});

test('in a worker of the program’s own cluster it says so, and what a worker starts is none', () => {
  const door = new URL('../index.ts', import.meta.url).href;
  const script = `
    import cluster from 'node:cluster';
    const { FTPHandler, MultiprocessFTPServer } = await import('${door}');
    if (cluster.isPrimary) {
      new MultiprocessFTPServer(['127.0.0.1', 0], FTPHandler, { workers: 1 });
      delete process.env.FTP_SERVER_WORKER;
      cluster.fork().on('message', (told) => console.log(told));
    } else {
      try { new MultiprocessFTPServer(['127.0.0.1', 0], FTPHandler); } catch ({ code, message }) {
        process.send(code + ': ' + message, () => process.exit());
      }
    }
  `;
  using folder = temporaryFolder();
  const program = path.join(folder.path, 'program.mjs');
  writeFileSync(program, script);
  const env = { ...process.env, FTP_SERVER_WORKER: '0/1' };
  const { stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8', env, timeout: 60_000 });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^LISTEN: this process is a worker of the program's own cluster/);
});
