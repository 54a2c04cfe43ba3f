import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempDisposableSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { untilTrue } from '@pure-ftpd/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  forgetReader,
  JournalReader,
  JournalWriter,
  type JournalWriterOptions,
  type StoredUpload,
  toJson,
  type UploadEvent,
} from '../journal.ts';

const SIZE = 64 * 1024;

let place: ReturnType<typeof mkdtempDisposableSync>;
let folder: string;
const toClose: (() => unknown)[] = [];
beforeEach(() => {
  place = mkdtempDisposableSync(join(tmpdir(), 'journal-'));
  folder = join(place.path, 'journal');
});
afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
  place.remove();
});

function writer(options: Partial<JournalWriterOptions> = {}): JournalWriter {
  const made = JournalWriter.open(folder, { size: SIZE, whenFull: 'refuse', ...options });
  toClose.push(() => made.close());
  return made;
}

function reader(name = 'test', onLost?: (count: number) => void): JournalReader {
  const made = JournalReader.open(folder, name, onLost === undefined ? {} : { onLost });
  toClose.push(() => made.close());
  return made;
}

function upload(path: string | Buffer): StoredUpload {
  const [session, vuser] = ['0123456789abcdef', Buffer.from('alice')];
  return { session, vuser, path: Buffer.from(path), uid: 3001, gid: 3001, size: 5, perms: 0o644 };
}

async function take(from: JournalReader, count: number): Promise<UploadEvent[]> {
  const events: UploadEvent[] = [];
  while (events.length < count) {
    const event = await from.next();
    if (event === undefined) break;
    events.push(event);
  }
  return events;
}

const paths = (events: readonly UploadEvent[]): string[] => events.map(({ path }) => path.toString());

/** Fills the journal up to its bound. @returns How many events that took. */
async function fill(journal: JournalWriter): Promise<number> {
  let count = 0;
  for (; !journal.isFull; count += 1) await journal.append(upload(`/f${count}/${'x'.repeat(1000)}`));
  return count;
}

describe('the journal of uploads', () => {
  test('tells each event, in order, with what was said of it', async () => {
    const journal = writer();
    const read = reader();
    const before = Date.now();
    await Promise.all(['/a', '/b', '/c'].map((path) => journal.append(upload(path))));
    const events = await take(read, 3);
    expect(paths(events)).toEqual(['/a', '/b', '/c']);
    expect(events[0]).toMatchObject({ ...upload('/a'), sequence: 1 });
    expect(events[0]?.time).toBeGreaterThanOrEqual(before);
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  });

  test('keeps paths of any bytes', async () => {
    const journal = writer();
    const read = reader();
    const odd = Buffer.from(Array.from({ length: 255 }, (_, byte) => byte + 1));
    const path = Buffer.concat([Buffer.from('/'), odd]);
    await journal.append(upload(path));
    await journal.append(upload('/caf\u00e9'));
    const [first, second] = await take(read, 2);
    expect(first?.path).toEqual(path);
    expect(first && Buffer.from(toJson(first).pathBase64 ?? '', 'base64')).toEqual(path);
    expect(second && toJson(second)).toMatchObject({ path: '/caf\u00e9' });
    expect(second && toJson(second)).not.toHaveProperty('pathBase64');
  });

  test('is read again from what was not done with', async () => {
    const journal = writer();
    for (const path of ['/a', '/b', '/c', '/d']) await journal.append(upload(path));
    const first = reader();
    const events = await take(first, 3);
    for (const event of [events[0], events[2]]) if (event !== undefined) first.done(event);
    first.close();
    const again = await take(reader(), 3);
    expect(paths(again)).toEqual(['/b', '/c', '/d']);
    expect(again[0]?.id).toBe(events[1]?.id);
  });

  test('is read by several names, each for itself, and by one process for each', async () => {
    const journal = writer();
    await journal.append(upload('/a'));
    const [one, two] = [reader('one'), reader('two')];
    for (const event of await take(one, 1)) one.done(event);
    expect(paths(await take(two, 1))).toEqual(['/a']);
    expect(() => reader('one')).toThrow('another process reads the journal as one');
    one.close();
    await journal.append(upload('/b'));
    expect(paths(await take(reader('one'), 1))).toEqual(['/b']);
    for (let more = 0; more < 6; more += 1) reader(`more${more}`);
    expect(() => reader('ninth')).toThrow('as many read the journal as may: 8');
  });

  test('counts what its slowest reader has not done with, and all that is there where nobody reads', async () => {
    const journal = writer();
    expect(journal.unread).toBe(0);
    for (const path of ['/1', '/2', '/3']) await journal.append(upload(path));
    expect(journal.unread).toBe(3);
    const [slow, quick] = [reader('slow'), reader('quick')];
    const events = await take(slow, 3);
    for (const event of await take(quick, 3)) quick.done(event);
    expect(journal.unread).toBe(3);
    const left = events.map((event) => {
      slow.done(event);
      return journal.unread;
    });
    expect(left).toEqual([2, 1, 0]);
  });

  test('goes round its files while somebody reads', async () => {
    const journal = writer();
    const read = reader();
    for (let count = 0; count < 500; count += 1) {
      await journal.append(upload(`/${count}/${'x'.repeat(1000)}`));
      const [event] = await take(read, 1);
      expect(event?.path.toString()).toMatch(`/${count}/`);
      if (event !== undefined) read.done(event);
    }
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes).toBeLessThan(2 * SIZE);
  });

  test('says that it is full, and that it is not any more; what is under way is kept', async () => {
    const heard: boolean[] = [];
    const journal = writer({ onFull: (isFull) => heard.push(isFull) });
    const count = await fill(journal);
    await journal.append(upload('/under/way'));
    const read = reader();
    for (const event of await take(read, count)) read.done(event);
    await untilTrue('there is room', () => !journal.isFull);
    expect(heard).toEqual([true, false]);
    expect(paths(await take(read, 1))).toEqual(['/under/way']);
  });

  test('is bounded, whatever is under way', async () => {
    const journal = writer();
    await fill(journal);
    const more = async (): Promise<never> => {
      for (;;) await journal.append(upload(`/${'x'.repeat(4000)}`));
    };
    await expect(more()).rejects.toMatchObject({ code: 'FULL' });
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes).toBeLessThan(2.5 * SIZE);
  });

  test('drops the oldest, and counts them, where that is wanted', async () => {
    let [dropped, lost] = [0, 0];
    const journal = writer({ whenFull: 'drop', onDropped: (count) => (dropped += count) });
    const read = reader('slow', (count) => (lost += count));
    for (let count = 0; count < 200; count += 1) await journal.append(upload(`/${count}/${'x'.repeat(1000)}`));
    expect(journal.isFull).toBe(false);
    expect(dropped).toBeGreaterThan(50);
    const events = await take(read, 200 - dropped);
    expect(events[0]?.sequence).toBe(dropped + 1);
    expect(events.at(-1)?.sequence).toBe(200);
    expect(lost).toBe(dropped);
  });

  test('tells who is overtaken by the ring how many are gone', async () => {
    let lost = 0;
    const journal = writer({ whenFull: 'drop' });
    const read = reader('slow', (count) => (lost += count));
    await journal.append(upload('/first'));
    await take(read, 1);
    for (let count = 0; count < 200; count += 1) await journal.append(upload(`/${count}/${'x'.repeat(1000)}`));
    const [event] = await take(read, 1);
    expect(event?.sequence).toBe(lost + 2);
  });

  test('takes away what a writer that was killed has begun', async () => {
    const first = writer();
    await first.append(upload('/a'));
    await first.close();
    toClose.length = 0;
    const file = join(folder, 'events-00');
    const whole = readFileSync(file);
    for (const torn of ['0', '01234567 {"id"', `${whole.toString().split('\n')[1]}`, '\0'.repeat(5000)]) {
      writeFileSync(file, whole);
      appendFileSync(file, torn);
      const journal = writer();
      await journal.append(upload('/b'));
      const read = reader(`r${torn.length}`);
      expect(paths(await take(read, 2))).toEqual(['/a', '/b']);
      read.close();
    }
  });

  test('passes over lines that are damaged, and headers that are cut', async () => {
    const journal = writer();
    for (const path of ['/a', '/b', '/c']) await journal.append(upload(path));
    const file = join(folder, 'events-00');
    writeFileSync(file, readFileSync(file, 'latin1').replace('"/b"', '"/x"'), 'latin1');
    let lost = 0;
    expect(
      paths(
        await take(
          reader('x', (count) => (lost += count)),
          2,
        ),
      ),
    ).toEqual(['/a', '/c']);
    expect(lost).toBe(1);
    truncateSync(file, 10);
    const after = writer();
    await after.append(upload('/d'));
    const [event] = await take(reader('y'), 1);
    expect(paths(event === undefined ? [] : [event])).toEqual(['/d']);
  });

  test('uses no number again that a reader has heard of', async () => {
    const journal = writer();
    for (const path of ['/a', '/b', '/c']) await journal.append(upload(path));
    const read = reader();
    for (const event of await take(read, 3)) read.done(event);
    read.close();
    // The power fails: the position was kept, the last two events were not.
    const file = join(folder, 'events-00');
    writeFileSync(file, `${readFileSync(file, 'latin1').split('\n').slice(0, 2).join('\n')}\n`, 'latin1');
    await writer().append(upload('/d'));
    expect(paths(await take(reader(), 1))).toEqual(['/d']);
  });

  test('keeps a position when the record that was being written is torn', async () => {
    const journal = writer();
    for (const path of ['/a', '/b', '/c']) await journal.append(upload(path));
    const read = reader();
    for (const event of await take(read, 2)) read.done(event);
    read.close();
    const file = join(folder, 'reader-0');
    const bytes = readFileSync(file);
    for (const at of [0, 256]) {
      const torn = Buffer.from(bytes);
      torn.fill(0, at + 100, at + 256);
      torn.fill('?', at + 20, at + 30);
      writeFileSync(file, torn);
      const again = reader();
      const [event] = await take(again, 1);
      expect(['/b', '/c']).toContain(event?.path.toString());
      again.close();
    }
  });

  test('is written by several at a time', async () => {
    const writers = [writer({ size: 2 ** 20 }), writer({ size: 2 ** 20 }), writer({ size: 2 ** 20 })];
    const read = reader();
    const all = writers.flatMap((journal, number) =>
      Array.from({ length: 100 }, (_, count) => journal.append(upload(`/${number}/${count}/${'x'.repeat(900)}`))),
    );
    await Promise.all(all);
    const events = await take(read, 300);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    for (const number of [0, 1, 2]) {
      const own = paths(events).flatMap((path) => new RegExp(`^/${number}/(\\d+)/`).exec(path)?.[1] ?? []);
      expect(own).toEqual(Array.from({ length: 100 }, (_, count) => String(count)));
    }
  });

  test('keeps nothing for a reader that is forgotten', async () => {
    const journal = writer();
    const gone = reader('gone');
    const count = await fill(journal);
    const read = reader();
    for (const event of await take(read, count)) read.done(event);
    expect(() => forgetReader(folder, 'gone')).toThrow('a process reads the journal as gone');
    gone.close();
    expect(journal.isFull).toBe(true);
    forgetReader(folder, 'gone');
    await untilTrue('there is room', () => !journal.isFull);
    expect(() => forgetReader(folder, 'gone')).toThrow('nobody reads the journal as gone');
  });

  test.each<[what: string, prepare: () => void, message: RegExp]>([
    ['a folder that others may read', () => mkdirSync(folder, { mode: 0o755 }), /has mode 755, not 700$/],
    ['a folder that is a link', () => symlinkSync(place.path, folder), /is no folder$/],
    ['a folder that is a file', () => writeFileSync(folder, ''), /is no folder$/],
    ['a file that is a link', () => within(() => symlinkSync('/dev/null', join(folder, 'events-03'))), /is a link$/],
    ['a file that is a folder', () => within(() => mkdirSync(join(folder, 'lock'))), /is no file$/],
    ['a file with another name', () => within(() => linked('reader-1')), /has another name$/],
    ['a file that others may read', () => within(() => opened('events-00')), /has mode 644, not 600$/],
  ])('refuses %s', (_, prepare, message) => {
    prepare();
    expect(() => writer()).toThrow(message);
    expect(() => reader()).toThrow(message);
  });
});

function within(prepare: () => void): void {
  mkdirSync(folder, { mode: 0o700 });
  prepare();
}

function linked(name: string): void {
  const other = join(place.path, 'other');
  writeFileSync(other, '', { mode: 0o600 });
  linkSync(other, join(folder, name));
}

function opened(name: string): void {
  const file = join(place.path, 'file');
  writeFileSync(file, '');
  chmodSync(file, 0o644);
  renameSync(file, join(folder, name));
}
