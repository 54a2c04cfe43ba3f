import { once } from 'node:events';
import { closeSync, fstatSync } from 'node:fs';
import { Socket } from 'node:net';

import { isDescriptorPassingAvailable, sendDescriptor, socketpair } from '@pure-ftpd/posix';
import { openDescriptors, untilTrue } from '@pure-ftpd/testing';
import { afterEach, describe, expect, test } from 'vitest';

import { Channel, type Codec, MESSAGE_LIMIT } from './channel.ts';

interface Received {
  readonly message: unknown;
  readonly descriptor: number | undefined;
}

/** An end of a channel, and what has come to it. */
class End {
  readonly received: Received[] = [];
  /** Why it was closed; undefined while it is not. */
  closed: { readonly error: Error | undefined } | undefined;
  readonly channel: Channel<unknown>;

  constructor(messages: number, descriptors: number, keeps = true) {
    this.channel = new Channel({ messages, descriptors }, json, {
      message: (message, descriptor) => {
        this.received.push({ message, descriptor });
        if (!keeps && descriptor !== undefined) closeSync(descriptor);
      },
      closed: (error) => {
        this.closed = { error };
      },
    });
  }
}

const json: Codec<unknown> = {
  encode: (message) => Buffer.from(JSON.stringify(message)),
  decode: (bytes): unknown => JSON.parse(bytes.toString()),
};

describe.runIf(isDescriptorPassingAvailable())('a channel', () => {
  const ends: End[] = [];
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) {
      end.channel.destroy();
      for (const { descriptor } of end.received) if (descriptor !== undefined) closeSync(descriptor);
    }
    for (const close of closing.splice(0)) close();
  });

  function pair(): [End, End] {
    const [messages, descriptors] = [socketpair(), socketpair()];
    const both: [End, End] = [new End(messages[0], descriptors[0]), new End(messages[1], descriptors[1])];
    ends.push(...both);
    return both;
  }

  /** One end of a channel, and the bare sockets of the other. */
  function half(): { end: End; socket: Socket; descriptors: number } {
    const [messages, descriptors] = [socketpair(), socketpair()];
    const end = new End(messages[0], descriptors[0]);
    ends.push(end);
    const socket = new Socket({ fd: messages[1], readable: true, writable: true });
    socket.on('error', () => undefined);
    closing.push(
      () => socket.destroy(),
      () => closeSync(descriptors[1]),
    );
    return { end, socket, descriptors: descriptors[1] };
  }

  test('carries messages whole and in order, with their descriptors', async () => {
    const [one, other] = pair();
    const inodes: number[] = [];
    for (let count = 0; count < 1000; count += 1) {
      const [mine, unused] = socketpair();
      closeSync(unused);
      inodes.push(fstatSync(mine).ino);
      one.channel.send({ count }, mine);
      one.channel.send({ text: 'x'.repeat(count) });
    }
    await untilTrue('all have come', () => other.received.length === 2000);
    const passed = other.received.filter(({ descriptor }) => descriptor !== undefined);
    expect(passed.map(({ message }) => message)).toEqual(inodes.map((_, count) => ({ count })));
    expect(passed.map(({ descriptor }) => fstatSync(descriptor ?? -1).ino)).toEqual(inodes);
  });

  test('sends what can wait with the next message, or at the end of the turn, in the order of all', async () => {
    const { end, socket } = half();
    const pieces: string[] = [];
    socket.on('data', (chunk: Buffer) => pieces.push(chunk.toString('latin1').replaceAll(/[^\d"]/g, '')));
    end.channel.sendSoon('1');
    end.channel.sendSoon('2');
    end.channel.send('3');
    await untilTrue('three have come', () => pieces.join('') === '"1""2""3"');
    expect(pieces).toHaveLength(1);
    end.channel.sendSoon('4');
    end.channel.sendSoon('5');
    await untilTrue('the others have come', () => pieces.join('') === '"1""2""3""4""5"');
    expect(pieces).toHaveLength(2);
    end.channel.sendSoon('6');
    end.channel.end();
    await untilTrue('the last has come', () => pieces.join('').endsWith('"6"'));
  });

  test('reads messages however they are cut', async () => {
    const { end, socket } = half();
    const payload = Buffer.from('{"a":"b"}');
    const frame = Buffer.concat([Buffer.from([0, 0, 0, payload.length, 0]), payload]);
    for (const byte of Buffer.concat([frame, frame])) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await untilTrue('both have come', () => end.received.length === 2);
    expect(end.received.map(({ message }) => message)).toEqual([{ a: 'b' }, { a: 'b' }]);
  });

  test('ends when the other end does', async () => {
    const [one, other] = pair();
    one.channel.send('last');
    one.channel.end();
    await untilTrue('it has ended', () => other.closed !== undefined);
    expect(other.received).toEqual([{ message: 'last', descriptor: undefined }]);
    expect(other.closed?.error).toBeUndefined();
  });

  test.each([
    ['too long a message', Buffer.from([0xff, 0xff, 0xff, 0xff, 0]), /malformed frame/],
    ['an unknown marker', Buffer.from([0, 0, 0, 1, 2, 0x31]), /malformed frame/],
    ['what cannot be read', Buffer.from([0, 0, 0, 1, 0, 0x7b]), /cannot be read/],
    ['a descriptor that is not there', Buffer.from([0, 0, 0, 1, 1, 0x31]), /a descriptor is missing/],
  ])('ends with %s', async (_what, bytes, reason) => {
    const { end, socket } = half();
    socket.write(Buffer.concat([bytes, bytes]));
    await untilTrue('it has ended', () => end.closed !== undefined);
    expect(end.closed?.error?.message).toMatch(reason);
    expect(end.received).toEqual([]);
  });

  test('takes a message as long as is allowed, and keeps no more of one that is longer', async () => {
    const [one, other] = pair();
    const text = 'x'.repeat(MESSAGE_LIMIT - 2);
    one.channel.send(text);
    await untilTrue('it has come', () => other.received.length === 1);
    one.channel.send(`${text}x`);
    await untilTrue('it has ended', () => other.closed !== undefined);
    expect(other.closed?.error?.message).toMatch(/malformed frame/);
  });

  test('closes what was sent to it and nobody took, and what it could not send', async () => {
    const before = openDescriptors();
    const [one, other] = pair();
    other.channel.destroy();
    const [first, second] = socketpair();
    one.channel.send('lost', first);
    await untilTrue('it has ended', () => one.closed !== undefined);
    one.channel.send('lost too', second);
    ends.splice(0);
    await untilTrue('all are closed', () => openDescriptors() <= before);
    expect(one.closed?.error).toBeUndefined();
  });

  test('descriptors without messages stay in the kernel, and go with the channel', async () => {
    const { end, socket, descriptors } = half();
    for (let count = 0; count < 50; count += 1) sendDescriptor(descriptors, descriptors);
    socket.write(Buffer.from([0, 0, 0, 1, 0, 0x31]));
    await untilTrue('the message has come', () => end.received.length === 1);
    expect(end.received).toEqual([{ message: 1, descriptor: undefined }]);
    socket.destroy();
    await once(socket, 'close');
    await untilTrue('it has ended', () => end.closed !== undefined);
  });

  test('ends when the other end does not read', async () => {
    const { end, socket } = half();
    socket.pause();
    const text = 'x'.repeat(1024 * 1024);
    for (let count = 0; count < 40 && end.closed === undefined; count += 1) end.channel.send(text);
    await untilTrue('it has ended', () => end.closed !== undefined);
    expect(end.closed?.error?.message).toMatch(/does not take its messages/);
  });
});
