import { expect, test } from 'vitest';

import { jsonEntry } from './json-entry.ts';
import type { LogEntry } from './log-entry.ts';

const ENTRY: LogEntry = { time: 0, pid: 7, level: 'INFO', text: 'listening on 127.0.0.1:21', user: '?', host: '?' };

function line(change: Partial<LogEntry>): string {
  return jsonEntry({ ...ENTRY, ...change }).toString();
}

test('what is not known is left out', () => {
  expect(line({})).toBe(
    '{"time":"1970-01-01T00:00:00.000Z","level":"INFO","pid":7,"event":"message","message":"listening on 127.0.0.1:21"}\n',
  );
});

test('a session has its id, its user, its address, and its name where it has one', () => {
  const who = { session: '0123456789abcdef', user: 'alice', address: '192.0.2.1' };
  const fields = { direction: 'upload', path: '/srv/a', bytes: 3, complete: true };
  expect(JSON.parse(line({ ...who, host: '192.0.2.1', text: '', event: 'transferred', fields }))).toEqual({
    time: '1970-01-01T00:00:00.000Z',
    level: 'INFO',
    pid: 7,
    ...who,
    event: 'transferred',
    ...fields,
  });
  expect(JSON.parse(line({ ...who, host: 'client.example' }))).toMatchObject({ host: 'client.example' });
});

test('names of any bytes leave it one line that every reader takes', () => {
  const name = 'a\nb"\u2028\u009b\udce9';
  const written = line({ user: name, text: name, fields: { path: name } });
  expect(written.trimEnd()).not.toMatch(/[\n\u0080-\u009f\u2028]|\\ud/);
  expect(JSON.parse(written)).toMatchObject({
    user: 'a\nb"\u2028\u009b\ufffd',
    userBase64: Buffer.concat([Buffer.from('a\nb"\u2028\u009b'), Buffer.of(0xe9)]).toString('base64'),
    pathBase64: expect.any(String),
    messageBase64: expect.any(String),
  });
});
