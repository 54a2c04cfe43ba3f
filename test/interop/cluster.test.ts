// `--cluster`: limits of several servers together, counted by a real Redis.
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';

import { type Place, SharedPlaces } from '@pure-ftpd/cluster';
import { RedisEngine } from '@pure-ftpd/cluster/engine';
import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { type RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { Daemon, PASSWORD, servedAs } from '../support/daemon.ts';
import { Redis } from '../support/redis.ts';
import { createUserDatabase } from '../support/user-database.ts';

const NODES = soak(2, 3);
/** Logins at once. */
const LOGINS = soak(60, 200);
const OF_USER = soak(6, 20);
const OF_ADDRESS = soak(9, 50);
/** How long a lease of a server lasts, and of these tests, in milliseconds. */
const LEASE_OF_SERVER = 15_000;
const LEASE = 2000;
const PASSWORD_OF_ENGINE = 'a password of the engine';

interface Cluster extends AsyncDisposable {
  readonly nodes: readonly Daemon[];
  login(node: number, user: string, address?: string): Promise<RawClient | undefined>;
}

async function cluster(url: string, ...args: readonly string[]): Promise<Cluster> {
  const folder = tempFolder();
  chmodSync(folder.path, 0o755);
  const { uid, gid } = servedAs();
  const accounts = ['alice', 'bob', 'carol'].map((login) => ({
    login,
    password: PASSWORD,
    uid,
    gid,
    home: folder.file(login),
  }));
  for (const { home } of accounts) {
    mkdirSync(home);
    chownSync(home, uid, gid);
  }
  const database = await createUserDatabase(folder.path, accounts);
  writeFileSync(folder.file('password'), `${PASSWORD_OF_ENGINE}\n`, { mode: 0o600 });
  const words = ['-l', `puredb:${database}`, '-y', `${OF_USER}:1`, '-C', String(OF_ADDRESS)];
  const engine = ['--cluster', url, '--cluster-password-file', folder.file('password')];
  const nodes = await Promise.all(
    Array.from({ length: NODES }, () => Daemon.start({ args: [...words, ...engine, ...args], isElsewhere: true })),
  );
  const clients: RawClient[] = [];
  return {
    nodes,
    async login(node, user, address) {
      const client = await nodes[node % NODES]?.connect(address);
      if (client === undefined) return undefined;
      clients.push(client);
      // Who is refused at the door hears no more.
      const code = await passwordCode(client, user);
      if (code === 230) return client;
      client.close();
      return undefined;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.close();
      await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
      folder.remove();
    },
  };
}

async function passwordCode(client: RawClient, user: string): Promise<number> {
  try {
    await client.command(`USER ${user}`);
    return (await client.command(`PASS ${PASSWORD}`)).code;
  } catch {
    return 421;
  }
}

/** What the engine says of places: the number of keys. */
async function placesLeft({ port }: Redis): Promise<number> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  let text = '';
  socket.on('data', (chunk: string) => (text += chunk));
  socket.end(`AUTH "${PASSWORD_OF_ENGINE}"\r\nKEYS {pure-ftpd}:places:*\r\n`);
  await once(socket, 'close');
  return Number(/\*(\d+)/.exec(text)?.[1] ?? -1);
}

async function places(
  engine: RedisEngine,
  changes: string[] = [],
  whenAway: 'open' | 'closed' = 'closed',
): Promise<SharedPlaces> {
  const started = new SharedPlaces({
    engine,
    whenAway,
    onChange: (away) => changes.push(away === undefined ? 'back' : 'away'),
    leaseMs: LEASE,
    renewMs: LEASE / 10,
    lookMs: LEASE / 10,
  });
  await started.start();
  return started;
}

/** Whether there is no place left; one that is there is not taken. */
async function isFull(node: SharedPlaces, wanted: Place[]): Promise<boolean> {
  const { kind } = await node.take(wanted);
  if (kind === 'taken') node.giveBack(wanted);
  return kind === 'full';
}

function place(limit: number, key = 'user:alice'): Place[] {
  return [{ key, limit }];
}

describeWith(['redis-server'], 'servers that count together (--cluster)', () => {
  test('never have one session more than they may, and none is left when all have gone; --cluster-away open lets each count alone', async () => {
    await using redis = await Redis.start('--requirepass', PASSWORD_OF_ENGINE);
    await using servers = await cluster(redis.url, '--cluster-away', 'open');
    const users = ['alice', 'bob', 'carol'];
    const attempts = Array.from({ length: LOGINS }, (_, index) => ({
      user: users[index % 2] ?? '',
      address: `127.0.0.${1 + (Math.floor(index / 2) % 2)}`,
      node: Math.floor(index / 4),
    }));
    const outcomes = await Promise.all(
      attempts.map(async (attempt) => ({
        ...attempt,
        client: await servers.login(attempt.node, attempt.user, attempt.address),
      })),
    );
    const admitted = outcomes.filter(({ client }) => client !== undefined);
    const counted = (by: 'user' | 'address'): number[] =>
      [...Map.groupBy(admitted, (outcome) => outcome[by]).values()].map((all) => all.length);
    for (const count of counted('user')) expect(count).toBeLessThanOrEqual(OF_USER);
    for (const count of counted('address')) expect(count).toBeLessThanOrEqual(OF_ADDRESS);
    // All places are taken: none was lost in the storm.
    expect(admitted.length).toBe(Math.min(2 * OF_USER, 2 * OF_ADDRESS));
    for (let node = 0; node < NODES; node += 1) expect(await servers.login(node, 'alice', '127.0.0.4')).toBeUndefined();
    const carol = await servers.login(1, 'carol', '127.0.0.4');
    expect(carol).toBeDefined();
    for (const { client } of outcomes) client?.close();
    await untilTrue('the others are gone', async () => (await placesLeft(redis)) === 3);

    expect(await servers.login(0, 'alice')).toBeDefined();
    await redis.stop();
    expect((await carol?.command('NOOP'))?.code).toBe(200);
    // All of them here, one after the other.
    for (let session = 1; session < OF_USER; session += 1) expect(await servers.login(0, 'alice')).toBeDefined();
    expect(await servers.login(0, 'alice')).toBeUndefined();
    expect(await servers.login(1, 'alice', '127.0.0.4')).toBeDefined();
    const [first] = servers.nodes;
    expect(first?.output).toMatch(
      /the cluster is away \(.+\): until it is back, limits are those of this server alone/,
    );
    await redis.start();
    await untilTrue('the first one counts', () => first?.output.includes('the cluster counts sessions again') ?? false);
    await untilTrue('another one knows', async () => {
      const client = await servers.login(1, 'alice', '127.0.0.5');
      client?.close();
      return client === undefined;
    });
    expect((await carol?.command('NOOP'))?.code).toBe(200);
  });

  test('--cluster-away closed lets nobody in; who is there stays', async () => {
    await using redis = await Redis.start('--requirepass', PASSWORD_OF_ENGINE);
    await using servers = await cluster(redis.url, '--cluster-away', 'closed');
    const held = await servers.login(0, 'alice');
    await redis.stop();
    expect(await servers.login(0, 'alice')).toBeUndefined();
    expect(servers.nodes[0]?.output).toMatch(/the cluster is away \(.+\): until it is back, nobody logs in/);
    expect((await held?.command('NOOP'))?.code).toBe(200);
    await redis.start();
    await untilTrue('logins are let in again', async () => (await servers.login(0, 'alice')) !== undefined);
    const [killed] = servers.nodes;
    while ((await servers.login(0, 'bob')) !== undefined);
    expect(await servers.login(1, 'bob', '127.0.0.4')).toBeUndefined();
    // The long form waits for the lease of a server that is killed.
    if (soak(true, false)) return;
    await killed?.kill();
    const begun = performance.now();
    await untilTrue(
      'its places are free',
      async () => (await servers.login(1, 'bob', '127.0.0.4')) !== undefined,
      2 * LEASE_OF_SERVER,
    );
    expect(performance.now() - begun).toBeLessThan(LEASE_OF_SERVER + 1000);
  });

  test('places of a server that is killed are free when its lease is over, and of one that stopped for a while, too', async () => {
    await using redis = await Redis.start();
    const engines = [
      new RedisEngine({ url: redis.url, password: undefined }),
      new RedisEngine({ url: redis.url, password: undefined }),
    ];
    const [one, two] = await Promise.all(engines.map((engine) => places(engine)));
    if (one === undefined || two === undefined) throw new Error('nobody counts');
    try {
      expect(await one.take(place(1))).toEqual({ kind: 'taken' });
      expect(await two.take(place(1))).toEqual({ kind: 'full', key: 'user:alice' });
      // It says nothing any more.
      engines[0]?.close();
      await untilTrue('the place is free', async () => (await two.take(place(1))).kind === 'taken');
      two.giveBack(place(1));
      await untilTrue('it is again', async () => (await two.take(place(1))).kind === 'taken');
    } finally {
      await Promise.all([one.close(), two.close()]);
      engines[1]?.close();
    }
  });

  test('an engine that has lost all learns it anew', async () => {
    await using redis = await Redis.start();
    const engine = new RedisEngine({ url: redis.url, password: undefined });
    const other = new RedisEngine({ url: redis.url, password: undefined });
    const changes: string[] = [];
    const one = await places(engine, changes, 'open');
    const two = await places(other);
    try {
      for (let taken = 0; taken < 300; taken += 1) await one.take(place(0, `user:${taken}`));
      await redis.stop();
      await untilTrue('it is away', () => changes.at(-1) === 'away');
      one.giveBack(place(0, 'user:0'));
      expect(await one.take(place(1, 'user:new'))).toEqual({ kind: 'taken' });
      await redis.start();
      await untilTrue('all is known', async () => await isFull(two, place(1, 'user:new')));
      expect((await two.take(place(1, 'user:0'))).kind).toBe('taken');
      for (const taken of [1, 150, 299]) expect((await two.take(place(1, `user:${taken}`))).kind).toBe('full');
    } finally {
      await Promise.all([one.close(), two.close()]);
      engine.close();
      other.close();
    }
  });
});
