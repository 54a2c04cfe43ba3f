import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { tryLockFile } from '@pure-ftpd/posix';
import { openDescriptors, untilTrue } from '@pure-ftpd/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { UploadReader, type UploadRecord, UploadWriter, type UploadWriterOptions } from './index.ts';

const owner = process.geteuid?.() ?? 0;

const upload = (path: string): UploadRecord => ({ login: Buffer.from('al'), path: Buffer.from(path) });
const pathOf = async (reader: UploadReader): Promise<string | undefined> => (await reader.next())?.path.toString();
const child = (script: string, ...words: string[]): ChildProcess =>
  spawn(process.execPath, [join(import.meta.dirname, 'testing', script), ...words], { stdio: 'inherit' });

describe('the pipe of uploads', () => {
  let folder: string;
  let pipe: string;
  let lock: string;
  let descriptors: number;
  const toClose: { close(): void }[] = [];
  beforeEach(() => {
    descriptors = openDescriptors();
    folder = mkdtempSync(join(tmpdir(), 'uploads-'));
    pipe = join(folder, 'pipe');
    lock = join(folder, 'lock');
  });
  afterEach(async () => {
    for (const one of toClose.splice(0)) one.close();
    rmSync(folder, { recursive: true });
    await untilTrue('all descriptors are closed', () => openDescriptors() === descriptors);
  });

  function openWriter(options: UploadWriterOptions = {}): UploadWriter {
    const writer = UploadWriter.open({ pipe, lock, owner, ...options });
    toClose.push(writer);
    return writer;
  }
  function openReader(): UploadReader {
    const reader = UploadReader.open({ pipe, owner });
    toClose.push(reader);
    return reader;
  }

  it('is made private by whoever comes first, and carries uploads in their order', async () => {
    const writer = openWriter();
    expect([lstatSync(pipe).isFIFO(), lstatSync(pipe).mode & 0o7777, lstatSync(lock).mode & 0o7777]).toEqual([
      true,
      0o600,
      0o600,
    ]);
    for (const name of ['/a', '/b', '/c']) expect(writer.announce(upload(name))).toBe(true);
    const reader = openReader();
    expect([await pathOf(reader), await pathOf(reader)]).toEqual(['/a', '/b']);
    const waiting = pathOf(openReader());
    expect(await waiting).toBe('/c');
  });

  it('lets a reader wait, and end', async () => {
    const reader = openReader();
    const first = reader.next();
    expect(() => reader.next()).toThrow(TypeError);
    openWriter().announce(upload('/a'));
    expect((await first)?.path.toString()).toBe('/a');
    const second = reader.next();
    reader.close();
    expect(await second).toBeUndefined();
    expect(await reader.next()).toBeUndefined();
  });

  it('has a bound for what waits, and takes all of it when there is room', async () => {
    const lost: string[] = [];
    const writer = openWriter({
      maxWaitingBytes: 100_000,
      onLost: (one, why) => lost.push(`${one.path.toString()} ${why}`),
    });
    const accepted: string[] = [];
    for (let number = 0; lost.length < 3; number++) {
      const path = `/${number}/${'x'.repeat(500)}`;
      if (writer.announce(upload(path))) accepted.push(path);
    }
    expect(lost[0]).toBe(`/${accepted.length}/${'x'.repeat(500)} full`);
    expect(writer.waiting).toBeGreaterThan(100);
    const reader = openReader();
    for (const path of accepted) expect(await pathOf(reader)).toBe(path);
    await untilTrue('nothing waits', () => writer.waiting === 0);
    expect(writer.announce(upload('/after'))).toBe(true);
    expect(await pathOf(reader)).toBe('/after');
  });

  it('gives up what waits when it is closed, and says so', () => {
    const lost: string[] = [];
    const writer = openWriter({ onLost: (_, why) => lost.push(why) });
    while (writer.waiting === 0) writer.announce(upload(`/${'x'.repeat(4000)}`));
    writer.announce(upload('/y'));
    writer.close();
    writer.close();
    expect(writer.announce(upload('/z'))).toBe(false);
    expect(lost).toEqual(['closed', 'closed', 'closed']);
  });

  it('can be waited for until nothing waits any more, but not for ever', async () => {
    const writer = openWriter();
    await writer.drained(60_000);
    const other = openSync(lock, 'r+');
    try {
      expect(tryLockFile(other, 'exclusive')).toBe(true);
      writer.announce(upload('/a'));
      await writer.drained(1);
      expect(writer.waiting).toBe(1);
    } finally {
      closeSync(other);
    }
    await writer.drained(60_000);
    expect(writer.waiting).toBe(0);
  });

  it('writes nothing while another server has the lock', async () => {
    const writer = openWriter();
    const other = openSync(lock, 'r+');
    try {
      expect(tryLockFile(other, 'exclusive')).toBe(true);
      writer.announce(upload('/a'));
      expect(writer.waiting).toBe(1);
    } finally {
      closeSync(other);
    }
    expect(await pathOf(openReader())).toBe('/a');
  });

  it('carries records longer than the kernel keeps together, from two writers at once', async () => {
    const writers = [openWriter(), openWriter()];
    const expected: string[][] = [[], []];
    for (let number = 0; number < 400; number++) {
      writers.forEach((writer, index) => {
        const path = `/${index}/${number}/${'x'.repeat(number % 2 === 0 ? 4070 : 5)}`;
        expected[index]?.push(path);
        writer.announce({ login: Buffer.from('l'.repeat(127)), path: Buffer.from(path) });
      });
    }
    const reader = openReader();
    const heard: string[][] = [[], []];
    for (let number = 0; number < 800; number++) {
      const path = (await pathOf(reader)) ?? '';
      heard[Number(path[1])]?.push(path);
    }
    expect(heard).toEqual(expected);
  });

  it.each<[what: string, spoil: () => void]>([
    ['a FIFO others may write to', () => (openWriter().close(), chmodSync(pipe, 0o622))],
    ['a file', () => writeFileSync(pipe, '', { mode: 0o600 })],
    ['a link to a FIFO', () => (openWriter({ pipe: `${pipe}2` }).close(), symlinkSync(`${pipe}2`, pipe))],
    ['a directory', () => mkdirSync(pipe, { mode: 0o600 })],
    ['a lock others may open', () => writeFileSync(lock, '', { mode: 0o644 })],
    ['a lock that is a link', () => symlinkSync('nowhere', lock)],
  ])('is refused when there is %s', (what, spoil) => {
    spoil();
    const code = what === 'a directory' ? 'UNAVAILABLE' : 'INSECURE';
    expect(() => openWriter()).toThrow(expect.objectContaining({ code }));
    if (!what.includes('lock')) expect(() => openReader()).toThrow(expect.objectContaining({ code }));
  });

  it('is refused when it is not of the right user', () => {
    openWriter();
    expect(() => UploadReader.open({ pipe, owner: owner + 1 })).toThrow(expect.objectContaining({ code: 'INSECURE' }));
    expect(() => openReader()).not.toThrow();
  });

  it('gives every upload to one of several readers, whole', async () => {
    const heardFile = join(folder, 'heard');
    writeFileSync(heardFile, '');
    const readers = Array.from({ length: 3 }, () => child('recording-reader.ts', pipe, heardFile));
    const writer = openWriter();
    const wanted = Array.from({ length: 300 }, (_, number) => `/srv/${number}`);
    const heard = (): string[] => readFileSync(heardFile, 'utf8').split('\n').slice(0, -1);
    try {
      for (const [number, path] of wanted.entries()) {
        writer.announce(upload(path));
        // One at a time all readers are woken for it; else they take what is there.
        if (number < 100) await untilTrue('it is heard', () => heard().length > number);
      }
      await untilTrue('all are heard', () => heard().length >= wanted.length);
      expect(heard().toSorted()).toEqual(wanted.toSorted());
    } finally {
      for (const reader of readers) {
        reader.kill();
        await once(reader, 'exit');
      }
    }
  });

  it('passes over what a reader has left that was killed in the middle of a record', async () => {
    const writer = openWriter();
    const reader = openReader();
    const other = openSync(pipe, 'r+');
    toClose.push({ close: () => closeSync(other) });
    writer.announce(upload('/torn'));
    readSync(other, Buffer.alloc(3));
    const found = pathOf(reader);
    writer.announce(upload('/whole'));
    expect(await found).toBe('/whole');
  });

  it('loses no more than the record that a killed reader is at', async () => {
    const heardFile = join(folder, 'heard');
    writeFileSync(heardFile, '');
    const heard = (): string[] => readFileSync(heardFile, 'utf8').split('\n').slice(0, -1);
    // Somebody has the pipe open all the time, as a server has.
    openWriter();
    const writers = Array.from({ length: 5 }, (_, index) =>
      child('announcing-writer.ts', pipe, lock, `w${index}`, '2000'),
    );
    const ended = Promise.all(writers.map(async (writer) => (await once(writer, 'exit')) as unknown[]));
    for (let round = 1; round <= 2; round++) {
      const reader = child('recording-reader.ts', pipe, heardFile);
      await untilTrue('the reader is at work', () => heard().length > round * 1500);
      reader.kill('SIGKILL');
      await once(reader, 'exit');
    }
    const last = child('recording-reader.ts', pipe, heardFile);
    try {
      expect(await ended).toEqual(Array.from({ length: 5 }, () => [0, null]));
      const end = openWriter();
      end.announce(upload('/end'));
      await untilTrue('all is heard', () => heard().at(-1) === '/end');
    } finally {
      last.kill();
      await once(last, 'exit');
    }
    const paths = heard().slice(0, -1);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.length).toBeGreaterThanOrEqual(10_000 - 2);
    expect(paths.length).toBeLessThanOrEqual(10_000);
    for (let index = 0; index < 5; index++) {
      const numbers = paths
        .filter((path) => path.startsWith(`/srv/w${index}/`))
        .map((path) => Number(path.split('/')[3]));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
  });
});
