import { describe, expect, test } from 'vitest';

import { ConnectionCount } from './connection-limits.ts';
import { type Counters, LocalCounters } from './counters.ts';

describe('counters of a process', () => {
  test('count up to the limit, and again after one has left', () => {
    const counters = new LocalCounters();
    expect([counters.enter('a', 2), counters.enter('a', 2), counters.enter('a', 2)]).toEqual([true, true, false]);
    counters.leave('a');
    expect(counters.enter('a', 2)).toBe(true);
    expect(counters.enter('b', 1)).toBe(true);
  });

  test('count what is elsewhere, where there is a limit', () => {
    const asked: string[] = [];
    const counters = new LocalCounters((key) => {
      asked.push(key);
      return key === 'a' ? 1 : 0;
    });
    expect(counters.enter('a', 0)).toBe(true);
    expect(asked).toEqual([]);
    expect([counters.enter('a', 2), counters.enter('a', 3), counters.enter('a', 3)]).toEqual([false, true, false]);
    expect([counters.enter('b', 1), counters.enter('b', 1)]).toEqual([true, false]);
    // One that is full without them is not looked up.
    expect(asked).toEqual(['a', 'a', 'a', 'b']);
  });

  test('are not limited by 0', () => {
    const counters = new LocalCounters();
    expect(Array.from({ length: 100 }, () => counters.enter('a', 0))).not.toContain(false);
  });
});

/** Counters that answer when they are told to. */
class SlowCounters implements Counters {
  readonly answers: PromiseWithResolvers<boolean>[] = [];
  readonly left: string[] = [];

  enter(): Promise<boolean> {
    const answer = Promise.withResolvers<boolean>();
    this.answers.push(answer);
    return answer.promise;
  }

  leave(key: string): void {
    this.left.push(key);
  }
}

describe('connections', () => {
  test('are counted while the answer of the counters is not there', async () => {
    const counters = new SlowCounters();
    const count = new ConnectionCount(counters);
    const limits = { maxCons: 1, maxConsPerIp: 1 };
    const first = count.enter('192.0.2.1', limits);
    expect(count.enter('192.0.2.2', limits)).toBe('maxCons');
    counters.answers[0]?.resolve(true);
    expect(await first).toBeUndefined();
    expect(count.total).toBe(1);
    count.remove('192.0.2.1');
    expect([count.total, counters.left]).toEqual([0, ['192.0.2.1']]);
  });

  test('that the counters refuse, or cannot be asked about, are not counted', async () => {
    const counters = new SlowCounters();
    const count = new ConnectionCount(counters);
    const limits = { maxCons: 0, maxConsPerIp: 1 };
    const [refused, failed] = [count.enter('192.0.2.1', limits), count.enter('192.0.2.1', limits)];
    counters.answers[0]?.resolve(false);
    counters.answers[1]?.reject(new Error('no answer'));
    expect(await refused).toBe('maxConsPerIp');
    await expect(failed).rejects.toThrow('no answer');
    expect(count.total).toBe(0);
  });
});
