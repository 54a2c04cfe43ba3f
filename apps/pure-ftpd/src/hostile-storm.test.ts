// Processes that were taken over and say anything, for a while: who is served by others notices nothing.
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { buildDatabase } from '@pure-ftpd/puredb';
import { openDescriptors, RawClient, soak, untilSteady, untilTrue } from '@pure-ftpd/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { KINDS } from './testing/hostile-descriptors.ts';
import { GATE_MESSAGES, spoilt, STATE, WORKER_MESSAGES } from './testing/hostile-messages.ts';
import { HASH, isRoot, PASSWORD, Place, RunningDaemon } from './testing/running-daemon.ts';
import { childrenOf, listenersOf, statusOf, workersOf } from './testing/separated-server.ts';

const WORKER = new URL('testing/hostile-program.ts', import.meta.url).pathname;
const GATE = new URL('testing/hostile-gate-program.ts', import.meta.url).pathname;

/** Milliseconds of the storm, and of its beginning, after which memory is compared. */
const STORM_MS = soak(4000, 60_000);
const BEGINNING_MS = STORM_MS / 6;

/** An identity for each of so many workers: one whose workers keep ending has to wait. */
const IDENTITIES = 400;

/** Longer than a gate that keeps ending has to wait until it is started again, in milliseconds. */
const SETTLED_MS = 2 * 60_000;

/** Passive listeners that a server keeps. */
const KEPT_LISTENERS = 64;

/** Memory that may come on top of that of the beginning, in KiB: of a short storm it says nothing. */
const MEMORY = soak(64, 10) * 1024;

const MOVE = JSON.stringify({ type: 'move', session: 'SESSION', state: STATE, unread: '', relayed: false });

function oneOf<Item>(items: readonly [Item, ...Item[]] | readonly Item[]): Item {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new RangeError('none to choose from');
  return item;
}

/** What a client has its process say: mostly one message, right or with a field wrong, with any descriptor or none; or many. */
function anything(messages: typeof GATE_MESSAGES): string {
  const message = oneOf(messages);
  const said = Math.random() < 0.5 ? message : oneOf([...spoilt(message)]);
  const json = JSON.stringify(said).slice(0, 100_000);
  const way = oneOf(['frame', 'frame', 'flood', 'descriptor', 'bytes', 'own', 'other', ...KINDS]);
  if (way === 'bytes') return `bytes ${Buffer.from(json).toString('hex').slice(0, 2000)}`;
  return way === 'flood' ? `flood 300 ${json.replace(/"request":\d+/, '"request":COUNT')}` : `${way} ${json}`;
}

describe.runIf(isRoot)('a storm of messages', () => {
  let place: Place;
  let server: RunningDaemon;

  beforeEach(async () => {
    place = new Place();
    const text = path.join(place.folder, 'users.passwd');
    const lines = Array.from(
      { length: IDENTITIES },
      (_, id) => `user${id}:${HASH}:${4000 + id}:${4000 + id}::${place.home}/./\n`,
    );
    writeFileSync(text, lines.join(''));
    await buildDatabase(text, place.database);
    chmodSync(place.folder, 0o755);
  });
  afterEach(async () => {
    await server.stop('SIGKILL');
    place.remove();
  });

  async function start(program: string): Promise<void> {
    server = await RunningDaemon.start(place, ['-E', '-H', '-c', '500'], undefined, {}, [], program);
  }

  function kilobytes(): number {
    return Number.parseInt(statusOf(server.serverPid)?.fields.get('VmRSS') ?? '', 10);
  }

  /** Descriptors of the monitor, but for the passive listeners that it keeps for sessions to come. */
  function descriptors(): number {
    return openDescriptors(server.serverPid) - listenersOf(server.serverPid);
  }

  /** Ends the workers that are there since then, who have nobody to serve: each is kept for a while, with descriptors of the monitor. */
  function endOthersThan(before: ReadonlySet<number>): void {
    for (const { pid } of workersOf(server)) if (!before.has(pid)) process.kill(pid, 'SIGKILL');
  }

  /**
   * Does something over and over; memory and descriptors of the monitor stay what they were, counted when the same sessions, workers
   * and gate are there.
   */
  async function storm(gust: (count: number) => Promise<void>): Promise<void> {
    const children = childrenOf(server.serverPid).length;
    const workers = new Set(workersOf(server).map(({ pid }) => pid));
    const before = {
      descriptors: await untilSteady('what is open', descriptors),
      listeners: listenersOf(server.serverPid),
    };
    const begun = performance.now();
    let beginning: number | undefined;
    let count = 0;
    for (; performance.now() - begun < STORM_MS; count += 1) {
      await gust(count);
      if (performance.now() - begun > BEGINNING_MS) beginning ??= kilobytes();
    }
    const memory = { beginning, end: kilobytes() };
    const isAsBefore = (): boolean => {
      endOthersThan(workers);
      return childrenOf(server.serverPid).length === children && descriptors() === before.descriptors;
    };
    await untilTrue('the same processes are there, and as many descriptors', isAsBefore, SETTLED_MS);
    const after = { descriptors: descriptors(), listeners: listenersOf(server.serverPid) };
    console.info(`${count} gusts:`, before, after, memory);
    expect(after.descriptors).toBe(before.descriptors);
    expect(after.listeners).toBeLessThanOrEqual(before.listeners + KEPT_LISTENERS);
    expect(memory.end - (beginning ?? memory.end)).toBeLessThan(MEMORY);
  }

  test('of workers: sessions of other workers go on', async () => {
    await start(WORKER);
    const other = await server.session('user0');
    await storm(async (count) => {
      // It is ended by the first that is wrong; or it leaves.
      const client = await server.session(`user${1 + (count % (IDENTITIES - 1))}`);
      for (let said = 0; said < 20; said += 1) client.send(`${anything(WORKER_MESSAGES)}\r\n`);
      await Promise.race([client.end(), client.reply().catch(() => undefined)]);
      client.close();
      expect((await other.command('setuid')).text).toBe('200 EPERM');
    });
    expect(server.log).toMatch(/worker \d+ of uid \d+ has broken the rules/);
    other.close();
  });

  test('of gates: sessions that are served go on', async () => {
    await start(GATE);
    const served = await RawClient.connect(server.port);
    await served.reply();
    await served.command('frame {"type":"arrived","session":"SESSION","ENDS"}');
    const password = Buffer.from(PASSWORD).toString('base64');
    const judge = { type: 'judge', session: 'SESSION', login: 'user0', password, encrypted: false };
    expect((await served.command(`frame ${JSON.stringify(judge)}`)).text).toBe('200 admitted');
    expect((await served.command(`give ${MOVE}`)).code).toBe(230);
    await storm(async () => {
      // Where there is no gate, clients wait in the queue of the listener.
      const client = await RawClient.connect(server.port);
      const greeted = client.reply().then(
        () => true,
        () => false,
      );
      expect((await served.command('NOOP')).code).toBe(200);
      const answered = served.command('PWD').then(() => undefined);
      const isThere = await Promise.race([greeted, answered]);
      // Replies are heard one after the other.
      await answered;
      if (isThere === true) {
        client.send('frame {"type":"arrived","session":"SESSION","ENDS"}\r\n');
        for (let said = 0; said < 5; said += 1) client.send(`${anything(GATE_MESSAGES)}\r\n`);
        await Promise.race([client.end(), client.reply().catch(() => undefined)]);
      }
      client.close();
    });
    expect(server.log).toMatch(/the gate has broken the rules/);
    served.close();
  });
});
