import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { SessionActivity, TransferStart } from './activity.ts';
import { type SettledActivity, SettledActivities } from './settled-activity.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start(name: string, position = 7): TransferStart {
  return { direction: 'upload', name, offset: 0, position: () => position };
}

/** A session, and what is told of it. */
function session(): { readonly activity: SettledActivity; readonly told: string[] } {
  const told: string[] = [];
  const shown: SessionActivity = {
    transfer: ({ name, position }) => void told.push(`${name} at ${position()}`),
    idle: () => void told.push('idle'),
  };
  return { activity: new SettledActivities().of(shown), told };
}

test('a transfer that lasts is told of, and its end at once', () => {
  const { activity, told } = session();
  activity.transfer(start('a'));
  expect(told).toEqual([]);
  vi.advanceTimersByTime(50);
  expect(told).toEqual(['a at 7']);
  activity.idle();
  expect(told).toEqual(['a at 7', 'idle']);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual(['a at 7', 'idle']);
});

test('of many short ones the last is told, as it was at its end', () => {
  const { activity, told } = session();
  let position = 3;
  for (const name of ['a', 'b', 'c']) {
    activity.transfer({ ...start(name), position: () => position });
    activity.idle();
    position += 1;
  }
  position = 99;
  vi.advanceTimersByTime(50);
  expect(told).toEqual(['c at 5', 'idle']);
});

test('one that follows another without a pause is told of as well', () => {
  const { activity, told } = session();
  activity.transfer(start('a'));
  vi.advanceTimersByTime(50);
  activity.idle();
  activity.transfer(start('b'));
  vi.advanceTimersByTime(50);
  activity.idle();
  expect(told).toEqual(['a at 7', 'idle', 'b at 7', 'idle']);
});

test('a session that does nothing is not told of, nor one that is over', () => {
  const { activity, told } = session();
  activity.idle();
  activity.transfer(start('a'));
  activity.end();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([]);
});

test('a transfer that was told of does not outlive its session', () => {
  const { activity, told } = session();
  activity.transfer(start('a'));
  vi.advanceTimersByTime(50);
  activity.end();
  activity.end();
  expect(told).toEqual(['a at 7', 'idle']);
});
