// What the log says of a database that is not there, and whether it is true.
import path from 'node:path';

import { RawClient } from '@pure-ftpd/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { asUser, PASSWORD, pidFileOf, Place, RunningDaemon } from './testing/running-daemon.ts';

let place: Place;
beforeAll(async () => {
  place = new Place();
  await place.users({ alice: 'HOME' });
});
afterAll(() => place.remove());

/** Code of the reply to the login of alice, and what the log says, where these databases are asked. */
async function login(...files: readonly string[]): Promise<{ readonly isIn: boolean; readonly log: string }> {
  const methods = files.flatMap((file) => ['-l', `puredb:${file}`]);
  const words = ['-S', '127.0.0.1,0', '-E', ...methods, '-g', pidFileOf(place), ...asUser()];
  const daemon = await RunningDaemon.startWith(place, words);
  try {
    const client = await RawClient.connect(daemon.port);
    await client.reply();
    await client.command('USER alice');
    client.send(`PASS ${PASSWORD}\r\n`);
    const isIn = await client.reply().then(
      ({ code }) => code === 230,
      () => false,
    );
    client.close();
    return { isIn, log: daemon.log };
  } finally {
    await daemon.stop();
  }
}

test('of two, the first of which is there: its users can log in, and the log says so', async () => {
  const missing = path.join(place.folder, 'missing.pdb');
  const { isIn, log } = await login(place.database, missing);
  expect(isIn).toBe(true);
  expect(log).toContain(missing);
  expect(log).toContain(`: only accounts of puredb:${place.database} can log in until it can be read`);
});

test('of two, the second of which is there: nobody can, and the log says so', async () => {
  const { isIn, log } = await login(path.join(place.folder, 'missing.pdb'), place.database);
  expect(isIn).toBe(false);
  expect(log).toContain(': no account can log in until it can be read');
});
