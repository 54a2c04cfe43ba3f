// Uploads to our server, written down in its journal: docs/uploads.md.
import { chownSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@pure-ftpd/peers/vitest';
import { untilTrue } from '@pure-ftpd/testing';
import { JournalReader, type UploadEvent } from '@pure-ftpd/uploads/journal';
import { afterEach, describe, expect, test } from 'vitest';

import { fillJournal } from '../support/filled-journal.ts';
import { PlaceServer, RIGHTS } from '../support/place-server.ts';
import { ours } from '../support/programs.ts';
import { ScriptRunner } from '../support/script-runner.ts';

const toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end();
});

function read(folder: string, name = 'test'): JournalReader {
  const reader = JournalReader.open(folder, name);
  toEnd.push(() => reader.close());
  return reader;
}

async function next(reader: JournalReader): Promise<UploadEvent> {
  const event = await reader.next();
  if (event === undefined) throw new Error('closed');
  reader.done(event);
  return event;
}

describe.each(RIGHTS)('our server with %s', (rights) => {
  /** A server whose journal is in its folder, where something may be prepared before. */
  async function start(
    words: readonly string[] = [],
    prepare: (journal: string) => unknown = () => undefined,
  ): Promise<{ readonly at: PlaceServer; readonly journal: string }> {
    const at = await PlaceServer.start(rights, async (folder) => {
      await prepare(folder.file('journal'));
      return ['--upload-journal', folder.file('journal'), ...words];
    });
    toEnd.push(() => at[Symbol.asyncDispose]());
    return { at, journal: at.folder.file('journal') };
  }

  describeWith(['root'], 'with --upload-journal', () => {
    test('writes uploads down before it says 226, by its own account of whose they are', async () => {
      const { at, journal } = await start();
      const reader = read(journal);
      const [alice, bob] = [await at.login('alice'), await at.login('bob')];
      const odd = 'odd |&;$(x) \xe9\x80\x9f\xff "q"';
      expect((await alice.transmit(`STOR ${odd}`, 'content')).code).toBe(226);
      const first = await next(reader);
      const { uid, gid } = statSync(at.home);
      expect(first).toMatchObject({ uid, gid, size: 7, perms: 0o644, sequence: 1 });
      expect(first.path).toEqual(Buffer.from(`${at.home}/${odd}`, 'latin1'));
      expect(first.vuser.toString()).toBe('alice');
      for (const [client, line] of [
        [bob, 'APPE bob'],
        [bob, 'APPE bob'],
        [alice, 'STOU'],
      ] as const) {
        expect((await client.transmit(line, 'xy')).code).toBe(226);
      }
      const events = [await next(reader), await next(reader), await next(reader)];
      expect(events.map(({ size }) => size)).toEqual([2, 4, 2]);
      expect(events.map(({ vuser }) => vuser.toString())).toEqual(['bob', 'bob', 'alice']);
      expect(events[2]?.session).toBe(first.session);
      // What is broken off is no upload, and what is downloaded is none.
      const data = await bob.passive();
      await bob.command('STOR broken');
      data.write('half');
      const isHalf = (name: string): boolean =>
        name.startsWith('.pureftpd-') && statSync(join(at.home, name)).size === 4;
      await untilTrue('it has come', () => readdirSync(at.home).some(isHalf));
      data.resetAndDestroy();
      expect((await bob.reply()).code).toBeGreaterThan(400);
      await bob.receive('RETR bob');
      expect((await bob.transmit('STOR last', '')).code).toBe(226);
      expect((await next(reader)).path.toString()).toBe(`${at.home}/last`);
    });

    test('refuses uploads while it is full (--upload-journal-size), and nothing else', async () => {
      const { at, journal } = await start(['--upload-journal-size', '1'], fillJournal);
      const client = await at.login('alice');
      const refused = await client.transmit('STOR new', 'x');
      expect(refused.code).toBe(452);
      expect((await client.transmit('APPE new', 'x')).code).toBe(452);
      expect((await client.transmit('STOU', 'x')).code).toBe(452);
      expect(existsSync(join(at.home, 'new'))).toBe(false);
      expect((await client.receive('NLST')).reply.code).toBe(226);
      const reader = read(journal);
      void (async () => {
        for (let event = await reader.next(); event !== undefined; event = await reader.next()) reader.done(event);
      })();
      await untilTrue('there is room', async () => (await client.transmit('STOR new', 'x')).code === 226);
      // Who comes later is told, too.
      expect((await (await at.login('bob')).transmit('STOR other', 'x')).code).toBe(226);
      expect(at.output).toMatch(/journal of uploads is full/);
    });

    test('drops the oldest with --upload-journal-full drop, and says so', async () => {
      const words = ['--upload-journal-size', '1', '--upload-journal-full', 'drop'];
      const { at, journal } = await start(words, fillJournal);
      const client = await at.login('alice');
      expect((await client.transmit('STOR new', 'x')).code).toBe(226);
      const reader = read(journal);
      let event = await next(reader);
      expect(event.sequence).toBeGreaterThan(1);
      while (event.path.toString() !== `${at.home}/new`) event = await next(reader);
      expect(at.output).toMatch(/uploads are gone from the journal, unread: \d+ so far/);
    });

    test('has scripts run for them by several readers, each at least once', async () => {
      const { at, journal } = await start();
      const client = await at.login('alice');
      for (let number = 0; number < 5; number += 1) await client.transmit(`STOR a${number}`, 'x');
      const runners = ['one', 'two'].map(
        (name) => new ScriptRunner(at.place, ours, at.folder, name, ['--journal', journal, '--reader', name]),
      );
      for (const runner of runners) await runner.start();
      const [one] = runners;
      await untilTrue('one has begun', () => (one?.uploads.length ?? 0) > 0);
      await one?.kill();
      for (let number = 5; number < 10; number += 1) await client.transmit(`STOR a${number}`, 'x');
      await one?.start();
      for (const runner of runners) {
        const heard = (): string[] => [...new Set(runner.uploads)];
        await untilTrue('all were heard', () => heard().length === 10);
        expect(heard().map((line) => line.slice(-2))).toEqual(Array.from({ length: 10 }, (_, index) => `a${index}`));
        expect(heard()[0]).toMatch(/^alice\|[0-9a-f]{16}-1\|/);
      }
    });
  });
});

describeWith(['root'], 'our server', () => {
  test('does not start with a folder that is not its own alone, and says why in a line', async () => {
    await using at = await PlaceServer.start('workers');
    const journal = at.folder.file('journal');
    for (const [name, prepare, line] of UNFIT) {
      const folder = `${journal}-${name}`;
      prepare(folder);
      const { output, status } = await at.fails(['--upload-journal', folder]);
      expect(status).toBe(1);
      expect(output.trim().split('\n')).toHaveLength(1);
      expect(output).toMatch(line);
    }
  });
});

const UNFIT: readonly (readonly [name: string, prepare: (folder: string) => void, line: RegExp])[] = [
  ['open', (folder) => mkdirSync(folder, { mode: 0o755 }), /has mode 755, not 700$/m],
  ['link', (folder) => symlinkSync('/tmp', folder), /is no folder$/m],
  ['foreign', foreign, /belongs to uid 1, not to 0$/m],
  ['linked', withLink, /events-00 is a link/],
];

function foreign(folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
  chownSync(folder, 1, 1);
}

function withLink(folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
  symlinkSync('/etc/passwd', join(folder, 'events-00'));
}
