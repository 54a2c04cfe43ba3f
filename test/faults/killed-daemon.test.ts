import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { Daemon } from '../support/daemon.ts';
import { writeServed } from '../support/served-file.ts';

/** What temporary upload files are called: an administrator may remove them when no upload runs. */
const LEFT_BEHIND = /^\.pureftpd-upload\./;

/** Begins an upload, kills the daemon when some of it has arrived on disk, and tells the names then in the home. */
async function killInMidUpload(daemon: Daemon, name: string): Promise<string[]> {
  const client = await daemon.login();
  const data = await client.passive();
  data.on('error', () => undefined);
  client.send(`STOR ${name}\r\n`);
  await client.reply();
  data.write(Buffer.alloc(1_000_000, 'n'));
  await untilTrue('some of the upload is on disk', () =>
    readdirSync(daemon.home).some((file) => readFileSync(join(daemon.home, file)).includes('nnnn')),
  );
  await daemon.kill();
  data.destroy();
  client.close();
  return readdirSync(daemon.home);
}

test('kill -9 during an upload leaves nothing under the final name, and what it leaves can be told', async () => {
  await using daemon = await Daemon.start();
  const left = await killInMidUpload(daemon, 'new');
  expect(left).toEqual([expect.stringMatching(LEFT_BEHIND)]);
});

test('kill -9 during an upload over a file leaves the old content', async () => {
  await using daemon = await Daemon.start();
  writeServed(daemon, 'old', 'old content');
  const left = await killInMidUpload(daemon, 'old');
  expect(readFileSync(join(daemon.home, 'old'), 'utf8')).toBe('old content');
  expect(left.filter((name) => !LEFT_BEHIND.test(name))).toEqual(['old']);
});

test('after kill -9 it starts again at once and serves', async () => {
  await using daemon = await Daemon.start();
  await killInMidUpload(daemon, 'file');
  await daemon.start();
  const client = await daemon.login();
  expect((await client.transmit('STOR file', 'again')).code).toBe(226);
  expect(readFileSync(join(daemon.home, 'file'), 'utf8')).toBe('again');
  client.close();
});

test('kill -9 during a resumed upload keeps what was there and what arrived', async () => {
  await using daemon = await Daemon.start();
  writeServed(daemon, 'half', 'first half,');
  const client = await daemon.login();
  const data = await client.passive();
  data.on('error', () => undefined);
  client.send('APPE half\r\n');
  await client.reply();
  data.write('second ha');
  await untilTrue('it arrived', () => readFileSync(join(daemon.home, 'half'), 'utf8').endsWith('ha'));
  await daemon.kill();
  expect(readFileSync(join(daemon.home, 'half'), 'utf8')).toBe('first half,second ha');
  client.close();
});
