import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import {
  duplicateDescriptor,
  isDescriptorPassingAvailable,
  receiveDescriptor,
  sendDescriptor,
} from './descriptor-passing.ts';
import { socketpair } from './socket.ts';

/** A socket pair that is closed at the end. */
function pair(): { readonly ends: [number, number] } & Disposable {
  const ends = socketpair();
  return { ends, [Symbol.dispose]: () => ends.forEach((end) => closeSync(end)) };
}

describe.runIf(isDescriptorPassingAvailable())('descriptors between processes', () => {
  test('what is received is the same open file, under a descriptor of its own', () => {
    using sockets = pair();
    const [near, far] = sockets.ends;
    const fd = openSync(import.meta.filename, 'r');
    expect(sendDescriptor(near, fd)).toBe(true);
    closeSync(fd);
    const received = receiveDescriptor(far);
    if (received === undefined) throw new Error('nothing received');
    expect(readFileSync(received, 'utf8')).toContain('the same open file');
    closeSync(received);
  });

  test('they arrive in the order in which they were sent, one at a time', () => {
    using sockets = pair();
    using first = pair();
    using second = pair();
    const [near, far] = sockets.ends;
    for (const { ends } of [first, second]) sendDescriptor(near, ends[0]);
    const inodes = [receiveDescriptor(far), receiveDescriptor(far)].map((fd = -1) => {
      const { ino } = fstatSync(fd);
      closeSync(fd);
      return ino;
    });
    expect(inodes).toEqual([fstatSync(first.ends[0]).ino, fstatSync(second.ends[0]).ino]);
    expect(receiveDescriptor(far)).toBeUndefined();
  });

  test('nobody waits for a reader that does not read', () => {
    using sockets = pair();
    const [near, far] = sockets.ends;
    let sent = 0;
    while (sent < 100_000 && sendDescriptor(near, near)) sent += 1;
    expect(sent).toBeLessThan(100_000);
    for (let left = sent; left > 0; left -= 1) closeSync(receiveDescriptor(far) ?? -1);
    expect(sendDescriptor(near, near)).toBe(true);
  });

  test('what cannot be sent is said', () => {
    const [near, far] = socketpair();
    expect(() => sendDescriptor(near, 987_654)).toThrowError(expect.objectContaining({ code: 'EBADF' }));
    closeSync(far);
    expect(() => sendDescriptor(near, near)).toThrowError(expect.objectContaining({ code: 'EPIPE' }));
    closeSync(near);
  });

  test('a copy outlives the original', () => {
    using sockets = pair();
    const copy = duplicateDescriptor(sockets.ends[0]);
    const { ino } = fstatSync(sockets.ends[0]);
    expect(copy).not.toBe(sockets.ends[0]);
    expect(fstatSync(copy).ino).toBe(ino);
    closeSync(copy);
    expect(() => duplicateDescriptor(987_654)).toThrowError(expect.objectContaining({ code: 'EBADF' }));
  });
});
