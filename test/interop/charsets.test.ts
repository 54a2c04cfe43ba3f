// What is told of names in other character sets, and names that the C server has written [charsets §4, tests 11, 16].
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { freePort } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterEach, describe, expect, test } from 'vitest';

import { greets } from '../support/c-server.ts';
import { PlaceServer, RIGHTS } from '../support/place-server.ts';
import { c, ours } from '../support/programs.ts';
import { ScriptRunner } from '../support/script-runner.ts';

/** `Привет` in three character sets, a character for each byte. */
const KOI8 = '\xf0\xd2\xc9\xd7\xc5\xd4';
const CP1251 = '\xcf\xf0\xe8\xe2\xe5\xf2';
const UTF8 = Buffer.from('Привет').toString('latin1');

let server: PlaceServer | undefined;
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

function onDisk(home: string): string[] {
  return readdirSync(Buffer.from(home), { encoding: 'buffer' })
    .map((name) => name.toString('latin1'))
    .toSorted();
}

async function download(client: RawClient, name: string): Promise<void> {
  const data = await client.passive();
  data.pause();
  expect((await client.command(`RETR ${name}`)).code).toBe(150);
}

describe.each(RIGHTS)('our server with %s', (rights) => {
  describeWith(['root', 'pure-ftpd', 'pure-uploadscript', 'pure-ftpwho'], 'with names in another character set', () => {
    test('charsets §4 test 11: transfer log, upload pipe and scoreboard have the bytes of the disk, whatever the session speaks', async () => {
      const charsets = ['--fscharset', 'KOI8-R', '--clientcharset', 'CP1251'];
      server = await PlaceServer.start(rights, ['-o', '-O', 'stats:/run/transfers', ...charsets]);
      const at = server;
      const runner = new ScriptRunner(at.place, c, at.folder);
      await runner.start();
      const sessions: readonly (readonly [name: string, opts: string])[] = [
        [CP1251, 'OFF'],
        [UTF8, 'ON'],
      ];
      for (const [name, opts] of sessions) {
        const client = await at.login('alice');
        expect((await client.command(`OPTS UTF8 ${opts}`)).code).toBe(200);
        const heard = runner.uploads.length;
        expect((await client.transmit(`STOR ${name}`, Buffer.alloc(32 * 2 ** 20))).code).toBe(226);
        await untilTrue('the upload was heard', () => runner.uploads.length > heard);
        expect(runner.uploads.at(-1)).toBe(`alice|${at.home}/${KOI8}`);
        await download(client, name);
        for (const side of [c, ours]) {
          let board = '';
          await untilTrue('the download is shown', async () => {
            board = (await at.place.run([side.program('pure-ftpwho'), '-s', '-n'])).stdout;
            return board.includes(' DL |');
          });
          expect(board).toContain(` DL |${KOI8}|`);
        }
        client.close();
        await untilTrue('the download is over', async () => {
          const { stdout } = await at.place.run([c.program('pure-ftpwho'), '-s', '-n']);
          return !stdout.includes(' DL |');
        });
      }
      const log = await at.place.run(['cat', '/run/transfers']);
      const lines = log.stdout.split('\n').slice(0, -1);
      expect(lines.filter((line) => line.includes(' U ')).map((line) => line.split(' ').at(-1))).toEqual([
        `${at.home}/${KOI8}`,
        `${at.home}/${KOI8}`,
      ]);
    });
  });
});

describeWith(['root', 'pure-ftpd'], 'the C server beside ours', () => {
  test('charsets §4 test 16: names it has written in any bytes are read, and back', async () => {
    server = await PlaceServer.start('one process', ['--fscharset', 'KOI8-R']);
    const at = server;
    const port = await freePort();
    const words = ['-S', `127.0.0.1,${port}`, '-l', `puredb:${join(at.home, '..', 'users.pdb')}`];
    await at.place.run([c.program('pure-ftpd'), ...words, '-A', '-E', '-H', '-B']);
    await untilTrue('the C server greets', () => greets(port, '127.0.0.1'));
    const theirs = await RawClient.login(port, 'alice', 'secret');
    const client = await at.login('alice');
    for (const name of [KOI8, '\x80\x9f', `${UTF8}\xa3`])
      expect((await theirs.transmit(`STOR ${name}`, name)).code).toBe(226);
    const listed = (await client.receive('NLST')).data.toString('latin1').split('\r\n').slice(0, -1);
    expect(listed).toContain(UTF8);
    for (const name of listed.filter((found) => !/^\.\.?$/.test(found))) {
      const { data, reply } = await client.receive(`RETR ${name}`);
      expect(reply.text).toMatch(/^226/);
      expect(onDisk(at.home)).toContain(data.toString('latin1'));
    }
    expect((await client.transmit(`STOR d${UTF8}`, 'back')).code).toBe(226);
    expect((await theirs.receive(`RETR d${KOI8}`)).data.toString()).toBe('back');
    theirs.close();
  });
});
