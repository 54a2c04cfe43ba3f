// The language of replies: --language, --offer-languages and LANG [languages §4, §7].
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import type { RawClient } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { isRoot, PASSWORD, Place, RunningDaemon, runProgram } from './testing/running-daemon.ts';
import { SeparatedPlace } from './testing/separated-server.ts';

const GERMAN = /Anmeldung|Befehl|Verzeichnis|Zur Stelle|Deutsch|anmelden/;

/** The replies to some commands, one after the other. */
async function replies(client: RawClient, ...commands: string[]): Promise<string[]> {
  const said: string[] = [];
  for (const command of commands) said.push(Buffer.from((await client.command(command)).text, 'latin1').toString());
  return said;
}

describe('replies', () => {
  let place: Place;
  let server: RunningDaemon;

  beforeAll(async () => {
    place = new Place();
    await place.users({ alice: 'HOME/./' });
    writeFileSync(path.join(place.home, 'file'), 'content');
    place.give(path.join(place.home, 'file'));
  });
  afterAll(() => place.remove());
  afterEach(() => server.stop());

  async function start(...words: string[]): Promise<RawClient> {
    server = await RunningDaemon.start(place, ['-E', '-H', ...words]);
    return server.client();
  }

  test('a client chooses a language before its login, and keeps it after, until REIN', async () => {
    const client = await start();
    const [chosen, unknown] = await replies(client, 'LANG de-AT', 'XYZZY');
    expect(chosen).toBe('200 Die Antworten sind jetzt auf Deutsch (de).');
    expect(unknown).toBe('530 Bitte zuerst anmelden: USER, dann PASS.');
    const [, welcome, missing] = await replies(client, 'USER alice', `PASS ${PASSWORD}`, 'CWD nowhere');
    expect(welcome).toBe('230 Angemeldet. Ihr Verzeichnis ist /.');
    expect(missing).toBe('550 nowhere: Datei oder Verzeichnis nicht gefunden.');
    expect(await replies(client, 'REIN', 'NOOP')).toEqual(['220 Ready for another user.', '200 Here.']);
    client.close();
  });

  test('--language: what is no language, or none that is there, changes nothing; without one the first is back', async () => {
    const client = await start('--language', 'de');
    expect(await replies(client, 'NOOP', 'LANG tlh', 'LANG *', 'LANG de_DE')).toEqual([
      '200 Zur Stelle.',
      '504 LANG tlh wird nicht unterstützt.',
      '501 Ungültiges Argument für LANG.',
      '501 Ungültiges Argument für LANG.',
    ]);
    expect(await replies(client, 'LANG EN', 'NOOP', 'LANG', 'NOOP')).toEqual([
      '200 Replies are in English now (en).',
      '200 Here.',
      '200 Die Antworten sind jetzt auf Deutsch (de).',
      '200 Zur Stelle.',
    ]);
    client.close();
  });

  test('--offer-languages: FEAT names the languages, with a star at the one in use; one alone is no choice', async () => {
    const client = await start('--offer-languages', 'de,en');
    expect((await client.command('FEAT')).text).toContain('\n LANG EN*;DE\n');
    await client.command('LANG de');
    expect((await client.command('FEAT')).text).toContain('\n LANG EN;DE*\n');
    client.close();
    await server.stop();
    const other = await start('--offer-languages', 'en');
    expect((await other.command('FEAT')).text).not.toContain('LANG');
    expect((await other.command('LANG en')).code).toBe(500);
    other.close();
  });

  test('a language that is asked for in a transfer is that of what is said after it', async () => {
    const client = await start();
    await client.command('USER alice');
    await client.command(`PASS ${PASSWORD}`);
    const data = await client.passive();
    client.send('STOR upload\r\n');
    expect((await client.reply()).text).toBe('150 Opening the data connection.');
    client.send('LANG de\r\n');
    data.end('content');
    expect((await client.reply()).text).toContain('The file has been stored.');
    expect((await client.reply()).text).toBe('200 Die Antworten sind jetzt auf Deutsch (de).');
    client.close();
  });

  test('HOST answers in the language that was chosen before it, and leaves it as it is', async () => {
    const client = await start();
    expect(await replies(client, 'LANG de', 'HOST ftp.example.org', 'HOST not a name', 'NOOP')).toEqual([
      '200 Die Antworten sind jetzt auf Deutsch (de).',
      '220 Willkommen auf ftp.example.org',
      '501 Ungültiges Argument für HOST.',
      '200 Zur Stelle.',
    ]);
    expect((await client.command('FEAT')).text).toMatch(/^ LANG EN;.*;DE\*;/m);
    client.close();
  });

  test('two sessions of one process speak two languages', async () => {
    const client = await start();
    const other = await server.client();
    await client.command('LANG de');
    expect([await replies(client, 'NOOP'), await replies(other, 'NOOP')]).toEqual([['200 Zur Stelle.'], ['200 Here.']]);
    for (const one of [client, other]) one.close();
  });

  test('codes, and what programs read, are the same in every language', async () => {
    await (await start()).command('QUIT');
    const script = ['SYST', 'PWD', 'TYPE I', 'SIZE file', 'MLST file', 'MKD d', 'RNFR d', 'RNTO e', 'RMD e', 'RMD e']
      .concat(['REST x', 'PORT 1', 'EPRT x', 'SITE NONE', 'HELP', 'STAT', 'STAT file', 'MODE B', 'TYPE E', 'STRU R'])
      .concat(['DELE nothing', 'RETR nothing', 'CWD file', 'RNTO x', 'ALLO 1', 'NOOP', 'ABOR', 'OPTS MLST', 'QUIT']);
    const session = async (tag: string): Promise<readonly (number | string)[]> => {
      const client = await server.client();
      await client.command(`LANG ${tag}`);
      const said: (number | string)[] = [];
      for (const command of ['USER alice', `PASS ${PASSWORD}`, ...script]) {
        const { code, text } = await client.command(command);
        said.push(code, /^(?:SYST|SIZE|MLST)/.test(command) ? text : (/^257 "[^ ]*"/.exec(text)?.[0] ?? ''));
      }
      client.close();
      return said;
    };
    const feat = await server.client();
    const tags =
      /LANG (.*)/
        .exec((await feat.command('FEAT')).text)?.[1]
        ?.replaceAll('*', '')
        .split(';') ?? [];
    feat.close();
    const english = await session('en');
    for (const tag of tags) expect([tag, await session(tag)]).toEqual([tag, english]);
  });

  test('a language that is none of those there are is refused at the start, with those', async () => {
    await (await start()).command('QUIT');
    const { status, err } = await runProgram(['--language', 'tlh']);
    expect([status, err]).toEqual([252, expect.stringMatching(/--language "tlh": one of en, .*de.* is expected/)]);
  });
});

test('--messages replaces sentences, also those of a new language, and names the line that is wrong', async () => {
  const place = new Place();
  await place.users({ alice: 'HOME/./' });
  const file = path.join(place.folder, 'messages');
  writeFileSync(file, '# ours\nlanguage = tlh\nnoop = naDev.\n');
  place.give(file);
  const server = await RunningDaemon.start(place, ['-E', '-H', '--messages', file]);
  try {
    await server.logged(/--messages: tlh lacks \d+ sentences, which are in English/);
    const client = await server.client();
    expect((await client.command('FEAT')).text).toContain(';TLH\n');
    await client.command('LANG tlh');
    expect((await client.command('NOOP')).text).toBe('200 naDev.');
    client.close();
  } finally {
    await server.stop();
  }
  writeFileSync(file, '\nnoop = {verb}\n');
  const { status, err } = await runProgram(['--messages', file]);
  expect([status, err]).toEqual([252, `pure-ftpd: --messages ${file}: line 2: noop has no values in braces\n`]);
  place.remove();
});

test('--list-messages prints what --messages reads', async () => {
  const { status, out } = await runProgram(['--list-messages', 'no']);
  expect(status).toBe(0);
  expect(out).toContain('language = nb\n');
  expect(out).toContain('\nlisted.one = {entries} oppføring.\n');
});

test.runIf(isRoot)('a session keeps its language when it moves to its worker and back', async () => {
  const place = new SeparatedPlace();
  await place.separateUsers(() => '');
  const server = await RunningDaemon.start(place, ['-E', '-H'], undefined, {}, []);
  try {
    const client = await server.client();
    await client.command('LANG de');
    await client.command('USER alice');
    expect((await client.command(`PASS ${PASSWORD}`)).text).toMatch(GERMAN);
    expect((await client.command('NOOP')).text).toBe('200 Zur Stelle.');
    await client.command('REIN');
    expect((await client.command('NOOP')).text).toBe('200 Here.');
    client.close();
  } finally {
    await server.stop();
    place.remove();
  }
});
