// Clients who guess passwords or misbehave are refused for a while (--penalties), in the way of sshd's PerSourcePenalties.
import { once } from 'node:events';
import { connect } from 'node:net';

import { ControlClient } from '@pure-ftpd/control';
import { describeInSoak, describeWith } from '@pure-ftpd/peers/vitest';
import { headerV2 } from '@pure-ftpd/proxy-protocol';
import { RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { pureFtpctl } from '../ctl/pure-ftpctl.ts';
import { PlaceServer, type Rights, RIGHTS } from '../support/place-server.ts';

/** Where a balancer is. */
const BALANCER = '127.0.0.9';

async function connectFrom(server: PlaceServer, address: string): Promise<RawClient> {
  return RawClient.connect(server.port, '127.0.0.1', address);
}

/** The code of the first reply that an address gets. */
async function greeted(server: PlaceServer, address: string): Promise<number> {
  const client = await connectFrom(server, address);
  try {
    return (await client.reply()).code;
  } finally {
    client.close();
  }
}

async function loggedIn(server: PlaceServer, address: string): Promise<RawClient> {
  const client = await connectFrom(server, address);
  expect((await client.reply()).code).toBe(220);
  await client.command('USER alice');
  expect((await client.command('PASS secret')).code).toBe(230);
  return client;
}

/** The control socket in the /run of the place, as it is seen from here. */
function controlPath(server: PlaceServer): string {
  return `/proc/${server.place.process.pid ?? 0}/root/run/pure-ftpd/control`;
}

/** Waits until pure-ftpctl shows that only this address is banned, which it is, and lifts the ban. */
async function bannedAndLifted(server: PlaceServer, address: string, reason: string): Promise<void> {
  const ask = (...words: string[]): string => {
    const { status, stdout, stderr } = pureFtpctl(...words, '--control', controlPath(server));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout;
  };
  await untilTrue(`${address} is banned`, () => ask('ban').startsWith(`${address}/32\tuntil `));
  expect(ask('ban')).toMatch(new RegExp(`^\\S+\\tuntil \\S+\\t${reason}\n$`));
  expect(ask('health')).toMatch(/^1 ban$/m);
  expect(await greeted(server, address)).toBe(421);
  expect(ask('unban', address)).toBe(`The ban of ${address} is lifted.\n`);
  expect(ask('ban')).toBe('Nobody is banned.\n');
  (await loggedIn(server, address)).close();
}

/** A session in which a login has failed. */
async function failed(server: PlaceServer, address: string, user: string): Promise<RawClient> {
  const client = await connectFrom(server, address);
  expect((await client.reply()).code).toBe(220);
  await client.command(`USER ${user}`);
  expect((await client.command('PASS wrong')).code).toBe(530);
  return client;
}

async function refused(server: PlaceServer, address: string): Promise<void> {
  await untilTrue(`${address} is refused`, async () => (await greeted(server, address)) === 421);
}

describeWith(['root'], '--penalties', () => {
  describe.each(soak<readonly Rights[]>(['workers'], RIGHTS))('of %s', (rights) => {
    let server: PlaceServer;
    beforeAll(async () => {
      server = await PlaceServer.start(rights, [
        '--penalties',
        'authfail:5m,invaliduser:6m,protocol:7m,flood:8m,noauth:0,max:1h',
        '--penalty-exempt',
        '127.0.0.1,127.0.0.5',
        '-C',
        '3',
      ]);
    });
    afterAll(() => server[Symbol.asyncDispose]());

    test('a client who has guessed is refused from then on, and nobody else; what he has goes on', async () => {
      const guesser = await failed(server, '127.0.0.2', 'alice');
      await refused(server, '127.0.0.2');
      await guesser.command('USER alice');
      expect((await guesser.command('PASS secret')).code).toBe(230);
      guesser.close();
      expect(await greeted(server, '127.0.0.20')).toBe(220);
      // As before, for fail2ban.
      expect(server.output).toMatch(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \(\?@127\.0\.0\.2\) \[WARNING\] Authentication failed for user \[alice\]$/m,
      );
      expect(server.output).toMatch(/\[WARNING\] 127\.0\.0\.2\/32 is banned for 300 s: wrong passwords/);
    });

    test('so is one who tries users that there are not, speaks HTTP, or comes too often', async () => {
      (await failed(server, '127.0.0.3', 'nobody')).close();
      await refused(server, '127.0.0.3');
      const browser = await connectFrom(server, '127.0.0.4');
      await browser.reply();
      browser.send('GET / HTTP/1.1\r\n\r\n');
      await browser.end();
      await refused(server, '127.0.0.4');
      const many = await Promise.all(Array.from({ length: 4 }, () => connectFrom(server, '127.0.0.6')));
      await Promise.all(many.map((client) => client.reply()));
      for (const client of many) client.close();
      for (const told of [
        '127.0.0.3/32 is banned for 360 s: unknown users',
        '127.0.0.4/32 is banned for 420 s: violations of the protocol',
        '127.0.0.6/32 is banned for 480 s: too many connections',
      ])
        await untilTrue(told, () => server.output.includes(told));
      expect(await greeted(server, '127.0.0.6')).toBe(421);
    });

    test('bans are seen, made and lifted on the control socket', async () => {
      await using control = await ControlClient.connect(controlPath(server));
      await control.ask({ type: 'ban', network: '127.0.1.0/24', seconds: 600, reason: 'a botnet' });
      expect(await greeted(server, '127.0.1.7')).toBe(421);
      const { items } = await control.ask({ type: 'bans' });
      expect(items).toContainEqual(expect.objectContaining({ network: '127.0.1.0/24', reason: 'a botnet' }));
      expect(items).toContainEqual(expect.objectContaining({ network: '127.0.0.2/32', reason: 'wrong passwords' }));
      for (const network of ['127.0.1.0/24', '127.0.0.2']) await control.ask({ type: 'unban', network });
      expect([await greeted(server, '127.0.1.7'), await greeted(server, '127.0.0.2')]).toEqual([220, 220]);
    });

    test('one who is exempt is not (--penalty-exempt)', async () => {
      (await failed(server, '127.0.0.5', 'alice')).close();
      expect(await greeted(server, '127.0.0.5')).toBe(220);
    });
  });

  describe('are shown and lifted by pure-ftpctl', () => {
    let server: PlaceServer;
    beforeAll(async () => {
      // The program itself connects from here, and leaves.
      server = await PlaceServer.start('workers', [
        '--penalties',
        'noauth:6m,crash:7m,flood:8m,grace-exceeded:9m,max:1h',
        '--penalty-exempt',
        '127.0.0.1',
        '-C',
        '2',
        '-I',
        '1',
      ]);
    });
    afterAll(() => server[Symbol.asyncDispose]());

    test('a client who leaves without a login, one for whom a process crashes, and one who comes too often', async () => {
      const silent = await connectFrom(server, '127.0.0.2');
      await silent.reply();
      silent.close();
      await bannedAndLifted(server, '127.0.0.2', 'connections without a login');

      const crashing = await loggedIn(server, '127.0.0.3');
      await server.kill('WORKER');
      await crashing.end();
      await bannedAndLifted(server, '127.0.0.3', 'a process has crashed that served nobody else');

      const two = [await loggedIn(server, '127.0.0.4'), await loggedIn(server, '127.0.0.4')];
      expect(await greeted(server, '127.0.0.4')).toBe(421);
      for (const client of two) client.close();
      await bannedAndLifted(server, '127.0.0.4', 'too many connections');
    });

    test('nobody is banned for a crash that several have seen', async () => {
      const clients = [await loggedIn(server, '127.0.0.5'), await loggedIn(server, '127.0.0.6')];
      await server.kill('WORKER');
      for (const client of clients) expect(await client.end()).toBe('');
      for (const address of ['127.0.0.5', '127.0.0.6']) (await loggedIn(server, address)).close();
    });

    // The idle time is a minute at least.
    describeInSoak([], 'after the idle time', () => {
      test('a client who has said nothing', async () => {
        const silent = await connectFrom(server, '127.0.0.7');
        expect(await silent.end()).toContain('421 ');
        await bannedAndLifted(server, '127.0.0.7', 'silence instead of a login');
      });
    });
  });

  describe('are kept', () => {
    let server: PlaceServer;
    beforeAll(async () => {
      server = await PlaceServer.start('workers', ['--penalties', 'authfail:5m,noauth:0']);
      (await failed(server, '127.0.0.2', 'alice')).close();
      await refused(server, '127.0.0.2');
    });
    afterAll(() => server[Symbol.asyncDispose]());

    test('by the gate that follows, and by the server that does, in a file for root alone', async () => {
      await server.kill('GATE');
      await untilTrue('there is another gate', () =>
        greeted(server, '127.0.0.1').then(
          (code) => code === 220,
          () => false,
        ),
      );
      expect(await greeted(server, '127.0.0.2')).toBe(421);
      expect(await server.leave()).toBe(0);
      await server.start();
      expect(await greeted(server, '127.0.0.2')).toBe(421);
      const files = await server.place.shell('stat -c "%a %U" /run/pure-ftpd-bans /run/pure-ftpd-bans/*');
      expect(files).toBe('700 root\n600 root\n');
    });

    test('not in a file that others may have written, and the log says so', async () => {
      await server.leave();
      await server.place.shell('chmod 666 /run/pure-ftpd-bans/*');
      await server.start();
      expect(await greeted(server, '127.0.0.2')).toBe(220);
      expect(server.output).toMatch(/bans are not kept over a restart: .* is not a file of this user's alone/);
    });
  });

  test(`${soak(2000, 50_000)} addresses, each with a wrong password: the table stays in its bound, and others log in`, async () => {
    const bound = soak(200, 5000);
    const server = await PlaceServer.start('workers', [
      '--proxy-from',
      BALANCER,
      '--penalties',
      `authfail:1h,max:1h,noauth:0,max-sources4:${bound}`,
      '-c',
      '1000',
    ]);
    try {
      const addresses = Array.from(
        { length: soak(2000, 50_000) },
        (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
      );
      const left = addresses.values();
      let refusedLogins = 0;
      const attack = Promise.all(
        Array.from({ length: 500 }, async () => {
          for (const address of left) {
            const code = await guess(server, address);
            if (code === 530) refusedLogins += 1;
          }
        }),
      );
      const waits: number[] = [];
      const state = { isOver: false };
      void attack.catch(() => undefined).finally(() => (state.isOver = true));
      while (!state.isOver) {
        const began = performance.now();
        const client = await RawClient.login(server.port, 'alice', 'secret');
        waits.push(performance.now() - began);
        expect((await client.command('PWD')).code).toBe(257);
        client.close();
      }
      await attack;
      expect(refusedLogins).toBe(addresses.length);
      expect(waits.length).toBeGreaterThan(3);
      await server.leave();
      const kept: unknown = JSON.parse(await server.place.shell('cat /run/pure-ftpd-bans/*'));
      expect(kept).toMatchObject({ version: 1, penalties: { length: bound } });
      process.stdout.write(
        `logins beside ${addresses.length} guesses: ${waits.length}, the slowest ${Math.round(Math.max(...waits))} ms\n`,
      );
    } finally {
      await server[Symbol.asyncDispose]();
    }
  });
});

/** One login with a wrong password, of a client whom the balancer brings. @returns The code that PASS is answered with. */
async function guess(server: PlaceServer, address: string): Promise<number> {
  for (;;) {
    const code = await guessOnce(server, address);
    // A test process that is busy for three seconds sends its headers too late.
    if (code !== undefined) return code;
  }
}

/** @returns Undefined for a connection that was closed before it was greeted. */
async function guessOnce(server: PlaceServer, address: string): Promise<number | undefined> {
  const socket = connect({ port: server.port, host: '127.0.0.1', localAddress: BALANCER });
  await once(socket, 'connect');
  const client = RawClient.over(socket);
  try {
    const destination = { address: '198.51.100.1', port: 21 };
    socket.write(headerV2({ source: { address, port: 40_000 }, destination }));
    const greeting = await client.reply().catch(() => undefined);
    if (greeting === undefined) return undefined;
    await client.command('USER alice');
    return (await client.command('PASS wrong')).code;
  } finally {
    client.close();
  }
}
