import { expect, test } from 'vitest';

import { QuickTurns } from './quick-turns.ts';

/** Turns of an event loop, each of which takes 10 µs, on a machine with some processors. */
function loop(processors = 2): {
  readonly turns: QuickTurns;
  readonly pass: (milliseconds: number) => void;
  readonly awake: () => number;
} {
  let now = 0;
  let next: (() => void) | undefined;
  return {
    turns: new QuickTurns(
      () => now,
      (turn) => {
        next = turn;
      },
      processors,
    ),
    pass: (milliseconds) => {
      now += milliseconds;
    },
    /** Runs until nothing is to be done: for how long, in milliseconds. */
    awake: () => {
      const begun = now;
      for (let turn = next; turn !== undefined; turn = next) {
        next = undefined;
        now += 0.01;
        turn();
      }
      return now - begun;
    },
  };
}

const client = {};

test('a client that goes on at once is waited for, but not for long', () => {
  const { turns, pass, awake } = loop();
  turns.heard(client);
  turns.replied(client);
  expect(awake()).toBe(0);
  pass(0.1);
  turns.heard(client);
  turns.replied(client);
  expect(awake()).toBeCloseTo(0.2, 1);
});

test('a client at the end of a longer line is not', () => {
  const { turns, pass, awake } = loop();
  for (let count = 0; count < 5; count += 1) {
    turns.heard(client);
    turns.replied(client);
    expect(awake()).toBe(0);
    pass(0.4);
  }
});

test('nor one that was quick before', () => {
  const { turns, pass, awake } = loop();
  turns.replied(client);
  turns.heard(client);
  turns.replied(client);
  expect(awake()).toBeGreaterThan(0);
  pass(1);
  turns.heard(client);
  turns.replied(client);
  expect(awake()).toBe(0);
});

test('nor one of several, also if it was quick before the others came', () => {
  const { turns, pass, awake } = loop();
  turns.replied(client);
  turns.heard(client);
  turns.replied(client);
  const other = {};
  for (const each of [other, client, other]) {
    pass(0.05);
    turns.heard(each);
    turns.replied(each);
  }
  expect(awake()).toBeLessThan(0.02);
});

test('nor anybody on one processor', () => {
  const { turns, awake } = loop(1);
  turns.replied(client);
  turns.heard(client);
  turns.replied(client);
  expect(awake()).toBe(0);
});
