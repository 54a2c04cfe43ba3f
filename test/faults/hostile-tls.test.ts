import { writeFileSync } from 'node:fs';
import tls from 'node:tls';

import { makeCertificate } from '@pure-ftpd/x509';
import { type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { Daemon, LOGIN, PASSWORD } from '../support/daemon.ts';
import { descriptorCount, residentMiB } from '../support/process-usage.ts';
import { attack } from './hostile-tls.ts';

/** How long the clients go on. */
const SECONDS = soak(8, 600);
const CLIENTS = 200;

/** Between two visits of somebody who means well, in milliseconds. */
const VISIT_EVERY = 250;

/** How long such a visit may take on a busy machine, in milliseconds. */
const VISIT_LIMIT = 60_000;

/** Memory the daemon may hold more at the end than after the first half, in MiB. */
const GROWTH_MIB = 48;

/** Passive listeners that come with time, and are kept. */
const SPARE_DESCRIPTORS = 8;

let folder: TempFolder;
let daemon: Daemon;
beforeEach(async () => {
  folder = tempFolder();
  const { certificate, key } = makeCertificate({ names: ['localhost'] });
  writeFileSync(folder.file('server.pem'), certificate + key);
  daemon = await Daemon.start({ args: ['-Y', '1', '-2', folder.file('server.pem')] });
});
afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
  folder.remove();
});

/** Logs in over TLS, uploads and looks. Answers how long it took, in milliseconds. */
async function visit(): Promise<number> {
  const started = performance.now();
  const plain = await daemon.connect();
  expect((await plain.command('AUTH TLS')).code).toBe(234);
  const client = RawClient.over(tls.connect({ socket: plain.socket, rejectUnauthorized: false }));
  try {
    expect((await client.command(`USER ${LOGIN}`)).code).toBe(331);
    expect((await client.command(`PASS ${PASSWORD}`)).code).toBe(230);
    expect((await client.command('PWD')).code).toBe(257);
    expect((await client.command('STAT .')).code).toBe(213);
    expect((await client.command('QUIT')).code).toBe(221);
  } finally {
    client.close();
  }
  return performance.now() - started;
}

test(
  `${CLIENTS} clients with random bytes, half handshakes and renegotiations for ${SECONDS} s disturb nobody`,
  async () => {
    await visit();
    const before = descriptorCount(daemon.pid);
    const end = performance.now() + SECONDS * 1000;
    let attacks = 0;
    let middle = 0;
    const attackers = Array.from({ length: CLIENTS }, async (_, index) => {
      const target = { port: daemon.port, from: `127.0.1.${1 + (index % 250)}`, dally: 3 };
      while (performance.now() < end) {
        await attack(target, index + attacks);
        attacks += 1;
      }
    });
    const visits: number[] = [];
    while (performance.now() < end) {
      visits.push(await visit());
      if (middle === 0 && performance.now() > end - SECONDS * 500) middle = residentMiB(daemon.pid);
      await new Promise((resolve) => setTimeout(resolve, VISIT_EVERY));
    }
    await Promise.all(attackers);
    const slowest = Math.max(...visits);
    process.stdout.write(
      `${attacks} attacks, ${visits.length} visits, the slowest took ${slowest.toFixed(0)} ms, memory ${middle.toFixed(0)} to ${residentMiB(daemon.pid).toFixed(0)} MiB\n`,
    );
    expect(attacks).toBeGreaterThan(CLIENTS);
    expect(slowest).toBeLessThan(VISIT_LIMIT);
    await untilTrue('nothing of them is left', () => descriptorCount(daemon.pid) <= before + SPARE_DESCRIPTORS);
    expect(residentMiB(daemon.pid) - middle).toBeLessThan(GROWTH_MIB);
    await visit();
  },
  SECONDS * 1000 + 60_000,
);
