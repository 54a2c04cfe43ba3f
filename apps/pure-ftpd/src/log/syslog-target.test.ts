import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { DatagramReader, hasDatagramReader } from '../testing/datagram-reader.ts';
import type { LogEntry } from './log-entry.ts';
import { SyslogTarget } from './syslog-target.ts';

function entry(text: string): LogEntry {
  return { time: Date.now(), pid: 1, level: 'INFO', text, user: '?', host: '192.0.2.77' };
}

function numbers(datagrams: readonly string[]): number[] {
  return datagrams.map((datagram) => Number(/\[INFO\] (\d+)$/.exec(datagram)?.[1]));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

describe.skipIf(!hasDatagramReader)('the log of the system', () => {
  test('gets a datagram for each line', async () => {
    using folder = temporaryFolder();
    const socket = join(folder.path, 'log');
    await using reader = await DatagramReader.listen(socket);
    reader.read();
    const target = new SyslogTarget({ facility: 11, withPid: false, socket });
    target.write(entry('hello'));
    await untilTrue('it is there', () => reader.datagrams.length === 1);
    expect(reader.datagrams[0]).toMatch(
      /^<94>\w{3} [\d ]\d \d\d:\d\d:\d\d pure-ftpd: \(\?@192\.0\.2\.77\) \[INFO\] hello$/,
    );
    target.close();
  });

  test('gets what was logged while it was being restarted, in its order', async () => {
    using folder = temporaryFolder();
    const socket = join(folder.path, 'log');
    const target = new SyslogTarget({ facility: 11, withPid: false, socket });
    // Nobody has listened yet; then somebody who goes, and leaves the socket behind.
    target.write(entry('0'));
    {
      await using first = await DatagramReader.listen(socket);
      first.read();
      target.write(entry('1'));
      await untilTrue('both are there', () => first.datagrams.length === 2);
      expect(numbers(first.datagrams)).toEqual([0, 1]);
    }
    target.write(entry('2'));
    target.write(entry('3'));
    unlinkSync(socket);
    target.write(entry('4'));
    await using second = await DatagramReader.listen(socket);
    second.read();
    await untilTrue('all are there', () => second.datagrams.length === 3);
    expect(numbers(second.datagrams)).toEqual([2, 3, 4]);
    target.close();
  });

  test('that does not read is not waited for; what it misses is bounded, and counted', async () => {
    using folder = temporaryFolder();
    const socket = join(folder.path, 'log');
    await using reader = await DatagramReader.listen(socket);
    const target = new SyslogTarget({ facility: 11, withPid: false, socket });
    const count = 5000;
    for (const number of range(0, count)) target.write(entry(String(number)));
    reader.read();
    await untilTrue('the loss is told', () => (reader.datagrams.at(-1) ?? '').endsWith('were lost'));
    const lost = Number(/\[WARNING\] (\d+) lines of the log were lost$/.exec(reader.datagrams.at(-1) ?? '')?.[1]);
    const kept = reader.datagrams.slice(0, -1);
    expect(lost).toBeGreaterThan(0);
    expect(numbers(kept)).toEqual(range(0, count - lost));
    target.close();
  });

  test('that nobody may write to is no reason to stop', () => {
    using folder = temporaryFolder();
    const target = new SyslogTarget({ facility: 11, withPid: false, socket: folder.path });
    expect(() => {
      target.write(entry('lost'));
      target.close();
    }).not.toThrow();
  });
});
