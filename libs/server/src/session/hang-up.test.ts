import { setImmediate as nextTurn } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { HangUp } from './hang-up.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const SENT = { isSaid: false, bytes: 1, announced: 0 };

function hangUp(isQuitting = false): HangUp {
  return new HangUp({
    settings: { hangUp: 'discard', uploadLinger: 1 },
    protection: () => 'clear',
    transfer: () => undefined,
    isQuitting: () => isQuitting,
  });
}

async function turns(): Promise<void> {
  for (let count = 0; count < 10; count += 1) await nextTurn();
}

test('an upload whose control connection ends a moment later is not whole', async () => {
  const session = hangUp();
  const whole = session.isWhole({ ...SENT, seconds: 60 });
  await turns();
  vi.advanceTimersByTime(19);
  session.happens();
  expect(await whole).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test('nobody waits for that longer than 20 milliseconds, or a twentieth of the time of the upload', async () => {
  for (const [seconds, milliseconds] of [
    [60, 20],
    [0.1, 5],
  ] as const) {
    const whole = hangUp().isWhole({ ...SENT, seconds });
    await turns();
    vi.advanceTimersByTime(milliseconds);
    expect(await whole).toBe(true);
  }
});

test('a short upload, and one whose client has said QUIT, waits for nothing', async () => {
  expect(await hangUp().isWhole({ ...SENT, seconds: 0.01 })).toBe(true);
  expect(await hangUp(true).isWhole({ ...SENT, seconds: 60 })).toBe(true);
});
