import { expect, test } from 'vitest';

import { LARGEST_BUFFER, SMALLEST_BUFFER } from '../sockets/buffer-pool.ts';
import { FIRST_BUFFER, SendPace } from './send-pace.ts';

/** Has so many bytes be taken at once. */
function takeAtOnce(pace: SendPace, bytes: number): void {
  for (let left = bytes; left > 0; left -= pace.size) pace.took(Math.min(left, pace.size), 0);
}

test('what kernels take for clients that read nothing earns no larger pieces', () => {
  const pace = new SendPace();
  takeAtOnce(pace, 12 * 2 ** 20);
  expect(pace.size).toBe(FIRST_BUFFER);
  expect(pace.isProven).toBe(false);
  expect(FIRST_BUFFER).toBe(256 * 1024);
});

test('a client that goes on taking has shown that it is quick, until it is slow', () => {
  const pace = new SendPace();
  takeAtOnce(pace, 16 * 2 ** 20);
  expect(pace.isProven).toBe(true);
  pace.took(pace.size, 250);
  expect(pace.isProven).toBe(false);
});

test('a client that goes on taking gets larger pieces, up to the largest', () => {
  const pace = new SendPace();
  takeAtOnce(pace, 2 ** 30);
  expect(pace.size).toBe(LARGEST_BUFFER);
});

test('a client that was slow gets small pieces, also when the kernel takes several at once now and then', () => {
  const pace = new SendPace();
  takeAtOnce(pace, 2 ** 30);
  for (let bursts = 0; bursts < 100; bursts += 1) {
    pace.took(pace.size, 250);
    expect(pace.size).toBe(SMALLEST_BUFFER);
    takeAtOnce(pace, 4 * 2 ** 20);
    expect(pace.size).toBe(SMALLEST_BUFFER);
  }
  expect(SMALLEST_BUFFER).toBe(64 * 1024);
});
