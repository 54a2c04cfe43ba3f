// Started by a service manager: its sockets are used, and it is told how it goes.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';

import { descriptorOf } from '@pure-ftpd/server/internal';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { asUser, isRoot, PASSWORD, Place, PROGRAM } from './testing/running-daemon.ts';

/** Prints the messages that a service manager would get. */
const MANAGER = `
import os, socket, struct, sys
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind(sys.argv[1])
# As that of systemd: for everybody.
os.chmod(sys.argv[1], 0o777)
manager.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
print('bound', flush=True)
while True:
    message, ancillary, _, _ = manager.recvmsg(4096, 64)
    print(struct.unpack('iii', ancillary[0][2])[0], message.decode(), flush=True)
`;

const hasPython = spawnSync('python3', ['--version']).status === 0;

/** With separated rights, and as one process. */
const MODES: { mode: string; identity: readonly string[] }[] = [
  ...(isRoot ? [{ mode: 'separated rights', identity: [] }] : []),
  { mode: 'one process', identity: asUser() },
];

describe.runIf(process.platform === 'linux' && hasPython).each(MODES)('systemd, $mode', ({ identity }) => {
  let place: Place;
  const processes: ChildProcess[] = [];

  beforeAll(async () => {
    place = new Place();
    await place.users({ alice: 'HOME/./' });
  });
  afterAll(() => place.remove());
  afterEach(async () => {
    for (const child of processes.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
  });

  function start(
    file: string,
    words: readonly string[],
    environment: NodeJS.ProcessEnv,
    descriptor?: number,
  ): () => string {
    const child = spawn(file, words, {
      stdio: ['ignore', 'pipe', 'pipe', ...(descriptor === undefined ? [] : [descriptor])],
      env: { ...process.env, ...environment },
    });
    processes.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += String(chunk)));
    return () => output;
  }

  test('serves on the sockets it was passed, and tells when it is ready and when it ends', async () => {
    const listener = createServer();
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const name = path.join(place.folder, 'notify');
    const told = start('python3', ['-c', MANAGER, name], {});
    await untilTrue('the manager listens', () => told().includes('bound'));
    const words = ['-S', '127.0.0.1,1', '-l', `puredb:${place.database}`, '-g', `${name}.pid`, '-E', ...identity];
    const passing = ['-c', 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"', 'sh', PROGRAM, ...words];
    const log = start('sh', passing, { NOTIFY_SOCKET: name }, descriptorOf(listener));
    listener.close();
    await untilTrue('it is ready', () => told().includes('READY=1'));
    expect(log()).toContain(`listening on 127.0.0.1:${port}`);
    const client = await RawClient.login(port, 'alice', PASSWORD);
    expect((await client.command('NOOP')).code).toBe(200);
    expect(told()).not.toContain('STOPPING');
    const first = processes.at(-1);
    first?.kill('SIGTERM');
    await untilTrue('it ends', () => told().includes('STOPPING=1'));
    await untilTrue('the process of the PID file is gone', () => first?.exitCode === 0);
    // As the unit has it (NotifyAccess=main), nobody else is heard.
    expect(new Set(told().match(/^\d+ /gm))).toEqual(new Set([`${first?.pid} `]));
    expect((await client.command('NOOP')).code).toBe(200);
    client.close();
  });
});
