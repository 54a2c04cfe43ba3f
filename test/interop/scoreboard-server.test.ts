// Sessions of our server as pure-ftpwho shows them, the C program and ours [spec interop.md rows 20 to 24].
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterEach, describe, expect, test } from 'vitest';

import { asOrdinaryUser, PlaceServer, type Rights, RIGHTS, securePassive } from '../support/place-server.ts';
import { c, ours, type Side, sides } from '../support/programs.ts';

const FORMATS = ['-n', '-v -n', '-s -n', '-x -n', '-p -n', '-W -n'];
const BIG = 64 * 2 ** 20;
const HOSTILE = [`we|ird <a&b> "q" 's' \xc3\xa9\xe8 100%`, '<script>alert(1)<script>', 'y'.repeat(255)];

let server: PlaceServer | undefined;
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

async function start(rights: Rights, args: readonly string[] = []): Promise<PlaceServer> {
  server = await PlaceServer.start(rights, args);
  writeFileSync(join(server.home, 'big'), Buffer.alloc(BIG));
  return server;
}

/** The fields of each line of the short output; names of files have no `|` here but for an escaped one. */
async function shown(at: PlaceServer, side: Side = c): Promise<string[][]> {
  const { stdout, status, stderr } = await at.place.run([side.program('pure-ftpwho'), '-s', '-n']);
  if (status !== 0) throw new Error(`status ${status}: ${stderr}`);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(/(?<!\\)\|/));
}

/** Account, state, file, kilobytes and percent, sorted. */
async function summary(at: PlaceServer, side?: Side): Promise<string[]> {
  const lines = await shown(at, side);
  return lines
    .map(([, login, , state, file, , , , now, , percent]) => [login, state, file, now, percent].join('|'))
    .toSorted();
}

/** How much is sent without being read depends on the machine; only where it began is certain. */
function withoutBytes(line: string): string {
  return line.replace(/(?<=DL \|\/big\|)(\d+)\|\d+$/, (_, kilobytes: string) =>
    Number(kilobytes) * 1024 > BIG / 2 ? 'second half' : 'first half',
  );
}

/** A download that goes on as long as nobody reads it. */
async function download(client: RawClient, offset = 0): Promise<void> {
  const data = await client.passive();
  data.pause();
  if (offset > 0) await client.command(`REST ${offset}`);
  expect((await client.command('RETR /big')).code).toBe(150);
}

/** An upload that has come so far. */
async function upload(client: RawClient, command: string): Promise<void> {
  const data = await client.passive();
  expect((await client.command(command)).code).toBe(150);
  data.write(Buffer.alloc(100_000));
}

describe.each(RIGHTS)('our server with %s', (rights) => {
  describeWith(['root', 'pure-ftpwho'], 'is seen by pure-ftpwho', () => {
    test('with all that its sessions do, by both programs alike', async () => {
      const at = await start(rights);
      writeFileSync(join(at.home, 'log'), Buffer.alloc(50_000), { mode: 0o666 });
      await at.place.shell(`chmod 666 ${at.home}/log`);
      await at.connect();
      await at.login('alice');
      await at.login('bob', '::1');
      await download(await at.login('alice'));
      await download(await at.login('alice', '::1'), BIG / 2);
      for (const name of HOSTILE) await upload(await at.login('bob'), `STOR ${name}`);
      await upload(await at.login('bob', '::1'), 'APPE log');
      await at.secureLogin('alice');
      const secured = await at.secureLogin('alice');
      const data = await securePassive(secured);
      expect((await secured.command('STOR over-tls')).code).toBe(150);
      data.write(Buffer.alloc(300_000));
      await untilTrue('everything is under way', async () => {
        const lines = await summary(at);
        return (
          lines.filter((line) => /\| UL \|.*\|(?:97|146|292)\|0$/.test(line)).length === 5 &&
          !lines.includes('alice| DL |/big|0|0')
        );
      });
      expect((await summary(at)).map(withoutBytes).toSorted()).toEqual([
        '?|IDLE||0|0',
        'alice| DL |/big|first half',
        'alice| DL |/big|second half',
        'alice| UL |over-tls|292|0',
        'alice|IDLE||0|0',
        'alice|IDLE||0|0',
        'bob| UL |<script>alert(1)<script>|97|0',
        'bob| UL |log|146|0',
        `bob| UL |we\\|ird <a&b> "q" 's' \xc3\xa9\xe8 100%|97|0`,
        `bob| UL |${'y'.repeat(255)}|97|0`,
        'bob|IDLE||0|0',
      ]);
      for (const format of FORMATS) await expectSame(at, format);
      const addresses = (await shown(at)).map(([, , , , , peer, local, port]) => `${peer} ${local} ${port}`);
      expect(addresses.filter((text) => text === `::1 ::1 ${at.port}`)).toHaveLength(3);
      expect(addresses.filter((text) => text === `127.0.0.1 127.0.0.1 ${at.port}`)).toHaveLength(8);
      // Who has not logged in is the gate's, everybody else a worker's.
      const pids = new Map((await shown(at)).map(([pid, login]) => [login, Number(pid)]));
      const [gate, workers] = await Promise.all([at.pids('GATE'), at.pids('WORKER')]);
      const main = await at.serverPids();
      expect(rights === 'workers' ? gate : main).toContain(pids.get('?'));
      expect(rights === 'workers' ? workers : main).toContain(pids.get('alice'));
      data.destroy();
    });

    test('and no longer when transfers, sessions and the server are over', async () => {
      const at = await start(rights);
      const client = await at.login('alice');
      const data = await client.passive();
      await client.command('STOR file');
      data.end(Buffer.alloc(5000));
      await client.reply();
      await untilTrue('it is idle again', async () => (await summary(at))[0] === 'alice|IDLE||0|0');
      expect((await client.receive('LIST')).reply.code).toBe(226);
      expect(await summary(at, ours)).toEqual(['alice|IDLE||0|0']);
      await client.command('REIN');
      await untilTrue('nobody is logged in', async () => (await summary(at))[0] === '?|IDLE||0|0');
      await client.command('USER bob');
      await client.command('PASS secret');
      await untilTrue('somebody else is', async () => (await summary(at))[0] === 'bob|IDLE||0|0');
      await download(client);
      await untilTrue('it downloads', async () => (await summary(at))[0]?.startsWith('bob| DL |/big|') === true);
      client.close();
      await untilTrue('nobody is there', async () => (await shown(at)).length === 0);
      expect(await at.stop()).toBe(0);
      await shown(at);
      expect(await at.place.shell('ls -I control /run/pure-ftpd')).toBe('');
    });

    test.each(sides)('and not after kill -9, by the program that is $name', async (side) => {
      const at = await start(rights);
      await at.connect();
      await download(await at.login('alice'));
      await at.login('bob');
      await untilTrue('all are there', async () => (await shown(at, side)).length === 3);
      if (rights === 'workers') {
        await at.kill('WORKER');
        await untilTrue('its sessions are gone', async () => (await shown(at, side)).length === 1);
        await at.login('alice');
        await at.kill('GATE');
        await untilTrue('a new gate greets', async () => {
          try {
            await at.connect();
            return true;
          } catch {
            return false; // it has not been started yet
          }
        });
        await untilTrue('the sessions of the old one are gone', async () => {
          return (await summary(at, side)).join(' ') === '?|IDLE||0|0 alice|IDLE||0|0';
        });
      }
      await at.kill(rights === 'workers' ? 'MONITOR' : 'SESSIONS');
      // Those that have ended are there until their parents have heard of it.
      await untilTrue('nobody is shown', async () => (await shown(at, side)).length === 0);
      expect(await at.place.shell('ls -I control /run/pure-ftpd')).toBe('');
      await at.start();
      await at.login('bob');
      await untilTrue('the next server has its own', async () => (await summary(at, side)).includes('bob|IDLE||0|0'));
    });
  });
});

describeWith(['root', 'pure-ftpwho', 'pure-ftpd'], 'limits of users (-y)', () => {
  test('count the sessions of servers of both kinds, on both', async () => {
    const at = await start('workers', ['-y', '1:1']);
    const database = join(at.home, '..', 'users.pdb');
    const port = await freePort();
    const words = ['-S', `127.0.0.1,${port}`, '-l', `puredb:${database}`, '-A', '-E', '-H', '-y', '1:1', '-B'];
    await at.place.run([c.program('pure-ftpd'), ...words]);
    await untilTrue('the C server greets', async () => {
      try {
        (await RawClient.connect(port)).close();
        return true;
      } catch {
        return false; // nobody listens yet
      }
    });
    const alice = await at.login('alice');
    await expect(RawClient.login(port, 'alice', 'secret')).rejects.toThrow(/421|closed/);
    const bob = await RawClient.login(port, 'bob', 'secret');
    await expect(at.login('bob')).rejects.toThrow(/421|closed/);
    bob.close();
    await untilTrue('the entry of the C session is gone', async () =>
      (await summary(at)).every((l) => !l.startsWith('bob')),
    );
    await at.login('bob');
    const ended = once(alice.socket, 'close');
    alice.close();
    await ended;
    await untilTrue('ours is gone as well', async () => (await summary(at)).every((l) => !l.startsWith('alice')));
    (await RawClient.login(port, 'alice', 'secret')).close();
  });
});

describeWith(['root'], 'a server of an ordinary user', () => {
  test('has a scoreboard in the runtime folder of that user, who sees it', async () => {
    const at = (server = await PlaceServer.start('ordinary user'));
    const client = await at.login('alice');
    await at.connect();
    const list = [...asOrdinaryUser(at.home), ours.program('pure-ftpwho'), '-s', '-n'];
    await untilTrue('both are there', async () => {
      const { stdout } = await at.place.run(list);
      return stdout.split('\n').length === 3 && /^\d+\|alice\|\d+\|IDLE\|/m.test(stdout);
    });
    expect(await at.place.shell('ls -I control /run/pure-ftpd')).toBe('');
    client.close();
    expect(await at.stop()).toBe(0);
    expect(await at.place.run(list)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect((await at.place.run([...asOrdinaryUser('/nowhere'), ...list.slice(-3)])).status).toBe(1);
  });
});

describe.each(RIGHTS)('without a scoreboard, our server with %s', (rights) => {
  describeWith(['root'], 'serves', () => {
    test('when the directory cannot be made, is taken away, or full', async () => {
      const at = await start(rights);
      const client = await at.login('alice');
      await at.place.shell('rm -r /run/pure-ftpd; ln -s /nowhere /run/pure-ftpd');
      expect((await client.transmit('STOR one', 'x')).code).toBe(226);
      expect((await (await at.login('bob')).transmit('STOR two', 'x')).code).toBe(226);
      if (rights === 'workers')
        await untilTrue('the log says so', () => at.output.includes('the scoreboard shows not'));
      await at.place.shell(
        'rm /run/pure-ftpd; mkdir -m 700 /run/pure-ftpd; mount -t tmpfs -o size=4k,mode=700 tmpfs /run/pure-ftpd',
      );
      const others = await Promise.all(Array.from({ length: 5 }, () => at.login('bob')));
      for (const [index, other] of others.entries())
        expect((await other.transmit(`STOR f${index}`, 'x')).code).toBe(226);
      at.closeClients();
      expect(await at.stop()).toBe(0);
    });
  });
});

/**
 * Runs both programs in one second of the clock, which is in what they print, and expects the same. Ours comes first: it takes
 * longer until it looks at the clock.
 */
async function expectSame(at: PlaceServer, format: string): Promise<void> {
  const options = format.split(' ');
  let theirs = '';
  let own = '';
  for (let attempt = 0; attempt < 10; attempt += 1) {
    own = (await at.place.run([ours.program('pure-ftpwho'), ...options])).stdout;
    theirs = (await at.place.run([c.program('pure-ftpwho'), ...options])).stdout;
    if (asInC(own) === theirs) break;
  }
  expect(asInC(own)).toBe(theirs);
}

/** Decided: a document stays one whatever a name is made of. */
function asInC(stdout: string): string {
  return stdout.replaceAll('&quot;', '"').replaceAll(/ (?:account|file)_encoded="[^"]*"/g, '');
}
