// Restarts of our server: the process of the PID file goes at once, the next server takes its place, and sessions live on.
import { chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { startServer, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterEach, describe, expect, test } from 'vitest';

import { servedAs } from '../support/daemon.ts';
import { PlaceServer, RIGHTS } from '../support/place-server.ts';
import { ours } from '../support/programs.ts';
import { createUserDatabase } from '../support/user-database.ts';

let server: PlaceServer | undefined;
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

/** Logins on the scoreboard, of all servers. */
async function shown(at: PlaceServer): Promise<string[]> {
  const { stdout } = await at.place.run([ours.program('pure-ftpwho'), '-s', '-n']);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('|')[1] ?? '']));
}

/** A session, as soon as there is room for it: who has looked whether the server greets may still be counted. */
async function roomFor(at: PlaceServer, user: string): Promise<RawClient> {
  let session: RawClient | undefined;
  await untilTrue('there is room for one more', async () => {
    try {
      session = await at.login(user);
      return true;
    } catch {
      return false; // refused
    }
  });
  if (session === undefined) throw new Error('no session');
  return session;
}

/** What a new client hears first. */
async function answer(at: PlaceServer): Promise<string> {
  const client = await RawClient.connect(at.port);
  const { code, text } = await client.reply();
  if (code === 220) await client.command('QUIT');
  client.close();
  return text;
}

describeWith(['root'], 'a restart', () => {
  describe.each(RIGHTS)('with %s', (rights) => {
    async function start(...args: string[]): Promise<PlaceServer> {
      server = await PlaceServer.start(rights, args);
      return server;
    }

    test('lets transfers go on, binds at once, and both generations are shown and counted (-C)', async () => {
      const at = await start('-C', '2');
      const busy = await at.login('alice');
      const data = await busy.passive();
      await busy.command('STOR file');
      data.write('first ');
      expect(await at.leave()).toBe(0);
      expect(await at.pids('SERVER')).toEqual([]);
      await at.start();
      const idle = await roomFor(at, 'bob');
      await untilTrue('both are shown', async () => (await shown(at)).toSorted().join(' ') === 'alice bob');
      // The third from one address.
      expect(await answer(at)).toMatch(/^421 /);
      data.end('and last');
      expect((await busy.reply()).code).toBe(226);
      expect(readFileSync(join(at.home, 'file'), 'utf8')).toBe('first and last');
      expect((await busy.command('NOOP')).code).toBe(200);
      busy.close();
      await untilTrue('its place is free', async () => (await answer(at)).startsWith('220'));
      expect((await idle.command('NOOP')).code).toBe(200);
      idle.close();
      await untilTrue('the old server is gone', async () => (await at.pids('DRAINING')).length === 0);
      expect(await at.stop()).toBe(0);
    });

    test('counts the sessions that a user has with the server that was left (-y)', async () => {
      const at = await start('-y', '1:1');
      const before = await at.login('alice');
      await at.leave();
      await at.start();
      await expect(at.login('alice')).rejects.toThrow(/login: \d|closed/);
      (await at.login('bob')).close();
      before.close();
      (await roomFor(at, 'alice')).close();
    });

    test('goes on with logins and sessions over TLS', async () => {
      const at = await start();
      const secure = await at.secureLogin('alice');
      const early = await at.connect();
      await early.command('USER bob');
      await at.leave();
      expect((await early.command('PASS secret')).code).toBe(230);
      expect((await secure.command('PWD')).code).toBe(257);
      expect((await early.command('PWD')).code).toBe(257);
      at.closeClients();
      await untilTrue('the old server is gone', async () => (await at.pids('DRAINING')).length === 0);
    });

    test('ends sessions after --drain SECONDS', async () => {
      const at = await start('--drain', '0');
      const client = await at.login('alice');
      await at.leave();
      expect(await client.end()).toMatch(/^421 /);
    });

    test('ends sessions when the server that was left is signalled, too', async () => {
      const at = await start();
      const client = await at.login('alice');
      await at.leave();
      await at.place.shell(`kill ${(await at.pids('DRAINING')).join(' ')}`);
      expect(await client.end()).toMatch(/^421 /);
    });

    test('is possible when the process of the PID file was killed', async () => {
      const at = await start();
      const client = await at.login('alice');
      await at.kill('SERVER');
      await untilTrue('nobody listens', async () => (await at.pids('DRAINING')).length === 1);
      await at.start();
      expect((await client.command('NOOP')).code).toBe(200);
    });
  });
});

describeWith(['root'], 'as process 1 of a container', () => {
  test.each(RIGHTS)('it stays until the transfers have ended, with %s', async (rights) => {
    using folder = tempFolder();
    const { uid, gid } = servedAs();
    const home = folder.file('home');
    mkdirSync(home);
    chownSync(home, uid, gid);
    const database = await createUserDatabase(folder.path, [{ login: 'alice', password: 'secret', uid, gid, home }]);
    const identity = rights === 'one process' ? ['--user', `${uid}:${gid}`] : [];
    const command = (port: number): string[] => [
      ours.program('pure-ftpd'),
      '-S',
      `127.0.0.1,${port}`,
      '-l',
      `puredb:${database}`,
      '-A',
      '-E',
      '-H',
      ...identity,
    ];
    await using first = await startServer(command);
    const idle = await RawClient.login(first.port, 'alice', 'secret');
    const busy = await RawClient.login(first.port, 'alice', 'secret');
    const data = await busy.passive();
    await busy.command('STOR file');
    data.write('first ');
    process.kill(first.process.pid ?? 0, 'SIGTERM');
    expect(await idle.end()).toMatch(/^421 /);
    data.end('and last');
    expect((await busy.reply()).code).toBe(226);
    await first.process.ended;
    expect(readFileSync(join(home, 'file'), 'utf8')).toBe('first and last');
  });
});
