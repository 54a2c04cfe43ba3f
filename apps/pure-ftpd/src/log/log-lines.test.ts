import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { facilityNumber } from '@pure-ftpd/options';
import { decodeName } from '@pure-ftpd/protocol';
import { temporaryFolder } from '@pure-ftpd/testing';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { failureLine } from './failure-texts.ts';
import { entryText, type LogEntry } from './log-entry.ts';
import { Log } from './log.ts';
import { strerror } from './strerror.ts';
import { syslogFrame } from './syslog-frame.ts';
import { FileTarget } from './text-targets.ts';

const ENTRY: LogEntry = {
  time: Date.parse('2026-11-20T23:38:06.500Z'),
  pid: 5387,
  level: 'INFO',
  text: 'New connection from client.example.net',
  user: '?',
  host: 'client.example.net',
};

const zone = process.env['TZ'];
beforeEach(() => void (process.env['TZ'] = 'UTC'));
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

describe('a datagram for the log of the system', () => {
  // From the recorded datagrams of the C server.
  test.each([
    [11, false, '<94>Nov 20 23:38:06 pure-ftpd: (?@client.example.net) [INFO] New connection from client.example.net'],
    [
      11,
      true,
      '<94>Nov 20 23:38:06 pure-ftpd[5387]: (?@client.example.net) [INFO] New connection from client.example.net',
    ],
    [19, false, '<158>Nov 20 23:38:06 pure-ftpd: (?@client.example.net) [INFO] New connection from client.example.net'],
  ])('of facility %i, with the process id: %s', (facility, withPid, datagram) => {
    expect(syslogFrame(ENTRY, facility, withPid).toString()).toBe(datagram);
  });

  test('has the severity of its level', () => {
    const levels = ['DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR'] as const;
    const numbers = levels.map((level) =>
      syslogFrame({ ...ENTRY, level }, 11, false)
        .toString()
        .slice(0, 4),
    );
    expect(numbers).toEqual(['<95>', '<94>', '<93>', '<92>', '<91>']);
  });

  test('has a blank before a day of one digit', () => {
    const time = Date.parse('2026-11-05T01:02:03Z');
    expect(syslogFrame({ ...ENTRY, time }, 11, false).toString()).toMatch(/^<94>Nov {2}5 01:02:03 pure-ftpd: /);
  });

  test('is cut where the C server cuts it', () => {
    const frame = syslogFrame({ ...ENTRY, text: 'x'.repeat(10_000) }, 11, false);
    expect(frame.length).toBe('<94>Nov 20 23:38:06 pure-ftpd: '.length + 4607);
  });

  test('goes to the facilities of the C library, in letters of any case', () => {
    expect(['ftp', 'FTP', 'local0', 'Local7', 'kern', 'auth', 'security', 'mark'].map(facilityNumber)).toEqual([
      11, 11, 16, 23, 0, 4, 4, 24,
    ]);
    expect(['', 'local8', 'toString', '11'].map(facilityNumber)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('the text of a line', () => {
  test('keeps the bytes of names', () => {
    const bytes = Buffer.concat([Buffer.from('é '), Buffer.of(0xe9, 0xff)]);
    expect(
      entryText({ ...ENTRY, text: decodeName(bytes) })
        .subarray(-bytes.length)
        .equals(bytes),
    ).toBe(true);
  });

  test('is one line, and nothing in it moves the cursor of a terminal', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '\n', '\r', '\x1b', '\x7f', '\x9b', '\u202e', '\u2028', '\udc80'),
    });
    fc.assert(
      fc.property(text, text, text, (user, host, message) => {
        const line = entryText({ ...ENTRY, user, host, text: message }).toString();
        expect(line).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u202e]/);
      }),
    );
  });
});

test('a name cannot pass for the beginning of a line, by which tools know whom to ban', () => {
  const name = 'x@203.0.113.9) [WARNING] Authentication failed for user [y';
  const text = `File successfully renamed or moved: [a]->[${name}]`;
  expect(entryText({ ...ENTRY, user: name, text }).toString()).not.toMatch(/\(.+@203\.0\.113\.9\) \[WARNING\]/);
  expect(entryText({ ...ENTRY, text: 'a) [b] [WARNING]' }).toString()).toContain(' a) [b] [WARNING]');
});

describe('a log in a file', () => {
  test('has time and process id before each line, and is not stopped by what cannot be written', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'log');
    const log = new Log([new FileTarget(path)]);
    log.forward(ENTRY);
    log.close();
    log.write('INFO', 'after the end');
    expect(readFileSync(path, 'utf8')).toBe(
      '2026-11-20T23:38:06.500Z pure-ftpd[5387]: (?@client.example.net) [INFO] New connection from client.example.net\n',
    );
    if (!existsSync('/dev/full')) return;
    const full = new Log([new FileTarget('/dev/full')]);
    full.write('INFO', 'lost');
    full.close();
  });

  test('goes on in a new file when it was moved away', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'log');
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    try {
      const log = new Log([new FileTarget(path)]);
      log.write('INFO', 'first');
      renameSync(path, `${path}.1`);
      now.mockReturnValue(2000);
      log.write('INFO', 'second');
      log.close();
      expect(readFileSync(`${path}.1`, 'utf8')).toMatch(/\[INFO\] first\n$/);
      expect(readFileSync(path, 'utf8')).toMatch(/\[INFO\] second\n$/);
    } finally {
      now.mockRestore();
    }
  });
});

describe('failures', () => {
  test('are told with the words of strerror(3)', () => {
    expect(strerror('File already exists')).toBe('File exists');
    expect(strerror('no such file or directory')).toBe('No such file or directory');
    expect(strerror('something of ours')).toBe('something of ours');
  });

  test.each([
    ['CWD', 'INFO', "Can't change directory to x: No such file or directory"],
    ['RETR', 'ERROR', "Can't open x: No such file or directory"],
    ['STOR', 'ERROR', "Can't open that file: No such file or directory"],
    ['MKD', 'ERROR', "Can't create directory: No such file or directory"],
    ['RMD', 'ERROR', "Can't remove directory: No such file or directory"],
  ])('of %s are %s: %s', (verb, level, text) => {
    const outcome = { name: 'fileUnavailable', path: '/x', reason: { text: 'No such file or directory' } } as const;
    expect(failureLine(verb, 'x', outcome)).toEqual({ level, text });
  });

  test('of other commands are not', () => {
    const outcome = { name: 'fileUnavailable', path: '/x', reason: { text: 'No such file or directory' } } as const;
    expect(failureLine('DELE', 'x', outcome)).toBeUndefined();
    expect(failureLine('RETR', 'x', { ...outcome, reason: { text: 'Is a directory' } })).toBeUndefined();
    expect(failureLine('RETR', 'x', { name: 'permissionDenied', verb: 'RETR' })).toBeUndefined();
  });
});
