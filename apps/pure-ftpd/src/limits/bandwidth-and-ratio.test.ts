import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { type RawClient } from '@pure-ftpd/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { asUser, Place, RunningDaemon } from '../testing/running-daemon.ts';

let place: Place;
let daemon: RunningDaemon;
beforeEach(() => {
  place = new Place();
});
afterEach(async () => {
  await daemon.stop();
  place.remove();
});

async function start(rest: string, ...words: string[]): Promise<void> {
  await place.users({ alice: `HOME/./${rest}` });
  writeFileSync(path.join(place.home, 'file'), Buffer.alloc(30_000), { mode: 0o644 });
  daemon = await RunningDaemon.start(place, words, '127.0.0.1,0', { FTP_ANON_DIR: place.home }, asUser());
}

async function binary(login = 'alice'): Promise<RawClient> {
  const client = await daemon.client();
  if (login === 'ftp') await client.command('USER ftp');
  else {
    await client.command(`USER ${login}`);
    await client.command('PASS golden');
  }
  await client.command('TYPE I');
  return client;
}

/** Seconds that something took. */
async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

describe('a limit of bandwidth', () => {
  test.each([
    ['of the account', ':30000:20000', []],
    ['of everybody', '', ['-T', '29:20']],
    ['of the account, in front of that of everybody', ':30000:20000', ['-T', '1:1']],
  ])('%s holds for uploads and downloads', async (_, rest, words) => {
    await start(rest, '-E', ...words);
    const client = await binary();
    const down = await seconds(async () => expect((await client.receive('RETR file')).data).toHaveLength(30_000));
    const up = await seconds(async () =>
      expect((await client.transmit('STOR up', Buffer.alloc(30_000))).code).toBe(226),
    );
    expect(down).toBeGreaterThan(1.3);
    expect(up).toBeGreaterThan(0.9);
    // By a kilobyte a second it would be 29.
    expect(Math.max(down, up)).toBeLessThan(20);
  });

  test('of one direction leaves the other alone, and none limits nothing', async () => {
    await start('', '-E', '-T', '1:');
    const client = await binary();
    // By the limit of uploads it would be 29.
    expect(await seconds(() => client.receive('RETR file'))).toBeLessThan(20);
  });

  test('is told of at the login', async () => {
    await start(':10000', '-E');
    const client = await daemon.client();
    await client.command('USER alice');
    expect((await client.command('PASS golden')).text.split(/\r?\n/).slice(0, 2)).toEqual([
      '230-Your bandwidth is limited.',
      '230 Logged in. / is your directory.',
    ]);
  });

  test('of 0 in the account says nothing', async () => {
    await start(':0:0', '-E');
    expect((await (await binary()).receive('RETR file')).data).toHaveLength(30_000);
  });
});

describe('a ratio', () => {
  test.each([
    ['of the account', ':::1:3', []],
    ['of everybody', '', ['-Q', '1:3']],
  ])('%s lets be downloaded what was uploaded, so many times', async (_, rest, words) => {
    await start(rest, '-E', ...words);
    const client = await binary();
    await client.passive();
    expect((await client.command('RETR file')).text.trimEnd().split(/\r?\n/)).toEqual([
      '550-Allowed ratio in bytes: 3 downloaded for 1 uploaded.',
      '550-You have uploaded 0 KiB and downloaded 0 KiB.',
      '550 Upload something first.',
    ]);
    await client.transmit('STOR up', Buffer.alloc(10_000));
    expect((await client.receive('RETR file')).data).toHaveLength(30_000);
    await client.passive();
    expect((await client.command('RETR file')).text).toMatch(/uploaded 9 KiB and downloaded 29 KiB/);
    await client.command('REST 29999');
    expect((await client.command('RETR file')).code).toBe(150);
  });

  test('is told of in the greeting and at the login', async () => {
    await start('', '-Q', '1:5');
    const client = await daemon.client();
    await client.command('USER alice');
    expect((await client.command('PASS golden')).text).toMatch(
      /^230-Allowed ratio in bytes: 5 downloaded for 1 uploaded/,
    );
  });

  test('of anonymous users is theirs alone', async () => {
    await start('', '-q', '1:2');
    expect((await (await binary()).receive('RETR file')).data).toHaveLength(30_000);
    const client = await binary('ftp');
    await client.passive();
    expect((await client.command('RETR file')).code).toBe(550);
  });
});
