// `--user-total-bandwidth` and `--server-bandwidth`: what sessions have between them.
import { chmodSync, chownSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';

import { ControlClient } from '@pure-ftpd/control';
import { tempFolder } from '@pure-ftpd/peers';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { Daemon, PASSWORD, servedAs } from '../support/daemon.ts';
import { isSeparated } from '../support/rights.ts';
import { createUserDatabase } from '../support/user-database.ts';

const KIBIBYTE = 1024;
/** More than is moved before a test is over. */
const SIZE = 64 * 1024 * KIBIBYTE;
/** Bytes a second. */
const RATE = 256 * KIBIBYTE;
/** How much more may be moved at once than the rate says, in seconds: the credit of a bucket, and a share that has just changed. */
const CREDIT_SECONDS = 0.75;

interface Place extends AsyncDisposable {
  readonly daemon: Daemon;
  readonly control: string;
  /** The switches that say who may log in. */
  readonly users: readonly string[];
  login(user: string): Promise<RawClient>;
}

/** A server with users of identities of their own, where it can be whoever it wants. */
async function start(...args: readonly string[]): Promise<Place> {
  const folder = tempFolder();
  chmodSync(folder.path, 0o755);
  const { uid, gid } = servedAs();
  const accounts = ['alice', 'bob'].map((login, index) => ({
    login,
    password: PASSWORD,
    uid: isSeparated ? uid + 1 + index : uid,
    gid,
    home: folder.file(login),
  }));
  for (const { home, uid: owner } of accounts) {
    mkdirSync(home);
    writeFileSync(`${home}/big`, '');
    truncateSync(`${home}/big`, SIZE);
    for (const path of [home, `${home}/big`]) chownSync(path, owner, gid);
  }
  const database = await createUserDatabase(folder.path, accounts);
  const users = ['-l', `puredb:${database}`];
  const control = folder.file('control');
  const daemon = await Daemon.start({ args: [...users, '--control', control, ...args] });
  const clients: RawClient[] = [];
  return {
    daemon,
    control,
    users,
    async login(user) {
      const client = await RawClient.login(daemon.port, user, PASSWORD);
      clients.push(client);
      await client.command('TYPE I');
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.close();
      await daemon[Symbol.asyncDispose]();
      folder.remove();
    },
  };
}

/** A transfer that runs. */
interface Moving {
  bytes(): number;
}

async function download(client: RawClient): Promise<Moving> {
  const data = await client.passive();
  let bytes = 0;
  data.on('data', (chunk: Buffer) => (bytes += chunk.length));
  await client.command('RETR big');
  return { bytes: () => bytes };
}

/** Uploads so many bytes. */
async function upload(client: RawClient, name: string, bytes: number): Promise<void> {
  const data = await client.passive();
  await client.command(`STOR ${name}`);
  data.end(Buffer.alloc(bytes));
  expect((await client.reply()).code).toBe(226);
}

/** Waits until so much was moved by all together. @returns What each has moved in that time, and how long it took, in seconds. */
async function measured(all: readonly Moving[], bytes: number): Promise<{ parts: number[]; seconds: number }> {
  const began = performance.now();
  const before = all.map((moving) => moving.bytes());
  const parts = (): number[] => all.map((moving, index) => moving.bytes() - (before[index] ?? 0));
  await untilTrue('enough is moved', () => sum(parts()) >= bytes);
  return { parts: parts(), seconds: (performance.now() - began) / 1000 };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function expectWithin({ parts, seconds }: { parts: readonly number[]; seconds: number }, rate: number): void {
  expect(sum(parts)).toBeLessThanOrEqual(rate * (seconds + CREDIT_SECONDS));
}

/** Nobody has less than half of what it should have. */
function expectFair(parts: readonly number[]): void {
  const fair = sum(parts) / parts.length;
  for (const part of parts) expect(part).toBeGreaterThan(fair / 2);
}

describe.concurrent('bandwidth', () => {
  test('--user-total-bandwidth is for all sessions of a user together, in equal parts, and for no other user', async () => {
    await using place = await start('--user-total-bandwidth', `:${RATE / KIBIBYTE}`);
    const alices = [
      await download(await place.login('alice')),
      await download(await place.login('alice')),
      await download(await place.login('alice')),
    ];
    // All three are there, and what the first had saved is over.
    await measured(alices, RATE / 2);
    const result = await measured(alices, 2 * RATE);
    expectWithin(result, RATE);
    expectFair(result.parts);
    // Another user has as much again.
    const bob = await download(await place.login('bob'));
    const both = await measured([bob, { bytes: () => sum(alices.map((moving) => moving.bytes())) }], 2 * RATE);
    expectFair(both.parts);
  });

  test('--user-total-bandwidth is for uploads, too', async () => {
    await using place = await start('--user-total-bandwidth', `${RATE / KIBIBYTE}:`);
    const clients = [await place.login('alice'), await place.login('alice')];
    const began = performance.now();
    await Promise.all(clients.map((client, index) => upload(client, `new${index}`, RATE)));
    const seconds = (performance.now() - began) / 1000;
    expectWithin({ parts: [RATE, RATE], seconds }, RATE);
  });

  test('--server-bandwidth is for all users together, and a reload changes it for who is there', async () => {
    await using place = await start('--server-bandwidth', `:${RATE / KIBIBYTE}`);
    const all = [await download(await place.login('alice')), await download(await place.login('bob'))];
    await measured(all, RATE / 2);
    const result = await measured(all, 2 * RATE);
    expectWithin(result, RATE);
    expectFair(result.parts);
    await using control = await ControlClient.connect(place.control);
    const { done } = await control.ask({ type: 'limits' });
    expect(done).toMatchObject({ userBandwidth: {}, serverBandwidth: { download: RATE } });
    // Only their ratio says something on a busy machine.
    const words = [...place.users, '-E', '-H', '--server-bandwidth', `:${(16 * RATE) / KIBIBYTE}`];
    expect((await control.ask({ type: 'reload', words })).done.changed).toContain('--server-bandwidth');
    const faster = await measured(all, 8 * RATE);
    expect(sum(faster.parts) / faster.seconds).toBeGreaterThan((2 * sum(result.parts)) / result.seconds);
  });
});
