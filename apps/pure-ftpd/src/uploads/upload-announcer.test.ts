import { chmodSync } from 'node:fs';
import path from 'node:path';

import { temporaryFolder } from '@pure-ftpd/testing';
import { UploadReader } from '@pure-ftpd/uploads';
import { expect, test } from 'vitest';

import type { ServerEvent } from '../events/event.ts';
import { UploadAnnouncer } from './upload-announcer.ts';

const owner = process.geteuid?.() ?? 0;

/** A pipe of its own, and what is logged. */
function place(folder: string): {
  readonly options: { pipe: string; lock: string; owner: number };
  readonly lines: string[];
  readonly log: { write(level: string, text: string): void };
} {
  const lines: string[] = [];
  return {
    options: { pipe: path.join(folder, 'pipe'), lock: path.join(folder, 'lock'), owner },
    lines,
    log: { write: (level, text) => void lines.push(`${level} ${text}`) },
  };
}

/** A transfer that is over. */
function transferred(account: string, path: string, direction: 'download' | 'upload' = 'upload'): ServerEvent {
  return {
    type: 'transferred',
    direction,
    path,
    bytes: 1,
    milliseconds: 1,
    transferType: 'binary',
    complete: true,
    code: 226,
    encrypted: false,
    time: 0,
    pid: 1,
    who: {
      session: '0123456789abcdef',
      remoteAddress: '192.0.2.77',
      remotePort: 1024,
      localAddress: '192.0.2.10',
      localPort: 21,
      startedAt: 0,
      number: 1,
      host: 'client.example.net',
      user: account,
      account,
    },
  };
}

/** So long that a pipe is soon full. */
function longName(number: number): string {
  return `/srv/${number}/${'x'.repeat(3000)}`;
}

test('uploads are announced in their order, downloads are not', async () => {
  using folder = temporaryFolder();
  const { options, lines, log } = place(folder.path);
  const announcer = UploadAnnouncer.open(log, options);
  const reader = UploadReader.open(options);
  announcer?.hear(transferred('alice', '/srv/caf\udce9'));
  announcer?.hear(transferred('alice', '/srv/b', 'download'));
  announcer?.hear(transferred('ftp', '/srv/c'));
  const heard = [await reader.next(), await reader.next()];
  expect(heard.map((upload) => `${upload?.login.toString()} ${upload?.path.toString('latin1')}`)).toEqual([
    'alice /srv/caf\xe9',
    'ftp /srv/c',
  ]);
  await announcer?.close(AbortSignal.abort());
  reader.close();
  expect(lines).toEqual([]);
});

test('nobody waits for a reader, and what is lost is in the log, not with a line for each', async () => {
  using folder = temporaryFolder();
  const { options, lines, log } = place(folder.path);
  const announcer = UploadAnnouncer.open(log, { ...options, maxWaitingBytes: 5000 });
  let number = 0;
  for (; lines.length < 3; number += 1) announcer?.hear(transferred('alice', longName(number)));
  expect(lines[0]).toMatch(/^WARNING an upload is not announced: \/srv\/\d+\/x+: the pipe is full$/);
  expect(lines[1]).toMatch(/^WARNING an upload is not announced \(10 so far\)/);
  expect(lines[2]).toMatch(/^WARNING an upload is not announced \(100 so far\)/);
  // All others are heard, whenever somebody reads.
  const reader = UploadReader.open(options);
  for (let next = 0; next < number - 100; next += 1)
    expect((await reader.next())?.path.toString().split('/')[2]).toBe(String(next));
  await announcer?.close(AbortSignal.abort());
  reader.close();
});

test('what is in the pipe is kept until a reader has taken it', async () => {
  using folder = temporaryFolder();
  const { options, log } = place(folder.path);
  const announcer = UploadAnnouncer.open(log, options);
  announcer?.hear(transferred('alice', '/srv/a'));
  let isClosed = false;
  const closed = announcer?.close(new AbortController().signal).then(() => (isClosed = true));
  await new Promise(setImmediate);
  expect(isClosed).toBe(false);
  const reader = UploadReader.open(options);
  expect((await reader.next())?.path.toString()).toBe('/srv/a');
  await closed;
  reader.close();
});

test('a path that would end a record is not announced', async () => {
  using folder = temporaryFolder();
  const { options, lines, log } = place(folder.path);
  const announcer = UploadAnnouncer.open(log, options);
  announcer?.hear(transferred('alice', '/srv/a\nb'));
  expect(lines).toEqual(['WARNING an upload is not announced: /srv/a\\x0ab: a path with a control character']);
  await announcer?.close(AbortSignal.abort());
});

test('a pipe that others may use is not used, and the log says why', () => {
  using folder = temporaryFolder();
  const { options, lines, log } = place(folder.path);
  void UploadAnnouncer.open(log, options)?.close(AbortSignal.abort());
  chmodSync(options.pipe, 0o622);
  expect(UploadAnnouncer.open(log, options)).toBeUndefined();
  expect(lines).toEqual([`ERROR uploads are not announced (-o): Insecure permissions on ${options.pipe}`]);
});
