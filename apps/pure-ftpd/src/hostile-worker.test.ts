// What a worker can do that somebody has taken over: nothing but serve its own user badly.
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { buildDatabase } from '@pure-ftpd/puredb';
import { freePorts } from '@pure-ftpd/peers';
import { openDescriptors, RawClient, untilSteady, untilTrue } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { STATE } from './testing/hostile-messages.ts';
import { HASH, isRoot, PASSWORD, Place, RunningDaemon } from './testing/running-daemon.ts';
import { childrenOf, gateOf, listenersOf, listeningIn, statusOf } from './testing/separated-server.ts';

const PROGRAM = new URL('testing/hostile-program.ts', import.meta.url).pathname;

const BACK = `{"type":"back","session":"SESSION","state":${JSON.stringify(STATE)},"unread":""}`;
/** What was `back` once: who the client is, in the words of the worker. */
const FORGED = BACK.replace('"timeout"', '"sessionId":"OTHER","remoteAddress":"10.9.9.9","timeout"');
const LINE = '"level":"WARNING","text":"Authentication failed for user [root]"';

function told(event: string): string {
  return `{"type":"events","events":[${event}]}`;
}

/**
 * What is said to the monitor, and what it has against it. Every field of every message is tried in `to-monitor.test.ts`: these
 * are one for each kind of fault, by a process.
 */
const MESSAGES: readonly (readonly [says: string, violation: RegExp])[] = [
  ['frame not json', /cannot be read/],
  ['bytes ffffffff00', /malformed frame/],
  ['frame {"type":"__proto__"}', /no such message/],
  ['frame {"type":"ready"}', /said twice/],
  ['frame {"type":"gone","session":"SESSION"}', /not from a worker/],
  ['frame {"type":"ended","session":"OTHER"}', /the session is unknown/],
  [`frame ${told(`{"type":"line","byUser":false,"host":"203.0.113.99",${LINE}}`)}`, /no such field: host/],
  ['frame {"type":"connect","session":"SESSION","request":1,"host":"192.0.2.1","port":4000}', /third host/],
  ['frame {"type":"stored","session":"SESSION","request":1,"path":"/x"}', /stored: nobody writes that down/],
  ['frame {"type":"stored","session":"OTHER","request":1,"path":"/x"}', /the session is unknown/],
  ['frame {"type":"stored","session":"SESSION","request":1,"path":"x"}', /stored\.path: an absolute path/],
  ['frame {"type":"stored","session":"SESSION","request":1,"path":"/x","uid":0}', /no such field: uid/],
  ['frame {"type":"clearControl","session":"SESSION","written":1}', /nobody protects this session/],
  [`frame ${told('{"type":"progress","session":"SESSION","position":-1}')}`, /events\[0\] progress\.position/],
  [`frame ${told('{"type":"loggedIn","session":"SESSION"}')}`, /no such event/],
  [`frame ${BACK}`, /without its descriptor/],
  [`descriptor ${BACK}`, /a descriptor is missing/],
  ['own {"type":"ended","session":"SESSION"}', /with a descriptor/],
  [`own ${FORGED}`, /back\.state: no such field: sessionId/],
  [`own ${BACK.replace('SESSION', 'OTHER')}`, /the session is unknown/],
  [`file ${BACK}`, /the descriptor is no socket/],
  [`pipe ${BACK}`, /the descriptor is no socket/],
  [`datagrams ${BACK}`, /the descriptor is no connection$/m],
  [`listening ${BACK}`, /the descriptor is no connection$/m],
  [`pair ${BACK}`, /the descriptor is no connection$/m],
  [`elsewhere ${BACK}`, /the descriptor is no connection of this session/],
  // Two sessions of one worker: each is who it is.
  [`other ${BACK}`, /the descriptor is no connection of this session/],
];

describe.runIf(isRoot)('a worker that was taken over', () => {
  let place: Place;
  let server: RunningDaemon;
  /** A range of eleven ports. */
  let ports: readonly [first: number, last: number];

  beforeAll(async () => {
    place = new Place();
    ports = await freePorts(11);
    // An identity for each, since one whose workers keep ending has to wait.
    const users = [...MESSAGES.map((_, index) => `user${index}`), 'eve', 'mallory', 'trudy'];
    const lines = users.map((user, index) => `${user}:${HASH}:${4000 + index}:${4000 + index}::${place.home}\n`);
    const text = path.join(place.folder, 'users.passwd');
    writeFileSync(text, lines.join(''));
    await buildDatabase(text, place.database);
    chmodSync(place.folder, 0o755);
  });
  afterAll(() => place.remove());
  beforeEach(async () => {
    const words = ['-E', '-H', '-p', ports.join(':')];
    server = await RunningDaemon.start(place, words, undefined, {}, [], PROGRAM);
  });
  afterEach(() => server.stop());

  test('gets no rights back, and reaches nothing of others', async () => {
    const client = await RawClient.login(server.port, 'eve', PASSWORD);
    const answers: Record<string, string> = {};
    for (const what of [
      'setuid',
      'seteuid',
      'setgid',
      'setgroups',
      'shadow',
      'bind',
      'signal',
      'signalGroup',
      'memory',
      'environment',
      'descriptors',
      'etc',
    ])
      answers[what] = (await client.command(what)).text.slice(4);
    expect(answers).toEqual({
      setuid: 'EPERM',
      seteuid: 'EPERM',
      setgid: 'EPERM',
      setgroups: 'EPERM',
      shadow: 'EACCES',
      bind: 'EACCES',
      signal: 'EPERM',
      signalGroup: expect.stringMatching(/^(?:EPERM|ESRCH)$/),
      memory: 'EACCES',
      environment: 'EACCES',
      descriptors: 'EACCES',
      etc: 'EACCES',
    });
    expect(statusOf(server.serverPid)).toBeDefined();
    client.close();
  });

  test('ends with every message that it may not send, which the log tells; nobody else does', async () => {
    const other = await server.session('eve');
    const otherId = (await other.command('session')).text.slice(4);
    const gate = gateOf(server).pid;
    const before = await untilSteady('what is open', () => openDescriptors(server.serverPid));
    for (const [index, [says, violation]] of MESSAGES.entries()) {
      const user = `user${index}`;
      // The first session of the worker; the second is who speaks.
      const first = says.startsWith('other ') ? await server.session(user) : undefined;
      const client = await server.session(user);
      const told = server.log.length;
      client.send(`${says.replaceAll('OTHER', otherId)}\r\n`);
      await client.end();
      await first?.end();
      const pattern = new RegExp(
        `worker \\d+ of uid ${4000 + index} has broken the rules, and ends: .*${violation.source}`,
        violation.flags,
      );
      await untilTrue(`the log tells of ${says}`, () => pattern.test(server.log.slice(told)));
    }
    expect((await other.command('setuid')).text).toBe('200 EPERM');
    expect(gateOf(server).pid).toBe(gate);
    await untilTrue('as many are open as before', () => openDescriptors(server.serverPid) === before);
    other.close();
  });

  test('asks for no more ports than a session may have, however often; all are free when it ends', async () => {
    const others = (): number => openDescriptors(server.serverPid) - listenersOf(server.serverPid);
    const before = await untilSteady('what is open', others);
    const reserve = '{"type":"reserve","session":"SESSION","request":COUNT,"anyPeer":false}';
    for (const [user, flood, violation] of [
      ['eve', `flood 200 ${reserve.replace('COUNT', '7')}`, /reserve: number 7 is in use/],
      ['mallory', `flood 200 ${reserve}`, /reserve: too many at a time/],
    ] as const) {
      const client = await server.session(user);
      client.send(`${flood}\r\n`);
      await client.end();
      await server.logged(violation);
    }
    // A listener may be kept for the next one: four of each, and not the eleven there are.
    expect(listeningIn(ports)).toBeLessThanOrEqual(8);
    expect(listenersOf(server.serverPid)).toBeGreaterThan(1);
    await untilTrue('nothing else is left', () => others() === before);
  });

  test('a line of the log is about the session that it names, or about nobody', async () => {
    const client = await server.session('eve');
    await client.command(`frame ${told(`{"type":"line","byUser":false,${LINE}}`)}`);
    await client.command(`frame ${told(`{"type":"line","session":"SESSION","byUser":true,${LINE}}`)}`);
    const forged = '{"type":"line","byUser":false,"level":"INFO","text":"(?@203.0.113.99) [WARNING] x"}';
    await client.command(`frame ${told(forged)}`);
    await server.logged(/x$/m);
    const lines = server.log.split('\n').filter((line) => line.includes('WARNING'));
    expect(lines.map((line) => line.slice(line.indexOf('(')))).toEqual([
      '(?@?) [WARNING] Authentication failed for user [root]',
      '(eve@127.0.0.1) [WARNING] Authentication failed for user [root]',
      '(?@?) [INFO] (?@203.0.113.99) (WARNING] x',
    ]);
    client.close();
  });

  test('is started again more and more slowly when it keeps ending', async () => {
    for (let crash = 0; crash < 3; crash += 1) {
      const client = await RawClient.login(server.port, 'eve', PASSWORD);
      client.send('frame not json\r\n');
      await client.end();
    }
    await expect(RawClient.login(server.port, 'eve', PASSWORD)).rejects.toThrow('421');
    await server.logged(/keep ending: no new one is started for a while/);
    const other = await RawClient.login(server.port, 'user0', PASSWORD);
    other.close();
    await untilTrue('it is tried again', async () => {
      try {
        (await RawClient.login(server.port, 'eve', PASSWORD)).close();
        return true;
      } catch {
        return false; // 421 still
      }
    });
    expect(childrenOf(server.serverPid).some(({ name }) => name.includes('GATE'))).toBe(true);
  });
});
