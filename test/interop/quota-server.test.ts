// Our server keeps the quota of an account with many clients, as a fresh count of the C tool finds it [spec interop.md rows 26 to 29].
import { chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { peerPath, tempFolder, type TempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { buildDatabase } from '@pure-ftpd/puredb';
import { RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { runProgram } from '../support/program.ts';
import { c, ours, type Side, sides } from '../support/programs.ts';
import { startDaemon } from '../support/servers.ts';

/** The password `golden`. */
const HASH = '$1$golden00$DPibADmVwkcjtPf6igkkJ.';
/** Whom `pure-quotacheck -u` finds. */
const UID = 65_534;
const CLIENTS = 20;
/** How long they go on while others count, in seconds, for both programs together. */
const COUNTED_SECONDS = soak(4, 240);
/** Steps of each client. */
const STEPS = soak(15, 300);

async function login(port: number): Promise<RawClient> {
  const client = await RawClient.login(port, 'alice', 'golden');
  await client.command('TYPE I');
  return client;
}

async function upload(client: RawClient, name: string, bytes: number): Promise<void> {
  const data = await client.passive();
  // It is reset when the quota ends the upload.
  data.on('error', () => undefined);
  const { code } = await client.command(`STOR ${name}`);
  if (code === 150) {
    data.end(Buffer.alloc(bytes));
    await client.reply();
  }
  data.destroy();
}

/**
 * Uploads, replaces, renames, removes, makes directories; the same for the same seed.
 * @param end When to stop, as `performance.now()` has it; after a number of steps where it is not given.
 */
async function session(port: number, id: number, end?: number): Promise<void> {
  const client = await login(port);
  let state = id + 1;
  const next = (bound: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % bound;
  };
  for (let step = 0; end === undefined ? step < STEPS : performance.now() < end; step += 1) {
    // Some names are shared by all.
    const name = next(3) === 0 ? `shared${next(5)}` : `c${id}-${next(6)}`;
    const kind = next(10);
    if (kind < 5) await upload(client, name, next(40_000));
    else if (kind < 8) await client.command(`DELE ${name}`);
    else if (kind < 9) {
      await client.command(`RNFR ${name}`);
      await client.command(`RNTO c${id}-${next(6)}`);
    } else {
      await client.command(`MKD d${id}`);
      await client.command(`RMD d${id}`);
    }
  }
  await client.command('QUIT');
  client.close();
}

function runClients(port: number): Promise<void[]> {
  return Promise.all(Array.from({ length: CLIENTS }, (_, id) => session(port, id)));
}

/** The code of a reply, and how many lines it has. */
function lines(reply: { readonly code: number; readonly text: string }): string {
  return `${reply.code} ${reply.text.trimEnd().split(/\r?\n/).length}`;
}

describeWith(['root', 'pure-ftpd', 'pure-quotacheck'], 'the quota of one account on our server', () => {
  let folder: TempFolder;
  let home: string;
  beforeEach(() => {
    folder = tempFolder();
    home = folder.file('home');
    mkdirSync(home);
    chownSync(home, UID, UID);
  });
  afterEach(() => folder.remove());

  const recorded = (): string => readFileSync(join(home, '.ftpquota'), 'latin1');

  async function check(): Promise<void> {
    expect(await runProgram(peerPath('pure-quotacheck'), ['-u', 'nobody', '-d', home])).toMatchObject({ status: 0 });
  }

  async function counted(): Promise<string> {
    const before = recorded();
    await check();
    const fresh = recorded();
    writeFileSync(join(home, '.ftpquota'), before);
    return fresh;
  }

  async function start(side: Side, quota: string): ReturnType<typeof startDaemon> {
    writeFileSync(folder.file('text'), `alice:${HASH}:${UID}:${UID}::${home}/./::::::${quota}\n`);
    await buildDatabase(folder.file('text'), folder.file('db'));
    return startDaemon(side, { args: ['-l', `puredb:${folder.file('db')}`, '-E', '-C', '60'], separated: true });
  }

  test('is what a fresh count finds, after 20 clients', async () => {
    await using daemon = await start(ours, '60:700000');
    await runClients(daemon.port);
    expect(recorded()).toBe(await counted());
    const [files = 0, bytes = 0] = recorded().split(' ').map(Number);
    expect(files).toBeLessThanOrEqual(60);
    expect(files).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(700_000);
    expect(readdirSync(home).filter((name) => name.startsWith('.pureftpd'))).toEqual([]);
  });

  test.each(sides)(
    'is that, too, when pure-quotacheck of $name counts again and again meanwhile',
    { timeout: COUNTED_SECONDS * 1000 + 180_000 },
    async (side) => {
      await using daemon = await start(ours, '60:700000');
      const end = performance.now() + COUNTED_SECONDS * 500;
      const clients = Promise.all(Array.from({ length: CLIENTS }, (_, id) => session(daemon.port, id, end)));
      let counts = 0;
      while (performance.now() < end) {
        const { status } = await runProgram(side.program('pure-quotacheck'), ['-u', 'nobody', '-d', home]);
        if (status === 0) counts += 1;
      }
      await clients;
      expect(counts).toBeGreaterThan(0);
      const stored = readdirSync(home).filter((name) => name !== '.ftpquota');
      const bytes = stored.reduce((sum, name) => sum + statSync(join(home, name)).size, 0);
      // The clients may have heard of the last goodbye before it is counted.
      await untilTrue('the file is right', () => recorded() === `${stored.length} ${bytes}\n`);
      expect(await counted()).toBe(recorded());
    },
  );

  /** What a server answers to a script, and what is recorded after each line. */
  async function script(side: Side): Promise<string[]> {
    await using daemon = await start(side, '3:100000');
    const seen: string[] = [];
    const first = await RawClient.connect(daemon.port);
    await first.reply();
    await first.command('USER alice');
    seen.push(`PASS ${lines(await first.command('PASS golden'))}`);
    const client = await login(daemon.port);
    const store = async (line: string, bytes: number): Promise<void> => {
      seen.push(`${line} ${lines(await client.transmit(line, Buffer.alloc(bytes)))} ${recorded().trimEnd()}`);
    };
    const command = async (line: string): Promise<void> => {
      seen.push(`${line} ${lines(await client.command(line))} ${recorded().trimEnd()}`);
    };
    await store('STOR a', 1000);
    await store('STOR a', 400);
    await store('APPE a', 600);
    await command('MKD d');
    await command('RMD d');
    await command('RMD d');
    await command('MKD d');
    await store('STOR d/b', 5000);
    await command('MKD e');
    await command('STOR c');
    await command('ALLO 10');
    await client.command('RNFR a');
    await command('RNTO d/b');
    await command('ALLO 98000');
    await command('ALLO 100000');
    await command('DELE d/b');
    await command('DELE nosuch');
    for (const name of ['.ftpquota', 'x.ftpquota.y', '.pureftpd-x'])
      for (const verb of ['RETR', 'STOR', 'DELE', 'CWD', 'MKD', 'RNFR']) await command(`${verb} ${name}`);
    await command('SIZE .ftpquota');
    first.close();
    client.close();
    return seen;
  }

  test('is answered as by the C server: codes, and how many lines', async () => {
    const theirs = await script(c);
    folder.remove();
    folder = tempFolder();
    home = folder.file('home');
    mkdirSync(home);
    chownSync(home, UID, UID);
    expect(await script(ours)).toEqual(theirs);
  });
});
