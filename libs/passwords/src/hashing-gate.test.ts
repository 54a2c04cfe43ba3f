import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HashingGate } from './hashing-gate.ts';

function task(): { run: () => Promise<void>; finish: () => void; started: () => boolean } {
  const end = Promise.withResolvers<void>();
  let started = false;
  return {
    run: () => {
      started = true;
      return end.promise;
    },
    finish: end.resolve,
    started: () => started,
  };
}

describe('HashingGate', () => {
  test('never has more memory or tasks in flight than it may, and runs them all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 40 }), async (sizes) => {
        const gate = new HashingGate({ memory: 100, concurrency: 3 });
        let memory = 0;
        let most = 0;
        let done = 0;
        await Promise.all(
          sizes.map((size) =>
            gate.run(size, async () => {
              memory += Math.min(size, 100);
              most = Math.max(most, memory);
              expect(gate.running).toBeLessThanOrEqual(3);
              await Promise.resolve();
              memory -= Math.min(size, 100);
              done += 1;
            }),
          ),
        );
        expect(most).toBeLessThanOrEqual(100);
        expect(done).toBe(sizes.length);
        expect([gate.running, gate.waiting]).toEqual([0, 0]);
      }),
    );
  });

  test('serves in order: a large task is not overtaken', async () => {
    const gate = new HashingGate({ memory: 100, concurrency: 4 });
    const [first, large, small] = [task(), task(), task()];
    const all = [gate.run(60, first.run), gate.run(80, large.run), gate.run(10, small.run)];
    await Promise.resolve();
    expect([first.started(), large.started(), small.started()]).toEqual([true, false, false]);
    first.finish();
    await all[0];
    large.finish();
    small.finish();
    await Promise.all(all);
  });

  test('frees the place of a task that fails', async () => {
    const gate = new HashingGate({ memory: 1, concurrency: 1 });
    await expect(gate.run(1, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await gate.run(1, async () => 7)).toBe(7);
  });

  test('one who leaves the queue lets the next one in', async () => {
    const gate = new HashingGate({ memory: 100, concurrency: 4 });
    const [first, small] = [task(), task()];
    const running = gate.run(60, first.run);
    const leaving = new AbortController();
    const large = gate.run(80, task().run, leaving.signal);
    const next = gate.run(10, small.run);
    leaving.abort(new Error('gone'));
    await expect(large).rejects.toThrow('gone');
    small.finish();
    await next;
    first.finish();
    await running;
    await expect(gate.run(1, first.run, leaving.signal)).rejects.toThrow('gone');
  });

  test('refuses to be made useless', () => {
    expect(() => new HashingGate({ memory: 0 })).toThrow(RangeError);
    expect(() => new HashingGate({ concurrency: 0 })).toThrow(RangeError);
  });

  test('serves its sources in turn', async () => {
    const gate = new HashingGate({ memory: 100, concurrency: 1 });
    const order: string[] = [];
    const first = task();
    const running = gate.run(1, first.run);
    const all = ['a', 'a', 'a', 'b'].map((source) =>
      gate.run(1, async () => void order.push(source), undefined, source),
    );
    first.finish();
    await Promise.all([running, ...all]);
    expect(order).toEqual(['a', 'b', 'a', 'a']);
  });
});
