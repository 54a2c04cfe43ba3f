// What a worker can do that somebody has taken over: nothing but serve its own user badly.
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { buildDatabase } from '@pure-ftpd/puredb';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { HASH, isRoot, PASSWORD, Place, RunningDaemon } from './testing/running-daemon.ts';
import { childrenOf, statusOf } from './testing/separated-server.ts';

const PROGRAM = new URL('testing/hostile-program.ts', import.meta.url).pathname;

/** What is said to the monitor, and what it has against it. */
const MESSAGES: readonly (readonly [says: string, violation: RegExp])[] = [
  ['frame not json', /cannot be read/],
  ['frame "text"', /no such message/],
  ['frame {"type":"setuid"}', /no such message/],
  ['frame {"type":"__proto__"}', /no such message/],
  ['frame {"type":"ready"}', /said twice/],
  ['frame {"type":"log","level":"INFO","text":"x","user":"x","host":"x","pid":1}', /no such field: pid/],
  ['frame {"type":"log","level":"PANIC","text":"x","user":"x","host":"x"}', /log\.level/],
  ['frame {"type":"log","level":"INFO","text":1,"user":"x","host":"x"}', /log\.text/],
  ['frame {"type":"ended","session":"unknown"}', /the session is unknown/],
  ['frame {"type":"ended","session":["SESSION"]}', /ended\.session/],
  ['frame {"type":"gone","session":"SESSION"}', /not from a worker/],
  ['frame {"type":"judge","session":"x","login":"root","password":""}', /not from a worker/],
  ['frame {"type":"connect","session":"SESSION","request":1,"host":"192.0.2.1","port":4000}', /third host/],
  ['frame {"type":"connect","session":"SESSION","request":1,"host":"127.0.0.1","port":25}', /connect\.port/],
  ['frame {"type":"connect","session":"SESSION","request":1,"host":"localhost","port":4000}', /connect\.host/],
  ['frame {"type":"reserve","session":"SESSION","request":1,"anyPeer":true}', /third host/],
  ['frame {"type":"reserve","session":"SESSION","request":-1,"anyPeer":false}', /reserve\.request/],
  ['frame {"type":"back","session":"SESSION","state":{},"unread":""}', /without its descriptor/],
  ['frame {"type":"arrived","session":"x"}', /not from a worker/],
  ['frame {"type":"activity","report":{"type":"login","session":1,"name":"root"}}', /activity\.report/],
  ['frame {"type":"activity","report":{"type":"progress","positions":[[1,-1]]}}', /activity\.report/],
  ['descriptor {"type":"ended","session":"SESSION"}', /a descriptor is missing/],
  ['bytes ffffffff00', /malformed frame/],
  ['bytes 0000000207', /malformed frame/],
];

describe.runIf(isRoot)('a worker that was taken over', () => {
  let place: Place;
  let server: RunningDaemon;

  beforeAll(async () => {
    place = new Place();
    // An identity for each, since one whose workers keep ending has to wait.
    const users = [...MESSAGES.map((_, index) => `user${index}`), 'eve'];
    const lines = users.map((user, index) => `${user}:${HASH}:${4000 + index}:${4000 + index}::${place.home}\n`);
    const text = path.join(place.folder, 'users.passwd');
    writeFileSync(text, lines.join(''));
    await buildDatabase(text, place.database);
    chmodSync(place.folder, 0o755);
  });
  afterAll(() => place.remove());
  beforeEach(async () => {
    server = await RunningDaemon.start(place, ['-E', '-H'], undefined, {}, [], PROGRAM);
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
    const other = await RawClient.login(server.port, 'eve', PASSWORD);
    for (const [index, [says, violation]] of MESSAGES.entries()) {
      const client = await RawClient.login(server.port, `user${index}`, PASSWORD);
      const before = server.log.length;
      client.send(`${says}\r\n`);
      await client.end();
      const pattern = new RegExp(
        `worker \\d+ of uid ${4000 + index} has broken the rules, and ends: .*${violation.source}`,
      );
      await untilTrue(`the log tells of ${says}`, () => pattern.test(server.log.slice(before)));
    }
    expect((await other.command('setuid')).text).toBe('200 EPERM');
    other.close();
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
