import { createServer, type Socket } from 'node:net';
import path from 'node:path';

import { temporaryFolder } from '@pure-ftpd/testing';
import { describe, expect, onTestFinished, test } from 'vitest';

import { ControlClient, LINE_BYTES, LineReader, LineTooLong } from './index.ts';

const GREETING = '{"control":1,"server":"pure-ftpd 1","pid":1}\n';

/** A server that says what it is told when somebody connects, and another thing for each piece it hears. */
async function server(first: string, ...then: readonly string[]): Promise<string> {
  const folder = temporaryFolder();
  const file = path.join(folder.path, 'control');
  const sockets = new Set<Socket>();
  const answers = [...then];
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('data', () => socket.write(answers.shift() ?? ''));
    socket.write(first);
  });
  await new Promise<void>((resolve) => {
    listener.listen(file, resolve);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
    folder[Symbol.dispose]();
  });
  return file;
}

describe('a client', () => {
  test('hears who is there, items, and how it went; what it does not know it passes over', async () => {
    const ban = '{"type":"item","item":{"network":"192.0.2.1","reason":"guesses","new":1},"new":2}\n';
    await using control = await ControlClient.connect(
      await server(GREETING, `${ban}${ban}{"type":"done","done":{"new":3}}\n`),
    );
    expect(control.server).toEqual({ control: 1, server: 'pure-ftpd 1', pid: 1 });
    const item = { network: '192.0.2.1', reason: 'guesses', until: undefined };
    expect(await control.ask({ type: 'bans' })).toEqual({ items: [item, item], done: {} });
  });

  test('is told no, and asks on', async () => {
    const no = '{"type":"error","code":"refused","message":"no","problems":["a:1: b"]}\n';
    await using control = await ControlClient.connect(
      await server(GREETING, no, '{"type":"done","done":{"sessions":2}}\n'),
    );
    await expect(control.ask({ type: 'reload' })).rejects.toMatchObject({
      code: 'CONTROL_REFUSED',
      reason: 'refused',
      message: 'no',
      problems: ['a:1: b'],
    });
    expect((await control.ask({ type: 'drain' })).done).toEqual({ sessions: 2 });
  });

  test.each([
    [
      'another version',
      '{"control":2,"server":"x","pid":1}\n',
      'CONTROL_PROTOCOL',
      /version 2 is spoken there, 1 here/,
    ],
    ['something else', '220 ready\n', 'CONTROL_PROTOCOL', /makes no sense/],
    ['without an end', 'x'.repeat(LINE_BYTES + 1), 'CONTROL_PROTOCOL', /more than any line/],
    ['that there is no room', '{"type":"error","code":"busy","message":"full"}\n', 'CONTROL_REFUSED', /full/],
  ])('that hears %s goes no further', async (_what, first, code, message) => {
    await expect(ControlClient.connect(await server(first))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test('that nobody answers says why', async () => {
    using folder = temporaryFolder();
    await expect(ControlClient.connect(path.join(folder.path, 'none'))).rejects.toMatchObject({
      code: 'CONTROL_UNAVAILABLE',
      message: expect.stringContaining('no server has a control socket there'),
    });
  });
});

test('lines are put together from single bytes, and one that is too long is none', () => {
  const reader = new LineReader();
  const lines = [...Buffer.from('{"a":"ü"}\n\nlast')].flatMap((byte) => reader.push(Buffer.of(byte)));
  expect([lines, reader.isWaiting]).toEqual([['{"a":"ü"}', ''], true]);
  const most = Buffer.alloc(LINE_BYTES, 'x');
  expect(() => new LineReader().push(Buffer.concat([most, Buffer.from('\n')]))).toThrow(LineTooLong);
  most[LINE_BYTES - 1] = 0x0a;
  expect(new LineReader().push(most)).toHaveLength(1);
});
