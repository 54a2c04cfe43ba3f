// What a gate can do that somebody has taken over: nothing to sessions that are served.
import { openDescriptors, RawClient, untilSteady, untilTrue } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { isRoot, PASSWORD, RunningDaemon } from './testing/running-daemon.ts';
import { STATE } from './testing/hostile-messages.ts';
import { gateOf, SeparatedPlace, statusOf, workersOf } from './testing/separated-server.ts';

const PROGRAM = new URL('testing/hostile-gate-program.ts', import.meta.url).pathname;

const MOVE = JSON.stringify({ type: 'move', session: 'SESSION', state: STATE, unread: '', relayed: false });
const RELAYED = MOVE.replace('"relayed":false', '"relayed":true');
const GARBAGE = {
  ticketKeys: '',
  sessions: [],
  certificate: 'x',
  key: 'x',
  authorities: [],
  version: '',
  cipher: '',
  serverName: '',
  resumed: false,
};
const PLACED = '"remoteAddress":"10.9.9.9","remotePort":1,"localAddress":"127.0.0.1","localPort":21';
const PROXIED = '"proxy":{"address":"127.0.0.1","port":1,"localAddress":"127.0.0.1"}';

/**
 * What is said to the monitor of a session that is admitted, and what it has against it: some for each server, since a gate that keeps
 * ending has to wait. Every field of every message is tried in `to-monitor.test.ts`.
 */
const MESSAGES: readonly (readonly (readonly [says: string, violation: RegExp])[])[] = [
  [
    [`datagrams ${MOVE}`, /move: the descriptor is no connection$/m],
    [`other ${MOVE}`, /move: the descriptor is no connection of this session/],
    [
      MOVE.replace('"timeout"', '"sessionId":"x","timeout"').replace(/^/, 'own '),
      /move\.state: no such field: sessionId/,
    ],
  ],
  [
    [`file ${MOVE}`, /move: the descriptor is no socket/],
    [`own ${RELAYED}`, /move: the descriptor is no relay/],
    ['frame {"type":"gone","session":"SERVED"}', /gone: the session is served/],
  ],
  [
    [`listening ${MOVE}`, /move: the descriptor is no connection$/m],
    ['frame {"type":"controlCleared","session":"SERVED"}', /nobody has asked for it/],
    [`frame {"type":"arrived","session":"SERVED",${PLACED}}`, /arrived: the session is served/],
  ],
  [
    [`flood 200 {"type":"arrived","session":"OTHER",${PLACED}}`, /too many sessions/],
    ['frame {"type":"named","session":"SESSION","hostName":"203.0.113.99"}', /the address of somebody else/],
    [`frame {"type":"arrived","session":"0123456789abcdef",${PLACED},${PROXIED}}`, /nobody believes that proxy/],
  ],
];

describe.runIf(isRoot)('a gate that was taken over', () => {
  let place: SeparatedPlace;
  let server: RunningDaemon;

  beforeAll(async () => {
    place = new SeparatedPlace();
    await place.separateUsers();
  });
  afterAll(() => place.remove());
  afterEach(() => server.stop('SIGKILL'));

  async function start(...words: string[]): Promise<void> {
    server = await RunningDaemon.start(place, ['-E', '-H', ...words], undefined, {}, [], PROGRAM);
  }

  /** A client whom this gate has told of. @returns It, and its session. */
  async function arrived(): Promise<{ readonly client: RawClient; readonly session: string }> {
    const client = await RawClient.connect(server.port);
    const session = (await client.reply()).text.slice(4);
    await client.command('frame {"type":"arrived","session":"SESSION","ENDS"}');
    return { client, session };
  }

  /** One whom the monitor has admitted. */
  async function admitted(user: string): Promise<{ readonly client: RawClient; readonly session: string }> {
    const one = await arrived();
    const password = Buffer.from(PASSWORD).toString('base64');
    const judge = JSON.stringify({ type: 'judge', session: 'SESSION', login: user, password, encrypted: false });
    expect((await one.client.command(`frame ${judge}`)).text).toBe('200 admitted');
    return one;
  }

  /** One whom an honest worker serves. */
  async function served(user: string): Promise<{ readonly client: RawClient; readonly session: string }> {
    const one = await admitted(user);
    expect((await one.client.command(`give ${MOVE}`)).code).toBe(230);
    return one;
  }

  test.each(MESSAGES)(
    'ends with what it may not say, which the log tells; who is served goes on (%#)',
    async (...messages) => {
      await start();
      const alice = await served('alice');
      const before = await untilSteady('what is open', () => openDescriptors(server.serverPid));
      const workers = workersOf(server).map(({ pid }) => pid);
      for (const [says, violation] of messages) {
        const first = await arrived();
        const { client } = await admitted('alice');
        const told = server.log.length;
        client.send(`${says.replaceAll('SERVED', alice.session)}\r\n`);
        await client.end();
        await first.client.end();
        const pattern = new RegExp(`the gate has broken the rules, and ends: .*${violation.source}`, violation.flags);
        await untilTrue(`the log tells of ${says}`, () => pattern.test(server.log.slice(told)));
        expect((await alice.client.command('NOOP')).code).toBe(200);
        await untilTrue('there is another gate', () => isThere(server));
      }
      expect(workersOf(server).map(({ pid }) => pid)).toEqual(workers);
      await untilTrue('as many are open as before', () => openDescriptors(server.serverPid) === before);
      alice.client.close();
    },
  );

  test('cannot end a worker by what it says of a session that it gives to it', async () => {
    await start();
    const alice = await served('alice');
    const workers = workersOf(server).map(({ pid }) => pid);
    for (const says of [
      `pair ${RELAYED.replace('}$', '')}`,
      `pair ${JSON.stringify({ ...JSON.parse(RELAYED), tls: GARBAGE })}`,
      `own ${JSON.stringify({ ...JSON.parse(MOVE), tls: GARBAGE })}`,
      `own ${MOVE.replace('"private"', '"clear"').replace('"facts":[]', '"facts":["x","size"]')}`,
    ]) {
      const { client } = await admitted('alice');
      await client.command(says);
      client.close();
    }
    expect((await alice.client.command('PWD')).code).toBe(257);
    expect(workersOf(server).map(({ pid }) => pid)).toEqual(workers);
    alice.client.close();
  });
});

/** Whether there is a gate that can be talked to. */
function isThere(server: RunningDaemon): boolean {
  try {
    return statusOf(gateOf(server).pid) !== undefined;
  } catch {
    return false; // not yet
  }
}
