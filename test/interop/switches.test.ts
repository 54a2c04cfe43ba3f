// Switches that no other test compares: what each does, and what is without it, on the C server and on ours [server-options §2].
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { ours, type Side, sides } from '../support/programs.ts';
import { startDaemon } from '../support/servers.ts';
import { createUserDatabase } from '../support/user-database.ts';

const UID = 3001;
const BYTES = 30_000;

/** A running server, as a probe sees it. */
class Place {
  readonly port: number;
  readonly home: string;
  readonly isOurs: boolean;
  readonly #clients: RawClient[] = [];

  constructor(port: number, home: string, isOurs: boolean) {
    this.port = port;
    this.home = home;
    this.isOurs = isOurs;
  }

  /** A connection, and the code of what is said first; 0 when nobody listens there. */
  async greeted(host = '127.0.0.1'): Promise<number> {
    try {
      return (await (await this.#connect(host)).reply()).code;
    } catch {
      return 0; // the connection is refused: RawClient fails in no other way here
    }
  }

  /** A connection that has been greeted. */
  async client(): Promise<RawClient> {
    const client = await this.#connect('127.0.0.1');
    await client.reply();
    return client;
  }

  /** A session in binary. */
  async session(user: string): Promise<RawClient> {
    const client = await this.client();
    if ((await client.command(`USER ${user}`)).code === 331) await client.command('PASS golden');
    await client.command('TYPE I');
    return client;
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }

  async #connect(host: string): Promise<RawClient> {
    const client = await RawClient.connect(this.port, host);
    this.#clients.push(client);
    return client;
  }
}

interface Switch {
  readonly words: readonly string[];
  /** What shows that the switch is there, or is not. */
  readonly probe: (place: Place) => Promise<unknown>;
  readonly given: unknown;
  readonly absent: unknown;
  readonly everywhere?: boolean;
}

async function codes(client: RawClient, ...lines: readonly string[]): Promise<number[]> {
  const all: number[] = [];
  for (const line of lines) all.push((await client.command(line)).code);
  return all;
}

/** Whether the file takes its time, at 20 KiB a second. */
async function isSlow(place: Place, user: string): Promise<boolean> {
  const client = await place.session(user);
  const begun = performance.now();
  expect((await client.receive('RETR file')).data).toHaveLength(BYTES);
  return performance.now() - begun > 700;
}

/** What is said to a client beside others, of whom there is one at least. */
async function furtherConnection(place: Place): Promise<number> {
  // Whoever waited for the server to start may still be counted.
  await untilTrue('there is room for one', async () => (await place.greeted()) === 220);
  // The C server hears of the end of a session late, and may take the place of a new one for that of an old, more than once.
  const others = place.isOurs ? 1 : 4;
  for (let other = 1; other < others; other += 1) if ((await place.greeted()) !== 220) return 421;
  return place.greeted();
}

const SWITCHES: readonly Switch[] = [
  {
    words: ['-0'],
    // The file while another is uploaded into its place.
    probe: async (place) => {
      const client = await place.session('alice');
      const data = await client.passive();
      await client.command('STOR second');
      data.write('new');
      const file = join(place.home, 'second');
      const written = (): string =>
        readdirSync(place.home).find((name) => name.startsWith('.pureftpd-upload.')) ?? 'second';
      await untilTrue('it has come', () => statSync(join(place.home, written())).size === 3);
      const size = statSync(file).size;
      data.end();
      expect((await client.reply()).code).toBe(226);
      expect(readFileSync(file, 'latin1')).toBe('new');
      return size;
    },
    given: BYTES,
    absent: 3,
  },
  { words: ['-4'], everywhere: true, probe: (place) => place.greeted('::1'), given: 0, absent: 220 },
  {
    words: ['-b'],
    probe: async (place) => {
      const ftp = await codes(await place.client(), 'USER ftp');
      return [...ftp, ...(await codes(await place.session('alice'), 'EPSV'))];
    },
    given: [331, 500],
    absent: [230, 229],
  },
  {
    words: ['-C', '1'],
    probe: furtherConnection,
    given: 421,
    absent: 220,
  },
  {
    words: ['-c', '1'],
    probe: furtherConnection,
    given: 421,
    absent: 220,
  },
  { words: ['-e'], probe: async (place) => codes(await place.client(), 'USER alice'), given: [230], absent: [331] },
  { words: ['-E'], probe: async (place) => codes(await place.client(), 'USER ftp'), given: [331], absent: [230] },
  {
    words: ['-I', '7'],
    probe: async (place) => / 7 minutes/.test((await (await RawClient.connect(place.port)).reply()).text),
    given: true,
    absent: false,
  },
  {
    words: ['-k', '0.0001'],
    probe: async (place) => (await (await place.session('alice')).transmit('STOR new', 'x')).code,
    given: 552,
    absent: 226,
  },
  {
    words: ['-L', '3:1'],
    probe: async (place) => {
      const { data } = await (await place.session('alice')).receive('LIST -1 many');
      return String(data).split('\n').length - 1;
    },
    given: 3,
    absent: 4,
  },
  {
    words: ['-n', '1:1'],
    probe: async (place) => {
      const client = await place.session('alice');
      return [await client.transmit('STOR one', 'x'), await client.transmit('STOR two', 'x')].map(({ code }) => code);
    },
    given: [226, 552],
    absent: [226, 226],
  },
  {
    words: ['-p', '42100:42103'],
    probe: async (place) => /\|4210[0-3]\|/.test((await (await place.session('alice')).command('EPSV')).text),
    given: true,
    absent: false,
  },
  {
    words: ['-P', '192.0.2.9'],
    probe: async (place) => /\((.*?),\d+,\d+\)/.exec((await (await place.session('alice')).command('PASV')).text)?.[1],
    given: '192,0,2,9',
    absent: '127,0,0,1',
  },
  {
    words: ['-q', '1:2'],
    probe: async (place) => (await (await place.session('ftp')).receive('RETR file')).reply.code,
    given: 550,
    absent: 226,
  },
  {
    words: ['-Q', '1:2'],
    probe: async (place) => (await (await place.session('alice')).receive('RETR file')).reply.code,
    given: 550,
    absent: 226,
  },
  { words: ['-t', '20'], probe: (place) => isSlow(place, 'ftp'), given: true, absent: false },
  { words: ['-T', '20'], probe: (place) => isSlow(place, 'alice'), given: true, absent: false },
  {
    words: ['-U', '077:027'],
    probe: async (place) => {
      const client = await place.session('alice');
      await client.transmit('STOR new', 'x');
      await client.command('MKD dir');
      return ['new', 'dir'].map((name) => (statSync(join(place.home, name)).mode & 0o7777).toString(8));
    },
    given: ['700', '750'],
    absent: ['644', '755'],
  },
  {
    words: ['-W'],
    probe: async (place) => codes(await place.session('ftp'), 'PORT 127,0,0,9,200,1'),
    given: [200],
    absent: [500],
  },
  {
    words: ['-y', '1:0'],
    probe: async (place) => {
      await place.session('alice');
      return codes(await place.client(), 'USER alice', 'PASS golden');
    },
    given: [331, 421],
    absent: [331, 230],
  },
];

/** Starts a server, and answers what the probes of some switches find there. */
async function observed(side: Side, words: readonly string[], rows: readonly Switch[]): Promise<unknown[]> {
  using folder = tempFolder();
  chmodSync(folder.path, 0o755);
  const home = folder.file('home');
  for (const name of ['', 'many']) mkdirSync(join(home, name));
  for (const name of ['file', 'second', 'many/a', 'many/b', 'many/c', 'many/d'])
    writeFileSync(join(home, name), Buffer.alloc(BYTES));
  for (const name of ['', 'file', 'second']) chownSync(join(home, name), UID, UID);
  const user = { login: 'alice', password: 'golden', uid: UID, gid: UID, home };
  const args = ['-l', `puredb:${await createUserDatabase(folder.path, [user])}`, '-H', ...words];
  const everywhere = rows.some((row) => row.everywhere === true);
  await using server = await startDaemon(side, { args, anonymousHome: home, everywhere });
  const all: unknown[] = [];
  for (const { probe } of rows) {
    const place = new Place(server.port, home, side === ours);
    try {
      all.push(await probe(place));
    } finally {
      place.close();
    }
  }
  return all;
}

describeWith(['root', 'pure-ftpd'], 'switches', () => {
  for (const side of sides) {
    test.each(SWITCHES)(`${side.name}: $words`, async (row) => {
      expect(await observed(side, row.words, [row])).toEqual([row.given]);
    });

    test(`${side.name}: without any of them`, async () => {
      // Ours needs no -0 to do what it does.
      const words = side.name === 'ours' ? ['--write-in-place'] : [];
      expect(await observed(side, words, SWITCHES)).toEqual(SWITCHES.map(({ absent }) => absent));
    });

    test(`${side.name}: -S listens at one address, or at all of them`, async () => {
      for (const everywhere of [true, false]) {
        await using server = await startDaemon(side, { args: ['-E', '-l', 'puredb:/nosuch'], everywhere });
        const place = new Place(server.port, '', side === ours);
        expect(await place.greeted('127.0.0.2')).toBe(everywhere ? 220 : 0);
        place.close();
      }
    });

    test.each([
      { words: [], greeting: false, login: false, overIPv6: true },
      { words: ['-W'], greeting: true, login: false, overIPv6: true },
      { words: ['-w', '-4'], greeting: false, login: true, overIPv6: false },
    ])(`${side.name}: what is said of FXP and IPv6 with $words`, async ({ words, greeting, login, overIPv6 }) => {
      using folder = tempFolder();
      chmodSync(folder.path, 0o755);
      const user = { login: 'alice', password: 'golden', uid: UID, gid: UID, home: folder.path };
      const args = ['-E', '-l', `puredb:${await createUserDatabase(folder.path, [user])}`, ...words];
      await using server = await startDaemon(side, { args, everywhere: true });
      const client = await RawClient.connect(server.port);
      const said = (await client.reply()).text;
      expect([/FXP/.test(said), /IPv6/.test(said)]).toEqual([greeting, overIPv6]);
      await client.command('USER alice');
      expect(/FXP/.test((await client.command('PASS golden')).text)).toBe(login);
      client.close();
      if (!overIPv6) return;
      const other = await RawClient.connect(server.port, '::1');
      expect((await other.reply()).text).not.toContain('IPv6');
      other.close();
    });

    test(`${side.name}: -l is asked in order, and only what is given`, async () => {
      using folder = tempFolder();
      chmodSync(folder.path, 0o755);
      const databases: string[] = [];
      for (const login of ['alice', 'bob']) {
        mkdirSync(folder.file(login));
        const user = { login, password: 'golden', uid: UID, gid: UID, home: folder.file(login) };
        databases.push(await createUserDatabase(folder.file(login), [user]));
      }
      const methods = databases.map((file) => ['-l', `puredb:${file}`]);
      for (const [args, code] of [
        [methods.flat(), 230],
        [methods[0] ?? [], 530],
      ] as const) {
        await using server = await startDaemon(side, { args: ['-E', ...args] });
        const client = await RawClient.connect(server.port);
        await client.reply();
        expect(await codes(client, 'USER bob', 'PASS golden')).toEqual([331, code]);
        client.close();
      }
    });
  }
});
