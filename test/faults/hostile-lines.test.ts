import { readdirSync, rmSync } from 'node:fs';

import { encodeName } from '@pure-ftpd/protocol';
import { soak, untilTrue } from '@pure-ftpd/testing';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { Daemon, LOGIN, PASSWORD } from '../support/daemon.ts';
import { descriptorCount, residentMiB } from '../support/process-usage.ts';
import { ReplyCounter } from '../support/reply-counter.ts';
import { hostileLine, repliesDue } from './hostile-lines.ts';

/** Lines that are sent. */
const LINES = soak(60_000, 1_000_000);
const SEED = Number(process.env['HOSTILE_SEED'] ?? 20_261);
const BATCH = 250;

/** The heap may not grow as it likes: what is kept for good shows, and soon ends the daemon. */
const SMALL_HEAP = { NODE_OPTIONS: '--max-semi-space-size=2 --max-old-space-size=64' };

/** Memory the daemon may hold more at the end than after the first fifth, in MiB. */
const GROWTH_MIB = 16;

/** Passive listeners that come with time, and are kept. */
const SPARE_DESCRIPTORS = 8;

let daemon: Daemon;
beforeEach(async () => {
  daemon = await Daemon.start({ env: SMALL_HEAP });
});
afterEach(() => daemon[Symbol.asyncDispose]());

/** Sends a batch cut at random bytes, and hears exactly as many replies as it has lines. Answers how many that were. */
async function sendBatch(client: ReplyCounter, seed: number): Promise<number> {
  const lines = fc.sample(hostileLine, { seed, numRuns: BATCH });
  const ends = ['\r\n', '\n', '\r\n', '\r\r\n'];
  const text = Buffer.concat([
    ...lines.flatMap((line, index) => [line, Buffer.from(ends[(seed + index) % ends.length] ?? '\n')]),
    Buffer.from('SYST\r\n'),
  ]);
  const due = repliesDue(text);
  const before = client.replies;
  const marks = client.byCode.get('215') ?? 0;
  const [first = 0, second = 0] = fc
    .sample(fc.nat(text.length), { seed, numRuns: 2 })
    .sort((one, other) => one - other);
  for (const piece of [text.subarray(0, first), text.subarray(first, second), text.subarray(second)]) {
    client.socket.write(piece);
    await new Promise(setImmediate);
  }
  await client.heard(before + due);
  // SYST, which is nowhere else, was answered last and once: no line was answered twice or not at all.
  if (client.lastCode !== '215' || client.replies !== before + due || client.byCode.get('215') !== marks + 1)
    throw new Error(`seed ${seed}: ${due} lines, ${client.replies - before} replies, the last ${client.lastCode}`);
  return due;
}

function emptyHome(): void {
  for (const name of readdirSync(daemon.home, { encoding: 'buffer' })) {
    rmSync(Buffer.concat([encodeName(`${daemon.home}/`), name]), { recursive: true, force: true });
  }
}

async function expectFloodAnswered(client: ReplyCounter, lines: number): Promise<void> {
  let answered = await sendBatch(client, SEED);
  let warm: { readonly memory: number; readonly descriptors: number } | undefined;
  for (let batch = 1; answered < lines; batch += 1) {
    answered += await sendBatch(client, SEED + batch);
    if (batch % 40 === 0) emptyHome();
    if (warm === undefined && answered > lines / 5)
      warm = { memory: residentMiB(daemon.pid), descriptors: descriptorCount(daemon.pid) };
  }
  if (warm === undefined) throw new Error('too few lines to compare the end with the beginning');
  const growth = residentMiB(daemon.pid) - warm.memory;
  const codes = [...client.byCode].sort(([one], [other]) => one.localeCompare(other)).map((pair) => pair.join(': '));
  process.stdout.write(
    `${answered} lines answered, ${warm.memory.toFixed(1)} MiB after a fifth, ${growth.toFixed(1)} more at the end (${codes.join(', ')})\n`,
  );
  expect(growth).toBeLessThan(GROWTH_MIB);
  expect(descriptorCount(daemon.pid)).toBeLessThanOrEqual(warm.descriptors + SPARE_DESCRIPTORS);
  expect(daemon.running).toBe(true);
}

test(
  `${LINES / 2} hostile lines before login are answered one by one`,
  async () => {
    const client = await ReplyCounter.connect(daemon.port);
    await expectFloodAnswered(client, LINES / 2);
    client.socket.destroy();
  },
  60_000 + LINES,
);

test(
  `${LINES / 2} hostile lines of a user are answered one by one`,
  async () => {
    const client = await ReplyCounter.connect(daemon.port);
    client.socket.write(`USER ${LOGIN}\r\nPASS ${PASSWORD}\r\n`);
    await client.heard(3);
    expect(client.lastCode).toBe('230');
    await expectFloodAnswered(client, LINES / 2);
    client.socket.destroy();
  },
  60_000 + LINES,
);

test('hostile names and passwords are refused as wrong ones are', async () => {
  // Whoever is unknown costs as much as who was known last, which is little here.
  (await daemon.login()).close();
  const texts = fc
    .sample(hostileLine, { seed: SEED, numRuns: 40 })
    .map((line) => line.toString('latin1').replaceAll(/[\r\n]/g, ''));
  await Promise.all(
    texts.map(async (text) => {
      const client = await ReplyCounter.connect(daemon.port);
      client.socket.write(Buffer.from(`USER x${text}\r\nPASS ${text}\r\n`, 'latin1'));
      await client.heard(3);
      expect(client.lastCode).toBe('530');
      client.socket.destroy();
    }),
  );
});

test('a line that is too long is answered once and ends the session', async () => {
  const before = descriptorCount(daemon.pid);
  for (const length of [4112, 10_000, 3_000_000]) {
    const client = await daemon.connect();
    client.send(`NOOP ${'x'.repeat(length)}\r\n`);
    const { code } = await client.reply();
    expect(code).toBeGreaterThanOrEqual(421);
    expect(await client.end()).toBe('');
    client.close();
  }
  await untilTrue('nothing is left open', () => descriptorCount(daemon.pid) <= before);
});

test.for(['GET / HTTP/1.1', 'POST /x HTTP/1.0', 'HEAD / HTTP/1.1'])('%s ends the session', async (line) => {
  const client = await daemon.connect();
  client.send(`${line}\r\nHost: a\r\n\r\n`);
  const heard = await client.end();
  expect(heard).not.toContain('230');
  expect(heard.split('\r\n').length).toBeLessThan(5);
  client.close();
});
