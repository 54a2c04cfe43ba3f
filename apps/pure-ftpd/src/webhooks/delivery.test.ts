import type { UploadEvent } from '@pure-ftpd/uploads/journal';
import { untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { Delivery, type EventSource } from './delivery.ts';

const HOUR_MS = 3_600_000;

function event(sequence: number, path: string, time = 0): UploadEvent {
  const about = { session: '0123456789abcdef', vuser: Buffer.from('alice'), uid: 1, gid: 1, size: 1, perms: 0o644 };
  return { ...about, id: `0123456789abcdef-${sequence}`, sequence, time, path: Buffer.from(path) };
}

/** Events that are there, and then no more. */
function sourceOf(
  events: readonly UploadEvent[],
): EventSource & { readonly done: (event: UploadEvent) => void; readonly ended: number[] } {
  const left = [...events];
  const ended: number[] = [];
  return { ended, next: () => Promise.resolve(left.shift()), done: ({ sequence }) => void ended.push(sequence) };
}

/** A clock that goes on as it is waited for. */
function clock(): {
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly waits: number[];
} {
  let time = 0;
  const waits: number[] = [];
  return {
    waits,
    now: () => time,
    wait(milliseconds) {
      waits.push(milliseconds);
      time += milliseconds;
      return new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
}

test('is tried again after one second, twice as long each time, an hour at last, for three days; then it is lost', async () => {
  const source = sourceOf([event(1, '/a')]);
  const { waits, ...time } = clock();
  const told: string[] = [];
  const tell = (level: string, text: string): void => void told.push(`${level} ${text}`);
  await new Delivery({ source, post: () => Promise.resolve('status 500'), tell, ...time }).run();
  await untilTrue('it is lost', () => source.ended.length === 1);
  for (const [index, wait] of waits.entries()) {
    const pause = Math.min(1000 * 2 ** index, HOUR_MS);
    expect(wait).toBeGreaterThanOrEqual(pause / 2);
    expect(wait).toBeLessThanOrEqual(pause);
  }
  const waited = waits.reduce((sum, wait) => sum + wait, 0);
  expect(waited).toBeGreaterThan(72 * HOUR_MS);
  expect(waited).toBeLessThanOrEqual(73 * HOUR_MS);
  expect(told).toEqual([
    'WARNING uploads cannot be posted, and are tried again: status 500',
    'WARNING an upload is not posted after three days of trying (1 so far): status 500',
  ]);
});

test('one that came when it was too old already is tried once', async () => {
  const source = sourceOf([event(1, '/a', -80 * HOUR_MS)]);
  let posts = 0;
  const post = (): Promise<string> => Promise.resolve(`status ${500 + posts++}`);
  await new Delivery({ source, post, tell: () => undefined, ...clock() }).run();
  await untilTrue('it is lost', () => source.ended.length === 1);
  expect(posts).toBe(1);
});

test('those of one file wait for each other, those of others do not', async () => {
  const source = sourceOf([event(1, '/a'), event(2, '/b'), event(3, '/a'), event(4, '/c')]);
  const taken: number[] = [];
  let failures = 3;
  const post = ({ sequence }: UploadEvent): Promise<string | undefined> => {
    if (sequence === 1 && failures-- > 0) return Promise.resolve('status 500');
    taken.push(sequence);
    return Promise.resolve(undefined);
  };
  await new Delivery({ source, post, tell: () => undefined, ...clock() }).run();
  await untilTrue('all are done', () => source.ended.length === 4);
  expect(taken).toEqual([2, 4, 1, 3]);
});

test('so many are posted at a time, and so many are read', async () => {
  const waiting: (() => void)[] = [];
  const source = sourceOf(Array.from({ length: 300 }, (_, index) => event(index + 1, `/${index}`)));
  let read = 0;
  const counted: EventSource = { next: () => ((read += 1), source.next()), done: source.done };
  const post = (): Promise<undefined> => new Promise((resolve) => waiting.push(() => resolve(undefined)));
  void new Delivery({ source: counted, post, tell: () => undefined }).run();
  await untilTrue('all that may be are read', () => read === 257);
  expect(waiting).toHaveLength(8);
  while (source.ended.length < 300) {
    waiting.shift()?.();
    await new Promise(setImmediate);
  }
  expect(source.ended).toHaveLength(300);
});
