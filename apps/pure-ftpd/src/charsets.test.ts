// Character sets of names: --fscharset, --clientcharset, --ignore-opts-utf8 and OPTS UTF8 [charsets §3, §4].
import { chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { encodeName } from '@pure-ftpd/protocol';
import { RawClient } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';

import { isRoot, PASSWORD, Place, RunningDaemon, runProgram } from './testing/running-daemon.ts';
import { SeparatedPlace } from './testing/separated-server.ts';

/** Text as its bytes in UTF-8, a character for each. */
function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}

async function names(client: RawClient): Promise<string[]> {
  const listed = (await client.receive('LIST')).data.toString('latin1').split('\r\n').slice(0, -1);
  return listed.map((line) => line.split(' ').at(-1) ?? '');
}

/** Names in a folder, byte for byte. */
function disk(folder: string): string[] {
  return readdirSync(Buffer.from(folder), { encoding: 'buffer' })
    .map((name) => name.toString('latin1'))
    .toSorted();
}

async function logIn(client: RawClient): Promise<void> {
  await client.command('USER alice');
  expect((await client.command(`PASS ${PASSWORD}`)).code).toBe(230);
}

describe('with --fscharset and --clientcharset', () => {
  let place: Place;
  let server: RunningDaemon;

  beforeEach(async () => {
    place = new Place();
    await place.users({ alice: 'HOME/./' });
  });
  afterEach(async () => {
    await server.stop();
    place.remove();
  });

  async function start(...words: string[]): Promise<RawClient> {
    server = await RunningDaemon.start(place, ['-E', '-H', ...words]);
    return server.client();
  }

  function serve(name: string, content: string): void {
    const file = encodeName(`${place.home}/${name}`);
    writeFileSync(file, content);
    if (isRoot) chownSync(file, 65_534, 65_534);
  }

  test('--fscharset: names on disk are in it, and UTF-8 to clients; charsets §4 test 14: its control characters do nothing in the log', async () => {
    const client = await start('--fscharset', 'ISO-8859-1', '-d');
    await logIn(client);
    const name = utf8('naïve');
    expect((await client.transmit(`STOR ${name}`, 'x')).code).toBe(226);
    expect(disk(place.home)).toEqual(['na\xefve']);
    expect(await names(client)).toEqual([name]);
    expect((await client.command(`DELE ${name}`)).code).toBe(250);
    expect((await client.command(`MKD ${utf8('€')}`)).text).toBe(
      `553 ${utf8('€')}: The name cannot be written in the character set of the server.`,
    );
    expect((await client.command('OPTS UTF8 OFF')).code).toBe(504);
    expect((await client.command('FEAT')).text).toContain('\n UTF8\n');
    expect((await client.transmit(`STOR a${utf8('\u009B')}31m`, 'x')).code).toBe(226);
    expect(disk(place.home)).toEqual(['a\x9b31m']);
    await server.logged(/a_31m uploaded/);
    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    expect(server.log).not.toMatch(/[\u0080-\u009f\ufffd]/);
  });

  test('--clientcharset: clients speak it until they ask for UTF-8; charsets §4 test 8: rules go by letters, not by bytes', async () => {
    const client = await start('--clientcharset', 'SHIFT_JIS', '-x', '-n', '100:10');
    await logIn(client);
    const letter = '\x95\x5c';
    expect((await client.command(`MKD ${letter}`)).text).toContain(`"/${letter}"`);
    expect((await client.command(`CWD ${letter}`)).code).toBe(250);
    expect((await client.transmit(`STOR ${letter}.txt`, 'x')).code).toBe(226);
    expect((await client.command(`RNFR ${letter}.txt`)).code).toBe(350);
    expect((await client.command(`RNTO ${letter}2`)).code).toBe(250);
    expect((await client.command(`SITE CHMOD 600 ${letter}2`)).code).toBe(200);
    expect((await client.command(`SITE UTIME 20260101000000 ${letter}2`)).code).toBe(213);
    expect(disk(`${place.home}/表`)).toEqual([utf8('表2')]);
    // A backslash that is one, typed or escaped, what begins with a dot, and the quota file are refused as ever.
    const refused = ['a\\b', 'a{x5C}b', '.hidden', '{x2E}hidden', `${letter}/.hidden`, '.ftpquota', '{U+002E}ftpquota'];
    for (const name of refused) expect((await client.command(`MKD ${name}`)).code, name).toBe(553);
    // Half a letter swallows nothing that stands behind it.
    expect((await client.command('MKD \x95/.hidden')).code).toBe(553);
    expect((await client.command('DELE /\x95/../.ftpquota')).code).toBe(553);
    await client.command('CWD /{x2E}{x2E}/{x2E}{x2E}');
    expect((await client.command('PWD')).text).toContain('257 "/"');
    expect(disk(place.home)).toEqual(['.ftpquota', utf8('表')]);

    expect((await client.command('REIN')).code).toBe(220);
    expect((await client.command('OPTS UTF8 ON')).code).toBe(200);
    await logIn(client);
    expect(await names(client)).toEqual([utf8('表')]);
    expect((await client.command('OPTS UTF8 OFF')).code).toBe(200);
    expect(await names(client)).toEqual([letter]);
  });

  test('--ignore-opts-utf8: what a client says of UTF-8 is answered, and changes nothing; C7: LANG before a login', async () => {
    const client = await start('-9', 'GBK', '--ignore-opts-utf8');
    expect((await client.command('opts utf8 on')).code).toBe(200);
    expect((await client.command('LANG')).code).toBe(200);
    await logIn(client);
    expect((await client.command('MKD \xd6\xd0')).code).toBe(257);
    expect(disk(place.home)).toEqual([utf8('中')]);
    client.close();
    const chinese = await server.client();
    expect((await chinese.command('LANG zh-CN')).text).toContain(utf8('简体中文'));
  });

  test('what is said is said in the charset of the session, and in English where that lacks letters', async () => {
    const fortunes = path.join(place.folder, 'fortunes');
    writeFileSync(fortunes, 'удача\n');
    place.give(fortunes);
    serve('.banner', 'Привет\n');
    mkdirSync(path.join(place.home, 'sub'));
    place.give(path.join(place.home, 'sub'));
    serve('sub/.message', 'сообщение, 表\n');
    server = await RunningDaemon.start(place, ['-E', '-H', '-F', fortunes, '--language', 'ru', '-9', 'KOI8-R']);
    const client = await RawClient.connect(server.port);
    expect((await client.reply()).text).toContain('\xd5\xc4\xc1\xde\xc1');
    expect((await client.command('NOOP')).text).toMatch(/^200 [\xc0-\xff]+/);
    await client.command('USER alice');
    expect((await client.command(`PASS ${PASSWORD}`)).text).toContain('\xf0\xd2\xc9\xd7\xc5\xd4');
    expect((await client.command('CWD sub')).text).toContain('\xd3\xcf\xcf\xc2\xdd\xc5\xce\xc9\xc5, {U+8868}');
    // RFC 2640 speaks of UTF-8 alone.
    await client.command('LANG de');
    expect((await client.command('CWD /nowhere')).text).toContain('Datei oder Verzeichnis nicht gefunden');
    expect((await client.command('CWD /sub')).text).toContain(utf8('сообщение, 表'));
    await client.command('OPTS UTF8 OFF');
    expect((await client.command('CWD /nowhere')).text).toContain('No such file or directory');
    await client.command('LANG ru');
    await client.command('OPTS UTF8 OFF');
    expect((await client.command('NOOP')).text).toMatch(/^200 [\xc0-\xff]+/);
  });
});

test('charsets §4 test 13: a charset that is none of names is refused at the start, by the option', async () => {
  const { status, err } = await runProgram(['-l', 'puredb:/none', '--fscharset', 'UTF-16']);
  expect([status, err]).toEqual([
    252,
    expect.stringMatching(/^pure-ftpd: -8 "UTF-16": a character set such as .* is expected\n$/),
  ]);
});

describe.runIf(isRoot)('with separated rights', () => {
  const place = new SeparatedPlace();
  afterAll(() => place.remove());

  test('a session keeps its charset when it moves to its worker and back', async () => {
    await place.separateUsers(() => '');
    const server = await RunningDaemon.start(place, ['-E', '-H', '-9', 'SHIFT_JIS', '-8', 'EUC-JP'], undefined, {}, []);
    try {
      const client = await server.client();
      const other = await server.client();
      await other.command('OPTS UTF8 ON');
      for (const one of [client, other]) {
        await one.command('USER alice');
        expect((await one.command(`PASS ${PASSWORD}`)).code).toBe(230);
      }
      expect((await client.command('MKD \x95\x5c')).text).toContain('"/\x95\x5c"');
      expect(disk(place.homeOf('alice'))).toEqual(['\xc9\xbd']);
      expect([await names(client), await names(other)]).toEqual([['\x95\x5c'], [utf8('表')]]);
      for (const one of [client, other]) {
        await one.command('REIN');
        await one.command('USER alice');
        expect((await one.command(`PASS ${PASSWORD}`)).code).toBe(230);
      }
      expect([await names(client), await names(other)]).toEqual([['\x95\x5c'], [utf8('表')]]);
      for (const one of [client, other]) one.close();
    } finally {
      await server.stop();
    }
  });
});
