// What killed processes leave of uploads is removed by others of the same identity, and no longer charged.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { recount } from '@pure-ftpd/quota';
import { type RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { asUser, isRoot, pidFileOf, RunningDaemon } from '../testing/running-daemon.ts';
import { SeparatedPlace, statusOf, workersOf } from '../testing/separated-server.ts';

const HALF = 524_288;

let place: SeparatedPlace;
let daemons: RunningDaemon[];
/** Holds a /run for several servers, one after the other. */
let machine: ChildProcess | undefined;
beforeEach(async () => {
  place = new SeparatedPlace();
  daemons = [];
  machine = isRoot ? await newMachine() : undefined;
});
afterEach(async () => {
  for (const daemon of daemons) await daemon.stop('SIGKILL');
  machine?.kill('SIGKILL');
  place.remove();
});

async function newMachine(): Promise<ChildProcess> {
  const script = 'mount -t tmpfs -o mode=755 tmpfs /run && echo ready && exec sleep infinity';
  const child = spawn('unshare', ['--mount', '--', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

async function start(identity: readonly string[], ...words: string[]): Promise<RunningDaemon> {
  const all = [
    '-S',
    '127.0.0.1,0',
    '-l',
    `puredb:${place.database}`,
    '-g',
    pidFileOf(place),
    '-E',
    '-H',
    '--spare-workers',
    '0',
  ];
  const wrapper = machine === undefined ? [] : ['nsenter', `--mount=/proc/${machine.pid}/ns/mnt`, '--'];
  const environment = { XDG_RUNTIME_DIR: place.folder };
  const daemon = await RunningDaemon.startWith(place, [...all, ...identity, ...words], environment, undefined, wrapper);
  daemons.push(daemon);
  return daemon;
}

const temporaryOf = (home: string): string[] => readdirSync(home).filter((name) => name.startsWith('.pureftpd-'));
const recorded = (home: string): string => readFileSync(path.join(home, '.ftpquota'), 'latin1').trim();

async function counted(home: string): Promise<string> {
  const root = openSync(home, 'r');
  try {
    const { usage } = await recount(root);
    return `${usage.files} ${usage.bytes}`;
  } finally {
    closeSync(root);
  }
}

/** An upload of which half a megabyte is on the disk. */
async function begin(client: RawClient, home: string, name: string): Promise<void> {
  await client.command('TYPE I');
  const data = await client.passive();
  data.on('error', () => undefined);
  expect((await client.command(`STOR ${name}`)).code).toBe(150);
  data.write(Buffer.alloc(HALF, 'x'));
  await untilTrue('it has arrived', () =>
    temporaryOf(home).some((one) => statSync(path.join(home, one)).blocks * 512 >= HALF),
  );
}

const gone = (home: string): Promise<void> =>
  untilTrue('the temporary file is gone', () => temporaryOf(home).length === 0);

describe.runIf(isRoot)('a worker that is killed in uploads', () => {
  test('leaves no temporary file, and nothing of it charged', async () => {
    await place.separateUsers((user) => (user === 'alice' ? '::::::100:10000000' : ''));
    const daemon = await start([]);
    const alice = await daemon.session('alice');
    expect((await alice.transmit('STOR kept', Buffer.alloc(1000, 'k'))).code).toBe(226);
    await begin(alice, place.homeOf('alice'), 'new');
    const other = await daemon.session('bob');
    await other.command('MKD sub');
    mkdirSync(path.join(place.homeOf('bob'), 'empty'));
    await begin(other, place.homeOf('bob'), 'new');
    const carol = await daemon.session('carol');
    await begin(carol, place.homeOf('carol'), 'new');
    const [worker] = workersOf(daemon);
    expect(recorded(place.homeOf('alice'))).not.toBe('1 1000');

    process.kill(worker?.pid ?? 0, 'SIGKILL');
    await gone(place.homeOf('alice'));
    await gone(place.homeOf('bob'));
    await untilTrue('it is given back', () => recorded(place.homeOf('alice')) === '1 1000');
    expect(await counted(place.homeOf('alice'))).toBe('1 1000');
    // Those of others go on.
    expect(temporaryOf(place.homeOf('carol'))).toHaveLength(1);
    expect((await carol.command('STAT')).code).toBe(211);
  });
});

const identities: readonly (readonly [name: string, identity: readonly string[]])[] = isRoot
  ? [
      ['separated', []],
      ['one process', ['--user', '3001:3001']],
    ]
  : [['one process', asUser()]];

test.each(identities)(
  'a server that is killed (%s) has its uploads removed by the next one, and by no other',
  async (_, identity) => {
    if (isRoot) {
      await place.separateUsers((user) => (user === 'alice' ? '::::::100:10000000' : ''));
      chmodSync(place.database, 0o644);
    } else {
      mkdirSync(place.homeOf('alice'));
      await place.users({ alice: `${place.homeOf('alice')}/./::::::100:10000000` });
    }
    const home = place.homeOf('alice');
    const first = await start(identity);
    const client = await first.session('alice');
    expect((await client.transmit('STOR kept', Buffer.alloc(1000, 'k'))).code).toBe(226);
    await begin(client, home, 'new');
    const during = await start(identity, '-g', path.join(place.folder, 'second.pid'));
    expect((await (await during.session('alice')).command('NOOP')).code).toBe(200);
    expect(temporaryOf(home)).toHaveLength(1);

    await first.stop('SIGKILL');
    expect(temporaryOf(home)).toHaveLength(1);
    await start(identity, '-g', path.join(place.folder, 'third.pid'));
    await gone(home);
    await untilTrue('it is given back', () => recorded(home) === '1 1000');
    expect(await counted(home)).toBe('1 1000');
    expect(statusOf(first.pid)).toBeUndefined();
  },
);
