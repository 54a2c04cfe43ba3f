// Switches about what users may do [server-behaviour §5, §8]: what each does, what is without it, on the C server and on ours.
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { type Side, sides } from '../support/programs.ts';
import { startDaemon } from '../support/servers.ts';
import { createUserDatabase } from '../support/user-database.ts';

type Who = 'alice' | 'ftp';
/** Who says what, and the code of the answer. */
type Row = readonly [who: Who, command: string, code: number];

const WITHOUT: readonly Row[] = [
  ['alice', 'RNFR file', 350],
  ['alice', 'DELE victim', 250],
  ['alice', 'RMD empty', 250],
  ['alice', 'PASV', 227],
  ['alice', 'EPSV', 229],
  ['alice', 'SITE CHMOD 644 file', 200],
  ['alice', 'MFMT 20200101000000 file', 213],
  ['alice', 'RETR .hidden', 226],
  ['alice', 'CWD .dir', 250],
  ['alice', 'CWD /', 250],
  ['alice', 'STOR .new', 226],
  ['alice', 'SITE CHMOD 644 .hidden', 200],
  ['alice', 'MFMT 20200101000000 .hidden', 213],
  ['alice', 'MKD .made', 257],
  ['alice', 'RNFR .hidden', 350],
  ['alice', 'DELE .victim', 250],
  ['alice', 'SIZE .hidden', 213],
  ['ftp', 'RETR file', 226],
  ['ftp', 'RETR .hidden', 553],
  ['ftp', 'CWD .dir', 553],
  ['ftp', 'STOR new', 226],
  ['ftp', 'STOR .another', 553],
  ['ftp', 'MKD made', 550],
];

/** What is different with a switch, and what with it only on ours. */
const SWITCHES: readonly (readonly [words: readonly string[], rows: readonly Row[], onOurs?: readonly Row[]])[] = [
  [
    ['-G'],
    [
      ['alice', 'RNFR file', 550],
      ['alice', 'RNFR .hidden', 550],
    ],
  ],
  [
    ['-i'],
    [
      ['ftp', 'STOR new', 550],
      ['ftp', 'STOR .another', 550],
    ],
  ],
  [
    ['-K'],
    [
      ['alice', 'DELE victim', 550],
      ['alice', 'DELE .victim', 550],
    ],
    // As it is documented.
    [
      ['alice', 'RNFR file', 550],
      ['alice', 'RNFR .hidden', 550],
    ],
  ],
  [['-M'], [['ftp', 'MKD made', 257]]],
  [
    ['-R'],
    [
      ['alice', 'SITE CHMOD 644 file', 550],
      ['alice', 'SITE CHMOD 644 .hidden', 550],
    ],
  ],
  [
    ['-x'],
    [
      ['alice', 'STOR .new', 553],
      ['alice', 'SITE CHMOD 644 .hidden', 553],
      ['alice', 'MFMT 20200101000000 .hidden', 553],
      ['alice', 'MKD .made', 553],
      ['alice', 'RNFR .hidden', 553],
      ['alice', 'DELE .victim', 553],
    ],
  ],
  [
    ['-z'],
    [
      ['ftp', 'RETR .hidden', 226],
      ['ftp', 'CWD .dir', 250],
    ],
  ],
  [
    ['-m', '0.00001'],
    [
      ['ftp', 'RETR file', 550],
      ['ftp', 'RETR .hidden', 550],
    ],
  ],
];

function makeHome(home: string): void {
  mkdirSync(home);
  for (const name of ['.dir', 'empty']) mkdirSync(join(home, name));
  for (const name of ['file', 'victim', '.hidden', '.victim']) writeFileSync(join(home, name), name);
  for (const name of ['', '.dir', 'empty', 'file', 'victim', '.hidden', '.victim']) {
    chownSync(join(home, name), 3001, 3001);
  }
}

async function withServer(
  side: Side,
  words: readonly string[],
  body: (session: (who: Who) => Promise<RawClient>, port: number, home: string) => Promise<void>,
): Promise<void> {
  using folder = tempFolder();
  chmodSync(folder.path, 0o755);
  const home = folder.file('home');
  makeHome(home);
  const user = { login: 'alice', password: 'golden', uid: 3001, gid: 3001, home };
  const database = await createUserDatabase(folder.path, [user]);
  const args = ['-l', `puredb:${database}`, '-H', ...words];
  await using server = await startDaemon(side, { args, anonymousHome: home });
  const clients: RawClient[] = [];
  const session = async (who: Who): Promise<RawClient> => {
    const client = await RawClient.connect(server.port);
    clients.push(client);
    await client.reply();
    await client.command(`USER ${who}`);
    if (who === 'alice') await client.command('PASS golden');
    return client;
  };
  try {
    await body(session, server.port, home);
  } finally {
    for (const client of clients) client.close();
  }
}

async function codeOf(client: RawClient, command: string): Promise<number> {
  if (command.startsWith('STOR')) return (await client.transmit(command, 'x')).code;
  if (command.startsWith('RETR')) return (await client.receive(command)).reply.code;
  return (await client.command(command)).code;
}

async function codes(session: (who: Who) => Promise<RawClient>): Promise<readonly Row[]> {
  const clients = { alice: await session('alice'), ftp: await session('ftp') };
  const rows: Row[] = [];
  for (const [who, command] of WITHOUT) rows.push([who, command, await codeOf(clients[who], command)]);
  return rows;
}

function changed(rows: readonly Row[]): readonly Row[] {
  return WITHOUT.map((row) => rows.find(([who, command]) => who === row[0] && command === row[1]) ?? row);
}

const EACH = SWITCHES.map(([words, rows, onOurs = []]) => [words, rows, onOurs] as const);

describeWith(['root', 'pure-ftpd'], 'what users may do', () => {
  for (const side of sides) {
    test(`${side.name}: without a switch`, async () => {
      await withServer(side, [], async (session, port) => {
        expect(await codes(session)).toEqual(WITHOUT);
        const { data } = await (await session('alice')).receive('LIST');
        expect(String(data)).not.toContain('.hidden');
        const client = await RawClient.connect(port);
        await client.reply();
        expect((await client.command('USER alice')).code).toBe(331);
        client.close();
      });
    });

    test.each(EACH)(`${side.name}: %j`, async (words, rows, onOurs) => {
      await withServer(side, words, async (session) => {
        expect(await codes(session)).toEqual(changed(side.name === 'ours' ? [...rows, ...onOurs] : rows));
      });
    });

    test(`${side.name}: -X`, async () => {
      await withServer(side, ['-X'], async (session) => {
        const alice = await session('alice');
        for (const [command, code] of [
          ['RETR .hidden', 553],
          ['CWD .dir', 553],
          ['STOR .new', 553],
          ['SIZE .hidden', 213],
          ['RETR file', 226],
        ] as const)
          expect([command, await codeOf(alice, command)]).toEqual([command, code]);
      });
    });

    test(`${side.name}: -s, and without it`, async () => {
      for (const [words, code] of [
        [['-s'], 550],
        [[], 226],
      ] as const) {
        await withServer(side, words, async (session, _port, home) => {
          writeFileSync(join(home, 'approved'), '');
          const ftp = await session('ftp');
          expect((await ftp.transmit('STOR new', 'x')).code).toBe(226);
          expect((await ftp.receive('RETR new')).reply.code).toBe(code);
          expect((await ftp.receive('RETR approved')).reply.code).toBe(226);
          expect((await (await session('alice')).receive('RETR new')).reply.code).toBe(226);
        });
      }
    });

    test(`${side.name}: -r, and without it`, async () => {
      const stored = ['file', 'file', 'empty', 'link', 'free'];
      for (const [words, contents] of [
        [
          ['-r'],
          { file: 'file', 'file.1': '0', 'file.2': 'there', 'file.3': '1', 'empty.1': '2', 'link.1': '3', free: '4' },
        ],
        [[], { file: '1', 'file.2': 'there', free: '4' }],
      ] as const) {
        await withServer(side, words, async (session, _port, home) => {
          writeFileSync(join(home, 'file.2'), 'there');
          symlinkSync('file', join(home, 'link'));
          const alice = await session('alice');
          await alice.command('TYPE I');
          for (const [index, name] of stored.entries()) await alice.transmit(`STOR ${name}`, String(index));
          const files = readdirSync(home).filter((name) => /^(?:file|empty\.|link\.|free)/.test(name));
          expect(Object.fromEntries(files.map((name) => [name, readFileSync(join(home, name), 'latin1')]))).toEqual(
            contents,
          );
          // What is continued is not stored beside what is there. (With -r the C server begins an APPE at the start.)
          expect((await alice.transmit('APPE victim', 'more')).code).toBe(226);
          await alice.command('REST 3');
          expect((await alice.transmit('STOR victim', 'rest')).code).toBe(226);
          const begun = side.name === 'C' && words.length > 0 ? 'mor' : 'vic';
          expect(readFileSync(join(home, 'victim'), 'latin1')).toBe(`${begun}rest`);
          // What anonymous users bring changes nothing either.
          const ftp = await session('ftp');
          expect((await ftp.transmit('STOR file', 'x')).code).toBe(words.length === 0 ? 550 : 226);
        });
      }
    });

    test(`${side.name}: -Z, and without it`, async () => {
      for (const [words, modes] of [
        [['-Z'], [0o640, 0o710]],
        [[], [0o040, 0o010]],
      ] as const) {
        await withServer(side, words, async (session, _port, home) => {
          const alice = await session('alice');
          for (const command of ['SITE CHMOD 040 file', 'SITE CHMOD 010 empty'])
            expect((await alice.command(command)).code).toBe(200);
          expect(['file', 'empty'].map((name) => statSync(join(home, name)).mode & 0o7777)).toEqual(modes);
        });
      }
    });

    test(`${side.name}: .banner and .message are said`, async () => {
      await withServer(side, [], async (session, port, home) => {
        writeFileSync(join(home, '.banner'), `one\u0001\n\n${'x'.repeat(600)}\r\n`);
        writeFileSync(join(home, '.dir', '.message'), 'hello\nthere');
        // The C server of Debian, 1.0.50, says control characters as they are.
        const banner = [side.name === 'ours' ? 'one_' : 'one\u0001', '', 'x'.repeat(511), 'x'.repeat(89)];
        const alice = await RawClient.connect(port);
        await alice.reply();
        await alice.command('USER alice');
        const { lines } = await alice.command('PASS golden');
        expect(lines.slice(-4).map((line) => line.slice(4))).toEqual(banner);
        const ftp = await RawClient.connect(port);
        await ftp.reply();
        const { lines: anonymous } = await ftp.command('USER ftp');
        expect(anonymous.slice(-5, -1).map((line) => line.slice(4))).toEqual(banner);
        ftp.close();
        expect((await alice.command('CWD .dir')).lines.slice(0, 2)).toEqual(['250-hello', '250-there']);
        expect((await alice.command('CDUP')).lines).toHaveLength(1);
        expect((await alice.command('CWD empty')).lines).toHaveLength(1);
        alice.close();
        (await session('alice')).close();
      });
    });

    test(`${side.name}: -F, a file that can be used, and one that cannot`, async () => {
      using folder = tempFolder();
      chmodSync(folder.path, 0o755);
      const fortunes = folder.file('fortunes');
      writeFileSync(fortunes, '\n\none  \ntwo\n%\n');
      for (const [mode, lines] of [
        [0o644, 3],
        [0o640, undefined],
      ] as const) {
        chmodSync(fortunes, mode);
        await withServer(side, ['-F', fortunes, '-E'], async (_session, port) => {
          const client = await RawClient.connect(port);
          const greeting = (await client.reply()).lines;
          client.close();
          if (lines === undefined) expect(greeting.join()).not.toContain('two');
          else expect([greeting.slice(0, 2), greeting.length]).toEqual([['220-one  ', '220-two'], lines]);
        });
      }
    });

    test(`${side.name}: -N`, async () => {
      await withServer(side, ['-N'], async (session) => {
        const alice = await session('alice');
        for (const command of ['PASV', 'P@SW', 'EPSV', 'ESTA']) expect((await alice.command(command)).code).toBe(500);
        const active = await alice.active();
        expect(active.reply.code).toBe(200);
        alice.send('RETR file\r\n');
        expect((await alice.reply()).code).toBe(150);
        (await active.connection).resume();
        expect((await alice.reply()).code).toBe(226);
        active.close();
      });
    });

    test(`${side.name}: -D`, async () => {
      await withServer(side, ['-D'], async (session) => {
        const alice = await session('alice');
        for (const command of ['LIST', 'LIST -l', 'LIST .']) {
          expect(String((await alice.receive(command)).data)).toContain('.hidden');
        }
        expect((await alice.command('STAT .')).text).toContain('.hidden');
      });
    });

    test(`${side.name}: virtual hosts: another folder for anonymous users of another address, and none without it`, async () => {
      using folder = tempFolder();
      chmodSync(folder.path, 0o755);
      makeHome(folder.file('home'));
      await using server = await startDaemon(side, {
        args: ['-H', '-l', 'puredb:/nosuch'],
        everywhere: true,
        anonymousHome: folder.file('home'),
        virtualHosts: { '127.0.0.2/other': 'there', 'other-name/file': '' },
      });
      for (const [address, name, log] of [
        ['127.0.0.1', 'file', `Anonymous user logged in\n`],
        ['127.0.0.2', 'other', 'Anonymous user logged in the virtual FTP: 127.0.0.2\n'],
        ['127.0.0.3', 'file', `Anonymous user logged in\n`],
      ] as const) {
        const client = await RawClient.connect(server.port, address);
        await client.reply();
        expect((await client.command('USER ftp')).code).toBe(230);
        expect((await client.command('PWD')).text).toContain('"/"');
        expect(String((await client.receive('NLST')).data)).toContain(name);
        expect((await client.receive(`RETR ${name}`)).reply.code).toBe(226);
        expect((await client.command('SIZE ../pure-ftpd')).code).toBe(550);
        client.close();
        // The C server has a log of the system only.
        if (side.name === 'ours') await untilTrue('it is logged', () => server.process.output.includes(log));
      }
      if (side.name === 'ours') expect(server.process.output).toContain('[NOTICE] 127.0.0.2://other downloaded');
    });

    test.each([
      ['127.0.0.1', 331],
      ['127.0.0.9', 230],
    ])(`${side.name}: -V %s`, async (address, code) => {
      await withServer(side, ['-V', address], async (_, port) => {
        const client = await RawClient.connect(port);
        await client.reply();
        expect((await client.command('USER alice')).code).toBe(code);
        client.close();
      });
    });
  }
});
