// Workers that are started ahead (--spare-workers), and what one can do that somebody has taken over.
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

import { defaults } from '@pure-ftpd/options';
import { setNoNewPrivileges } from '@pure-ftpd/posix';
import { untilTrue } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { Child, type ChildEnd } from './process/monitor/child-process.ts';
import type { MessageToWorker } from './process/messages/to-child.ts';
import { isRoot, RunningDaemon } from './testing/running-daemon.ts';
import {
  childrenOf,
  type ProcessStatus,
  SeparatedPlace,
  statusOf,
  untilGone,
  USERS,
  workersOf,
} from './testing/separated-server.ts';

const PROGRAM = new URL('testing/spare-program.ts', import.meta.url).pathname;
const HOSTILE = new URL('testing/hostile-spare-program.ts', import.meta.url).pathname;

/** The real, effective, saved and file system's id of a process that is nobody else. */
function idsOf(uid: number): number[] {
  return [uid, uid, uid, uid];
}

const LINE = '{"type":"line","byUser":false,"level":"WARNING","text":"Authentication_failed"}';

/** What taken-over ones do, one after the other. */
const DEEDS = [
  // It does not become who it should be.
  '{"type":"prepared"}',
  'hang',
  // Every message there is is tried in `to-monitor.test.ts`.
  `{"type":"events","events":[${LINE}]}`,
  '{"type":"prepared"} {"type":"prepared"}',
];

describe.runIf(isRoot)('spare workers (--spare-workers)', () => {
  let place: SeparatedPlace;
  let server: RunningDaemon;
  /** Where spare workers have their folders. */
  let folder: string;

  beforeAll(async () => {
    place = new SeparatedPlace();
    await place.separateUsers();
    folder = path.join(place.folder, 'temporary');
    mkdirSync(folder);
  });
  afterAll(() => place.remove());
  afterEach(async () => void (await server.stop()));

  async function start(count: number, program: string, environment: NodeJS.ProcessEnv = {}): Promise<void> {
    const words = ['-E', '-H', '--spare-workers', String(count)];
    server = await RunningDaemon.start(place, words, undefined, { TMPDIR: folder, ...environment }, [], program);
  }

  function spares(): ProcessStatus[] {
    return childrenOf(server.serverPid).filter(({ name }) => name.includes('SPARE'));
  }

  /** Waits until so many are prepared: the folder of each is gone then. */
  async function prepared(count: number): Promise<ProcessStatus[]> {
    let found: ProcessStatus[] = [];
    await untilTrue(`${count} are prepared`, () => {
      found = spares();
      return found.length === count && readdirSync(folder).length === 0;
    });
    return found;
  }

  test('the first login of an identity gets one, which becomes that identity; there are as many as were asked for', async () => {
    await start(2, PROGRAM);
    const [first, second] = await prepared(2);
    expect([first?.uids, second?.uids]).toEqual([idsOf(0), idsOf(0)]);
    // Nothing of their practice is heard: no session, no transfer, no file.
    expect(server.log.replace(/.*listening on .*\n/, '')).toBe('');
    const client = await server.session('alice');
    const [worker] = workersOf(server);
    expect([first?.pid, second?.pid]).toContain(worker?.pid);
    for (const thread of readdirSync(`/proc/${worker?.pid}/task`))
      expect(statusOf(worker?.pid ?? 0, thread)?.uids).toEqual(idsOf(USERS.alice));
    expect((await client.transmit('STOR new', 'content')).code).toBe(226);
    expect((await client.receive('RETR new')).data.toString()).toBe('content');
    expect((await client.command('DELE new')).code).toBe(250);
    // Of an identity that has a worker nobody takes another.
    const third = await server.session('bob');
    expect(workersOf(server).map(({ pid }) => pid)).toEqual([worker?.pid]);
    expect(await prepared(2)).not.toContainEqual(expect.objectContaining({ pid: worker?.pid }));
    const other = await server.session('carol');
    expect(workersOf(server).filter(({ pid }) => pid === first?.pid || pid === second?.pid)).toHaveLength(2);
    for (const session of [client, third, other]) session.close();
    expect(server.log).not.toContain('practice');
    await server.stop();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('one that was taken over is ended for anything it says, leaves no folder, and is nobody’s worker', async () => {
    const count = path.join(place.folder, 'count');
    await start(1, HOSTILE, { LC_SPARE: DEEDS.join('\n'), LC_SPARE_COUNT: count });
    const [spare] = await prepared(1);
    await expect(server.session('alice')).rejects.toThrow(/closed|ended|end/);
    await server.logged(/worker \d+ of uid 3001 has broken the rules, and ends: rights are left to process \d+/);
    await untilGone(spare?.pid ?? 0);

    await untilTrue('another one practises', () => readdirSync(folder).length === 1);
    const [outer = ''] = readdirSync(folder);
    const home = path.join(folder, outer, 'home');
    await untilTrue('it has left something', () => existsSync(path.join(home, 'link')));
    const { mode, uid } = statSync(home);
    expect([mode & 0o777, uid === 0]).toEqual([0o700, false]);
    process.kill(spares()[0]?.pid ?? 0, 'SIGKILL');
    await server.logged(/spare worker \d+ has ended unasked \(signal SIGKILL\)/);
    expect(readdirSync(folder)).not.toContain(outer);
    expect(existsSync('/etc/passwd')).toBe(true);

    await server.logged(/spare worker \d+ has broken the rules, and ends: events: not from a spare/);
    await server.logged(/spare worker \d+ has broken the rules, and ends: prepared: said twice/);
    await server.logged(/spare workers keep ending: there are none from now on, and first logins take longer/);
    expect(server.log).not.toContain('Authentication_failed');
    expect(spares()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe.runIf(isRoot)('a worker', () => {
  test('takes an identity once', async () => {
    // This process is the monitor, for this file's life.
    setNoNewPrivileges();
    const [, program = ''] = process.argv;
    process.argv[1] = PROGRAM;
    const ended = Promise.withResolvers<ChildEnd>();
    const ready = Promise.withResolvers<unknown>();
    let child: Child<MessageToWorker>;
    try {
      child = new Child<MessageToWorker>('worker', {
        message: (message) => ready.resolve(message),
        violation: (error) => ready.reject(error),
        ended: (end) => {
          ended.resolve(end);
          ready.reject(new Error(end.lastWords));
        },
      });
    } finally {
      process.argv[1] = program;
    }
    const become = (id: number): void =>
      child.send({
        type: 'startWorker',
        monitor: process.pid,
        configuration: defaults(),
        identity: { uid: id, gid: id, groups: [id] },
      });
    become(3001);
    expect(await ready.promise).toEqual({ type: 'ready' });
    expect(statusOf(child.pid)?.uids).toEqual(idsOf(3001));
    become(3002);
    expect((await ended.promise).lastWords).toContain('a worker has one identity');
  });
});
