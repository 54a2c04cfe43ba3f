// However an upload ends, the quota file says what is on the disk: it is compared with what pure-quotacheck would count.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';

import { recount } from '@pure-ftpd/quota';
import { type RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { inOneProcess, isRoot, Place, RunningDaemon } from '../testing/running-daemon.ts';

const MEGABYTE = 1_048_576;
const HALF = MEGABYTE / 2;
/** More than one step of what is charged. */
const COMPLETE = 3_000_001;
/** What the disks hold that are to be filled. */
const DISK = 4 * MEGABYTE;

/** How uploads are begun; each account has a file `old`. */
const LINES: readonly (readonly string[])[] = [
  ['STOR new'],
  ['STOR old'],
  ['APPE old'],
  ['APPE new'],
  ['STOU'],
  ['REST 1000', 'STOR old'],
];

/** An account of its own, with a session. */
interface Account {
  readonly client: RawClient;
  readonly home: string;
}

/** Has an upload begun and ended. */
type Ending = (account: Account, line: readonly string[]) => Promise<void>;

let place: Place;
let daemon: RunningDaemon;
let mounted: string[];
beforeEach(() => {
  place = new Place();
  mounted = [];
});
afterEach(async () => {
  await daemon.stop();
  for (const home of mounted) shell('umount "$0"', home);
  place.remove();
});

const shell = (script: string, argument: string): Buffer => execFileSync('sh', ['-c', script, argument]);
const recorded = (home: string): string => readFileSync(path.join(home, '.ftpquota'), 'latin1').trim();
const names = (home: string): string[] => readdirSync(home).filter((name) => name !== '.ftpquota');

/** What is on the disk, as pure-quotacheck counts it. */
async function counted(home: string): Promise<string> {
  const root = openSync(home, 'r');
  try {
    const { usage } = await recount(root);
    return `${usage.files} ${usage.bytes}`;
  } finally {
    closeSync(root);
  }
}

/** Begins an upload; the last reply is still to come. */
async function open({ client }: Account, line: readonly string[]): Promise<Socket> {
  const data = await client.passive();
  data.on('error', () => undefined);
  for (const command of line) expect((await client.command(command)).code).toBeLessThan(400);
  return data;
}

/** Begins an upload, and goes on when half a megabyte of it is on the disk. */
async function begin(account: Account, line: readonly string[]): Promise<Socket> {
  const data = await open(account, line);
  data.write(Buffer.alloc(HALF, 'x'));
  // Of a file that is cut the old content goes first.
  const last = (): number => Math.max(...names(account.home).map((name) => sizeWritten(account.home, name)));
  await untilTrue('it has arrived', () => last() >= HALF && recorded(account.home) !== before);
  return data;
}

const before = `1 ${MEGABYTE}`;
const sizeWritten = (home: string, name: string): number => statSync(path.join(home, name)).blocks * 512;

const ENDINGS: Readonly<Record<string, Ending>> = {
  async complete(account, line) {
    const data = await open(account, line);
    data.end(Buffer.alloc(COMPLETE));
    expect((await account.client.reply()).code).toBe(226);
  },
  async aborted(account, line) {
    await begin(account, line);
    await account.client.command('ABOR');
    await account.client.reply();
  },
  async reset(account, line) {
    const data = await begin(account, line);
    data.resetAndDestroy();
    await account.client.reply();
  },
  async 'left alone'(account, line) {
    const data = await begin(account, line);
    account.client.socket.resetAndDestroy();
    data.resetAndDestroy();
    await daemon.logged(new RegExp(`${path.basename(account.home)}@.*Logout`));
  },
  async 'ended by the quota'(account, line) {
    const data = await open(account, line);
    data.end(Buffer.alloc(20_000_000));
    expect((await account.client.reply()).code).toBe(552);
  },
};

/** Starts a daemon with an account for each of so many uploads, each with a megabyte that is there. */
async function start(accounts: number, words: readonly string[]): Promise<(index: number) => Promise<Account>> {
  const homes = Array.from({ length: accounts }, (_, index) => path.join(place.home, `u${index}`));
  for (const home of homes) {
    if (!mounted.includes(home)) mkdirSync(home);
    place.give(home);
  }
  await place.users(Object.fromEntries(homes.map((_, index) => [`u${index}`, `HOME/u${index}/./::::::50:10000000`])));
  daemon = await RunningDaemon.start(place, ['-E', ...words]);
  return async (index) => {
    const client = await daemon.session(`u${index}`);
    await client.command('TYPE I');
    expect((await client.transmit('STOR old', Buffer.alloc(MEGABYTE, 'o'))).code).toBe(226);
    return { client, home: homes[index] ?? '' };
  };
}

/** Declares tests that mount disks of their own. */
function asRoot(declare: () => void): void {
  if (isRoot) declare();
}

const cases = Object.entries(ENDINGS).flatMap(([name, end]) => LINES.map((line) => ({ name, end, line })));

test.each([[[]], [['--write-in-place']], ...soak([], [[['-r']]])])(
  'is in balance however an upload ends (%s)',
  async (words) => {
    const account = await start(cases.length, words);
    for (const [index, { name, end, line }] of cases.entries()) {
      const own = await account(index);
      await end(own, line);
      const said = recorded(own.home);
      expect.soft({ name, line, said }).toEqual({ name, line, said: await counted(own.home) });
      own.client.close();
    }
  },
  120_000,
);

inOneProcess(() => {
  test.each([[[]], [['--write-in-place']]])(
    'is in balance after uploads that died with their server (%s)',
    async (words) => {
      const account = await start(LINES.length, words);
      const all: Account[] = [];
      for (const [index, line] of LINES.entries()) {
        const own = await account(index);
        all.push(own);
        await begin(own, line);
        // Between the charge and the write no two files can be changed in one step: what is at rest is looked at.
        await untilTrue('it is charged', async () => recorded(own.home) === (await counted(own.home)));
      }
      await daemon.stop('SIGKILL');
      for (const [index, { home }] of all.entries()) {
        const said = recorded(home);
        expect.soft({ line: LINES[index], said }).toEqual({ line: LINES[index], said: await counted(home) });
      }
    },
    120_000,
  );
});

asRoot(() => {
  test.each([[[]], [['--write-in-place']]])(
    'is in balance on a disk that is full, and nothing is left charged (%s)',
    async (words) => {
      for (const index of LINES.keys()) {
        const home = path.join(place.home, `u${index}`);
        mkdirSync(home);
        shell(`mount -t tmpfs -o size=${DISK} tmpfs "$0"`, home);
        mounted.push(home);
      }
      const account = await start(LINES.length, words);
      for (const [index, line] of LINES.entries()) {
        const own = await account(index);
        const data = await open(own, line);
        data.end(Buffer.alloc(DISK + HALF));
        expect((await own.client.reply()).code).toBeGreaterThan(400);
        const said = recorded(own.home);
        expect.soft({ line, said }).toEqual({ line, said: await counted(own.home) });
        for (const name of names(own.home)) await own.client.command(`DELE ${name}`);
        expect.soft({ line, said: recorded(own.home) }).toEqual({ line, said: '0 0' });
      }
    },
    120_000,
  );

  test.each([[[]], [['--write-in-place']]])(
    'makes no file where the quota file cannot be written (%s)',
    async (words) => {
      const home = path.join(place.home, 'u0');
      mkdirSync(home);
      shell(`mount -t tmpfs -o size=${DISK} tmpfs "$0"`, home);
      mounted.push(home);
      place.give(home);
      // Nothing is used, by a file that takes no place yet; and there is none.
      shell(
        'cd "$0" && : > .ftpquota && chown --reference=. .ftpquota && cat /dev/zero > fill 2> fill.err || rm fill.err',
        home,
      );
      await place.users({ u0: 'HOME/u0/./::::::50:10000000' });
      daemon = await RunningDaemon.start(place, ['-E', ...words]);
      const client = await daemon.session('u0');
      for (const verb of ['STOR', 'APPE']) {
        await client.passive();
        expect((await client.command(`${verb} new`)).code).toBeGreaterThan(400);
        expect(names(home)).toEqual(['fill']);
      }
    },
    120_000,
  );
});
