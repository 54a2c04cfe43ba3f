import { expect, test } from 'vitest';

import type { SentToMonitor } from '../messages/to-monitor.ts';
import type { Speaker } from '../monitor-link.ts';
import { PracticeLink } from './practice-link.ts';

const OURS = '0123456789abcdef';
const OTHER = 'fedcba9876543210';

function ear(): { readonly heard: SentToMonitor[]; readonly speaker: Speaker } {
  const heard: SentToMonitor[] = [];
  const hear = (message: SentToMonitor): void => void heard.push(message);
  return { heard, speaker: { send: hear, sendSoon: hear, sendLater: hear, end: () => undefined } };
}

test('what sessions of a practice say goes nowhere else, however late they say it', () => {
  const own = ear();
  const monitor = ear();
  const practice = new PracticeLink();
  const { link } = practice;
  practice.practise(own.speaker);
  practice.began(OURS);
  link.sendSoon({ type: 'ended', session: OURS });
  link.events.tell({ type: 'idle', session: OURS });
  practice.silence();
  expect(own.heard.map(({ type }) => type)).toEqual(['ended', 'events']);
  link.log.write('INFO', 'between');
  link.events.flush();
  practice.join(monitor.speaker);
  link.send({ type: 'ended', session: OURS });
  link.events.tell({ type: 'idle', session: OURS });
  link.events.flush();
  expect(monitor.heard).toEqual([]);
  link.events.tell({ type: 'idle', session: OURS });
  link.events.tell({ type: 'idle', session: OTHER });
  link.send({ type: 'ended', session: OTHER });
  link.send({ type: 'ready' });
  expect(monitor.heard).toEqual([
    { type: 'events', events: [{ type: 'idle', session: OTHER }] },
    { type: 'ended', session: OTHER },
    { type: 'ready' },
  ]);
  expect(own.heard).toHaveLength(2);
});
