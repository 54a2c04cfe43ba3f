import { setImmediate as turn } from 'node:timers/promises';

import { afterEach, expect, test, vi } from 'vitest';

import { EventChannel } from './event-channel.ts';
import { MESSAGE_LIMIT } from './messages/channel.ts';
import { childCodec } from './messages/codecs.ts';
import { EVENTS_LIMIT, LINE_LIMIT, type SentToMonitor, type ToldEvent } from './messages/to-monitor.ts';

const SESSION = '0123456789abcdef';

const TRANSFERRED: ToldEvent = {
  type: 'transferred',
  session: SESSION,
  direction: 'upload',
  path: '/home/alice/a',
  bytes: 1,
  milliseconds: 1,
  transferType: 'binary',
  complete: true,
  code: 226,
  encrypted: false,
};

afterEach(() => {
  vi.useRealTimers();
});

/** A channel of events, and the messages that it has sent. */
function channel(): { readonly events: EventChannel; readonly sent: SentToMonitor[] } {
  const sent: SentToMonitor[] = [];
  return { events: new EventChannel({ sendSoon: (message) => void sent.push(message) }), sent };
}

function eventsOf(messages: readonly SentToMonitor[]): ToldEvent[] {
  return messages.flatMap((message) => (message.type === 'events' ? [...message.events] : []));
}

const WHAT_HAPPENED: readonly ToldEvent[] = [
  { type: 'progress', session: SESSION, position: 1 },
  { type: 'line', session: SESSION, byUser: true, level: 'INFO', text: 'said' },
  { type: 'idle', session: SESSION },
];

test('what happens waits some milliseconds for more, and is one message, in its order', () => {
  vi.useFakeTimers();
  const { events, sent } = channel();
  events.tell({ type: 'progress', session: SESSION, position: 1 });
  vi.advanceTimersByTime(1);
  events.line({ session: SESSION, user: 'alice' }, { level: 'INFO', text: 'said' });
  vi.advanceTimersByTime(1);
  events.tell({ type: 'idle', session: SESSION });
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(10);
  expect(sent).toHaveLength(1);
  expect(eventsOf(sent)).toEqual(WHAT_HAPPENED);
});

test('it is sent before anything else is said, and once', () => {
  vi.useFakeTimers();
  const { events, sent } = channel();
  events.tell({ type: 'idle', session: SESSION });
  events.flush();
  expect(sent).toHaveLength(1);
  vi.advanceTimersByTime(10);
  expect(sent).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('a transfer that is only counted waits for more of them', () => {
  vi.useFakeTimers();
  const { events, sent } = channel();
  events.tell(TRANSFERRED);
  vi.advanceTimersByTime(1);
  events.tell(TRANSFERRED);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(10);
  expect(sent).toHaveLength(1);
  expect(eventsOf(sent)).toEqual([TRANSFERRED, TRANSFERRED]);
});

test('a transfer that is over is told at the end of its turn, with all that waits', async () => {
  const { events, sent } = channel();
  events.tell({ type: 'idle', session: SESSION });
  events.tell(TRANSFERRED, true);
  expect(sent).toEqual([]);
  await turn();
  expect(eventsOf(sent)).toEqual([{ type: 'idle', session: SESSION }, TRANSFERRED]);
});

test('a message is never larger than the monitor takes, whatever is told', () => {
  const { events, sent } = channel();
  // Six bytes each, as JSON.
  const text = '\udc80'.repeat(LINE_LIMIT + 1);
  for (let count = 0; count < 3 * EVENTS_LIMIT; count += 1) {
    events.line({ session: SESSION, user: '?' }, { level: 'INFO', text });
    events.tell({ type: 'progress', session: SESSION, position: count });
  }
  events.flush();
  expect(eventsOf(sent)).toHaveLength(6 * EVENTS_LIMIT);
  for (const message of sent) {
    expect(eventsOf([message]).length).toBeLessThanOrEqual(EVENTS_LIMIT);
    expect(childCodec.encode(message).length).toBeLessThan(MESSAGE_LIMIT);
  }
});

test('too many lines are told of in one', async () => {
  const { events, sent } = channel();
  const LINES = 30_000;
  const line = { level: 'INFO', text: 'said', time: 0, pid: 1, user: '?', host: '?' } as const;
  for (let count = 0; count < LINES; count += 1) events.write(line);
  // Some are allowed again before long.
  const isTold = (): boolean =>
    eventsOf(sent).some((event) => event.type === 'line' && event.text.includes('too many'));
  while (!isTold()) {
    await turn();
    events.write(line);
  }
  expect(eventsOf(sent).length).toBeLessThan(LINES);
  const told = eventsOf(sent).find((event) => event.type === 'line' && event.text.includes('too many'));
  expect(told).toMatchObject({ byUser: false, level: 'WARNING', text: expect.stringMatching(/^\d+ lines of the log/) });
});
