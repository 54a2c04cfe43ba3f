import { PassThrough } from 'node:stream';

import { expect, test } from 'vitest';

import { eachLine } from './each-line.ts';

function lines(limit: number): { readonly channel: PassThrough; readonly heard: string[] } {
  const [channel, heard]: [PassThrough, string[]] = [new PassThrough(), []];
  eachLine(channel, limit, (line) => heard.push(line));
  return { channel, heard };
}

test('lines are heard however they come', async () => {
  const { channel, heard } = lines(10);
  for (const byte of 'one\n\ntwo\nthree') channel.write(byte);
  await new Promise(setImmediate);
  expect(heard).toEqual(['one', '', 'two']);
});

test('a line without end is not kept, and ends the channel', async () => {
  const { channel, heard } = lines(10);
  channel.write('one\n'.padEnd(100, 'x'));
  await new Promise(setImmediate);
  expect([heard, channel.destroyed]).toEqual([['one'], true]);
});

test('a channel that breaks breaks nothing else', async () => {
  const { channel } = lines(10);
  channel.destroy(new Error('read ECONNRESET'));
  await new Promise(setImmediate);
  expect(channel.destroyed).toBe(true);
});
