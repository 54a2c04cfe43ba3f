// The program as a process: start, end, background, identity.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { asUser, isRoot, PASSWORD, Place, readPid, runProgram, RunningDaemon } from './testing/running-daemon.ts';

let place: Place;
let daemon: RunningDaemon | undefined;

beforeAll(async () => {
  place = new Place();
  await place.users({ alice: 'HOME/./' });
});
afterAll(() => place.remove());
afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
});

async function start(): Promise<RunningDaemon> {
  daemon = await RunningDaemon.start(place);
  return daemon;
}

describe('the process', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const)(
    '%s ends sessions and server, with status 0',
    async (signal) => {
      const server = await start();
      const client = await server.session('alice');
      expect(readPid(server.pidFile)).toBe(server.pid);
      expect(await server.stop(signal)).toBe(0);
      expect(await client.end()).toMatch(/^421 /);
      expect(existsSync(server.pidFile)).toBe(false);
    },
  );

  test('a port in use is said in one line; the PID file (-g) of who uses it stays', async () => {
    const server = await start();
    const words = ['-S', `127.0.0.1,${server.port}`, '-l', `puredb:${place.database}`, '-g', server.pidFile];
    const { status, err } = await runProgram([...words, ...asUser()]);
    expect(status).toBe(1);
    expect(err).toMatch(/^pure-ftpd: cannot listen on 127\.0\.0\.1 port \d+: the port is in use\n$/);
    expect(readPid(server.pidFile)).toBe(server.pid);
  });

  test('a PID file that somebody else has written meanwhile stays', async () => {
    const server = await start();
    writeFileSync(server.pidFile, '1\n');
    await server.stop();
    expect(readFileSync(server.pidFile, 'utf8')).toBe('1\n');
    rmSync(server.pidFile);
  });

  test('--help, --version and what is wrong with the command line', async () => {
    expect(await runProgram(['-h'])).toMatchObject({ status: 0, out: expect.stringContaining('-S\t--bind\t<opt>') });
    expect(await runProgram(['--help'])).toMatchObject({
      status: 0,
      out: expect.stringContaining('  -S, --bind [address'),
    });
    expect(await runProgram(['--version'])).toMatchObject({ status: 0, out: expect.stringMatching(/^pure-ftpd v\d/) });
    expect(await runProgram(['--nosuch'])).toMatchObject({
      status: 252,
      out: '',
      err: "pure-ftpd: unrecognized option '--nosuch'\n",
    });
    expect(await runProgram(['-S', '127.0.0.1,0', '-v', 'name'])).toMatchObject({
      status: 252,
      err: expect.stringMatching(/^pure-ftpd: -v\/--bonjour [^\n]*\n$/),
    });
  });

  test('-B: the parent ends when the server serves, which leaves the terminal and writes to --log-file', async () => {
    const pidFile = path.join(place.folder, 'background.pid');
    const logFile = path.join(place.folder, 'background.log');
    const words = ['-B', '-S', '127.0.0.1,0', '-l', `puredb:${place.database}`, '-g', pidFile, '--log-file', logFile];
    const started = await runProgram([...words, ...asUser()]);
    expect(started).toEqual({ status: 0, signal: null, out: '', err: '' });
    const pid = readPid(pidFile);
    try {
      const [, port] = /pure-ftpd\[\d+\]: .*listening on 127\.0\.0\.1:(\d+)/.exec(readFileSync(logFile, 'utf8')) ?? [];
      const client = await RawClient.login(Number(port), 'alice', PASSWORD);
      expect((await client.command('QUIT')).code).toBe(221);
    } finally {
      process.kill(pid, 'SIGTERM');
    }
    await untilTrue('the PID file is gone', () => !existsSync(pidFile));
  });

  test('-B: a server that cannot start is told by the parent, with its status', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => {
      blocker.listen(0, '127.0.0.1', resolve);
    });
    const address = blocker.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const words = ['-B', '-S', `127.0.0.1,${port}`, '-l', `puredb:${place.database}`, '--log-file', '/dev/null'];
    const { status, err } = await runProgram([...words, ...asUser()]);
    blocker.close();
    expect(status).toBe(1);
    expect(err).toContain('the port is in use');
  });

  test('-B without a log file says that there will be no log', async () => {
    const { err } = await runProgram(['-B', '-S', 'nosuch.invalid,0', '-l', 'puredb:/x', ...asUser()]);
    expect(err).toContain('there will be no log');
  });

  test.runIf(isRoot).each(['0:0', 'root', '0:65534', '65534:0', 'no-such-account'])(
    '--user %s is refused',
    async (user) => {
      const { status, err } = await runProgram(['-l', 'puredb:/x', '--user', user]);
      expect({ status, err }).toEqual({ status: 252, err: expect.stringContaining(user) });
    },
  );

  test.runIf(isRoot && process.platform === 'linux')('--user: the process is that user, with no way back', async () => {
    const server = await start();
    const status = readFileSync(`/proc/${server.serverPid}/status`, 'utf8');
    expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m);
    expect(status).toMatch(/^Gid:\t65534\t65534\t65534\t65534$/m);
    expect(status).toMatch(/^Groups:\t ?(?:65534 )?$/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);
  });

  // Root is another case, which the tests above show.
  test.each(isRoot ? [] : ['1:1'])('--user %s is refused for others than root', async (user) => {
    const { status, err } = await runProgram(['-l', 'puredb:/x', '--user', user]);
    expect({ status, err }).toEqual({ status: 252, err: expect.stringContaining('--user') });
  });
});
