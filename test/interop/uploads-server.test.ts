// Uploads to our server, announced to the script runners of both sides [spec interop.md row 32].
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { freePort } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { isSoak, RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { afterEach, describe, expect, test } from 'vitest';

import { greets } from '../support/c-server.ts';
import { PlaceServer, type Rights, RIGHTS, securePassive } from '../support/place-server.ts';
import { c, ours, type Side, sides } from '../support/programs.ts';
import { ScriptRunner } from '../support/script-runner.ts';

/** All uploads of the storm. */
const UPLOADS = soak(600, 10_000);
const CLIENTS = 50;

/** For a part of the storm, in milliseconds. */
const PATIENCE = soak(120_000, 1_200_000);

let server: PlaceServer | undefined;
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

async function start(rights: Rights): Promise<PlaceServer> {
  server = await PlaceServer.start(rights, ['-o']);
  return server;
}

async function startRunner(at: PlaceServer, side: Side): Promise<ScriptRunner> {
  const runner = new ScriptRunner(at.place, side, at.folder);
  await runner.start();
  return runner;
}

/** Every kind of upload, with one that is broken off in the middle. */
async function uploadAll(client: RawClient, home: string, runner: ScriptRunner): Promise<void> {
  const before = runner.uploads.length;
  for (const line of ['TYPE I', 'MKD sub']) await client.command(line);
  const steps = [
    'STOR plain.txt',
    'STOR plain.txt',
    'APPE plain.txt',
    'STOR sub/../sub/rel.txt',
    'STOR odd |&;$(x)`y` "q" \'s\'',
    'STOR latin\xe9\x80\x9f',
    'STOR caf\xc3\xa9',
  ];
  for (const step of steps) expect((await client.transmit(step, 'some bytes')).code).toBe(226);
  expect((await client.transmit('STOR empty', '')).code).toBe(226);
  await client.command('REST 4');
  expect((await client.transmit('STOR plain.txt', 'resumed')).code).toBe(226);
  expect((await client.receive('RETR plain.txt')).reply.code).toBe(226);
  // The runner calls nobody for a file that is gone.
  await untilTrue('the first were heard', () => runner.uploads.includes(`alice|${home}/sub/rel.txt`, before));
  await client.command('DELE sub/rel.txt');
  const data = await client.passive();
  await client.command('APPE plain.txt');
  data.write('half');
  await untilTrue('it has come', () => statSync(join(home, 'plain.txt')).size === 15);
  data.resetAndDestroy();
  expect((await client.reply()).code).toBeGreaterThan(400);
  expect((await client.transmit('STOR last', 'x')).code).toBe(226);
}

describe.each(RIGHTS)('our server with %s', (rights) => {
  describeWith(['root', 'pure-ftpd', 'pure-uploadscript'], 'announces uploads (-o)', () => {
    test('as the C server does, to the C program', async () => {
      const at = await start(rights);
      const runner = await startRunner(at, c);
      // Beside ours, on the same pipe.
      const port = await freePort();
      const words = ['-S', `127.0.0.1,${port}`, '-l', `puredb:${join(at.home, '..', 'users.pdb')}`];
      await at.place.run([c.program('pure-ftpd'), ...words, '-A', '-E', '-H', '-o', '-B']);
      await untilTrue('the C server greets', () => greets(port, '127.0.0.1'));
      const heard: string[][] = [];
      for (const each of [port, at.port]) {
        const before = runner.uploads.length;
        const client = await RawClient.login(each, 'alice', 'secret');
        await uploadAll(client, at.home, runner);
        client.close();
        await untilTrue(
          'all was heard',
          () => runner.uploads.at(-1) === `alice|${at.home}/last` && runner.uploads.length > before,
        );
        heard.push(runner.uploads.slice(before));
        for (const name of ['plain.txt', 'last', 'empty', 'sub']) rmSync(join(at.home, name), { recursive: true });
      }
      expect(heard[0]).toContain(`alice|${at.home}/odd |&;$(x)\`y\` "q" 's'`);
      expect(heard[1]).toEqual(heard[0]);
    });

    test.each(sides)(
      'made under a name of its own, over TLS, by several users, to the program that is $name',
      async (side) => {
        const at = await start(rights);
        const runner = await startRunner(at, side);
        const secured = await at.secureLogin('bob');
        const data = await securePassive(secured);
        await secured.command('STOR secret');
        data.end('x');
        await secured.reply();
        const client = await at.login('alice');
        expect((await client.transmit('STOU', 'x')).code).toBe(226);
        await untilTrue('both were heard', () => runner.uploads.length === 2);
        expect(runner.uploads[0]).toBe(`bob|${at.home}/secret`);
        expect(runner.uploads[1]).toMatch(/^alice\|.*\/pureftpd\.[0-9a-f.]+$/);
      },
    );

    test('to the last, when it ends', async () => {
      const at = await start(rights);
      const runner = await startRunner(at, ours);
      const client = await at.login('alice');
      for (let number = 0; number < 50; number += 1) await client.transmit(`STOR f${number}`, 'x');
      expect(await at.stop()).toBe(0);
      await untilTrue('all were heard', () => runner.uploads.length === 50);
      // The next server goes on where this one has ended.
      await at.start();
      await (await at.login('alice')).transmit('STOR again', 'x');
      await untilTrue('the next was heard', () => runner.uploads.at(-1) === `alice|${at.home}/again`);
    });
  });
});

describeWith(['root'], 'our server with workers', () => {
  test('announces what a worker has told its client before it was killed', async () => {
    const at = await start('workers');
    const runner = await startRunner(at, ours);
    for (let round = 0; round < 2; round += 1) {
      const clients = await Promise.all(Array.from({ length: 4 }, () => at.login('alice')));
      const replies = await Promise.all(
        clients.map((client, index) => client.transmit(`STOR r${round}-${index}`, 'x')),
      );
      await at.kill('WORKER');
      expect(replies.map(({ code }) => code)).toEqual([226, 226, 226, 226]);
      await untilTrue('all were heard', () => runner.uploads.length === (round + 1) * 4);
      await untilTrue('the worker is gone', async () => (await at.pids('WORKER')).length === 0);
    }
    expect(new Set(runner.uploads).size).toBe(8);
  });
});

describe.each([
  ['workers', c],
  ['workers', ours],
  ['one process', ours],
] as const)('small uploads to our server with %s', (rights, side) => {
  describeWith(['root', 'pure-uploadscript'], `by ${CLIENTS} clients at a time`, () => {
    test(
      `are all heard once, but for those at which the reader is killed (${side.name})`,
      { timeout: soak(300_000, 3_600_000) },
      async () => {
        const at = await start(rights);
        const runner = new ScriptRunner(at.place, side, at.folder);
        const each = Math.ceil(UPLOADS / CLIENTS);
        const clients: RawClient[] = [];
        // One after the other: an address may have so many logins judged at a time.
        while (clients.length < CLIENTS) clients.push(await at.login('alice'));
        let done = 0;
        const uploading = Promise.all(
          clients.map(async (client, index) => {
            for (let number = 0; number < each; number += 1) {
              const { code } = await client.transmit(`STOR ${index}-${number}`, 'x');
              if (code !== 226) throw new Error(`${index}-${number}: ${code}`);
              done += 1;
            }
          }),
        );
        const total = each * CLIENTS;
        const began = performance.now();
        // For a while there is no reader at all.
        await untilTrue('a part is there', () => done > total / 10, PATIENCE);
        await runner.start();
        for (const part of [0.2, 0.4]) {
          await untilTrue('the reader is at work', () => runner.uploads.length > total * part, PATIENCE);
          await runner.kill();
          await runner.start();
        }
        await uploading;
        const uploaded = performance.now() - began;
        await clients[0]?.transmit('STOR end', 'x');
        await untilTrue('the last was heard', () => runner.uploads.at(-1) === `alice|${at.home}/end`, PATIENCE);
        const heard = runner.uploads.slice(0, -1);
        expect(new Set(heard).size).toBe(heard.length);
        const lost = total - heard.length;
        expect(lost).toBeGreaterThanOrEqual(0);
        expect(lost).toBeLessThanOrEqual(2);
        const byClient = new Map<string, number[]>();
        for (const upload of heard) {
          const [client = '', number] = upload.slice(`alice|${at.home}/`.length).split('-');
          byClient.set(client, [...(byClient.get(client) ?? []), Number(number)]);
        }
        expect(byClient.size).toBe(CLIENTS);
        for (const numbers of byClient.values()) expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        if (isSoak)
          console.info(
            `${rights}, ${side.name}: ${total} uploads in ${(uploaded / 1000).toFixed(1)} s, ${lost} not heard of`,
          );
      },
    );
  });
});
