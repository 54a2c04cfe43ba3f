import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeName, encodeName } from '@pure-ftpd/protocol';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
  headerLines,
  TRANSFER_LOG_FORMATS,
  transferLine,
  type TransferLogFormat,
  type TransferRecord,
} from './index.ts';

const TRANSFER: TransferRecord = {
  time: 1_795_217_618_000,
  session: { startedAt: 0x6b00d8d2 * 1000, pid: 0x13d8 },
  user: 'dl',
  host: 'client.example.net',
  address: '192.0.2.77',
  direction: 'download',
  path: '/srv/ftp/dl/small.txt',
  bytes: 1500,
  seconds: 0.2,
  type: 'binary',
  complete: true,
  code: 226,
  encrypted: false,
};

function sample(name: string): string {
  return readFileSync(join(import.meta.dirname, '../test-data', name), 'latin1');
}

function download(path: string, bytes: number, more: Partial<TransferRecord> = {}): TransferRecord {
  return { ...TRANSFER, path: decodeName(Buffer.from(`/srv/ftp/${path}`, 'latin1')), bytes, ...more };
}

function upload(path: string, bytes: number, user = 'up'): TransferRecord {
  return { ...download(path, bytes), direction: 'upload', user };
}

const PUNCTUATION = Buffer.from(`dl/sub dir/é ~!@#$%^&*()+={}[]|;:'",<>?\`.txt`).toString('latin1');
const ascii = { type: 'ascii' } as const;

/** The transfers of the samples, as complete as the C server says they are; times, session ids and what was moved until an abort are those of each file. */
const TRANSFERS: readonly TransferRecord[] = [
  download('dl/small.txt', 1500),
  download('dl/empty', 0),
  download(PUNCTUATION, 10),
  download('dl/latin\xe9\x80\xff.txt', 11),
  download('dl/ctl\x01\x1b\n\t\r\x7fend', 12),
  download('dl/small.txt', 1500),
  download('dl/small.txt', 500),
  download('dl/big.bin', 4_063_232),
  download('dl/big.bin', 3_932_160),
  download('dl/small.txt', 1500, ascii),
  download('dl/lf.txt', 8, ascii),
  { ...upload('dl/lf.up', 4, 'dl'), ...ascii },
  upload('up/new.bin', 5000),
  upload('up/new.bin', 200),
  upload('up/new.bin', 300),
  upload('up/new.bin', 50),
  upload('up/zero', 0),
  upload('up/sp ace%.txt', 1),
  upload('up/abort.bin', 70_000),
  upload('up/abor.bin', 70_000),
  download('dl/big.bin', 3_932_160),
  upload('up/dropped.bin', 70_000),
  upload('up/UNIQUE', 4),
  upload('noroot/nr.txt', 1, 'noroot'),
  upload('odd/o.txt', 1, `o|dd\\<u&"ser>'s`),
  download('anon/pub.txt', 6, { user: 'ftp' }),
  upload('anon/incoming/a.txt', 1, 'ftp'),
];

/** What a sample says of time, session, duration and the name STOU gave, line by line. */
function recorded(format: string, line: string): Partial<TransferRecord> {
  const unique = /pureftpd\.[0-9a-f.]+/.exec(line)?.[0];
  const path = unique === undefined ? {} : { path: `/srv/ftp/up/${unique}` };
  if (format !== 'stats') {
    const clock = /(?<=20\/Nov\/2026:|2026-11-20 |Nov 20 )\d\d:\d\d:\d\d/.exec(line)?.[0] ?? '';
    const seconds = Number(format === 'xferlog' ? line.split(' ')[5] : 0);
    return { ...path, time: Date.parse(`2026-11-20T${clock}Z`), seconds };
  }
  const [time = '', session = '', , , , , seconds = ''] = line.split(' ');
  const [startedAt = '', pid = ''] = session.split('.');
  return {
    ...path,
    time: Number(time) * 1000,
    session: { startedAt: Number.parseInt(startedAt, 16) * 1000, pid: Number.parseInt(pid, 16) },
    seconds: Number(seconds),
  };
}

function secondsField(seconds: number): string {
  return (
    lineOf('stats', { ...TRANSFER, seconds })
      .toString()
      .split(' ')[6] ?? ''
  );
}

/** The line of a transfer that has one. */
function lineOf(...of: Parameters<typeof transferLine>): Buffer {
  const line = transferLine(...of);
  if (line === undefined) throw new Error('no line');
  return line;
}

function textOf(format: TransferLogFormat, transfer: TransferRecord): string | undefined {
  return transferLine(format, transfer)?.toString();
}

const zone = process.env['TZ'];

function setZone(name: string): void {
  process.env['TZ'] = name;
}

afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else setZone(zone);
});

describe('transferLine', () => {
  test.each(['clf', 'stats', 'w3c', 'xferlog'] as const)('writes %s as the C server does, to the byte', (format) => {
    setZone('UTC');
    // The one difference: a line break in a name does not break the line.
    const text = sample(`${format}.log`).replace('ctl\x01\x1b\n', 'ctl\x01\x1b_');
    const lines = text.split('\n').slice(0, -1);
    const transfers = lines.filter((line) => !line.startsWith('#'));
    expect(transfers).toHaveLength(TRANSFERS.length);
    const ours = TRANSFERS.map((transfer, index) =>
      lineOf(format, { ...transfer, ...recorded(format, transfers[index] ?? '') }).toString('latin1'),
    );
    expect(ours.join('')).toBe(transfers.map((line) => `${line}\n`).join(''));
  });

  test('tells what is incomplete by the code of the reply, by i in xferlog, and in stats by what is stored alone', () => {
    const broken = { complete: false, code: 426 } as const;
    const sent = download('dl/big.bin', 4000, broken);
    expect(textOf('clf', sent)).toMatch(/big\.bin" 426 4000\n$/);
    expect(textOf('w3c', sent)).toMatch(/big\.bin 426 dl 4000\n$/);
    expect(textOf('xferlog', sent)).toMatch(/ \* i\n$/);
    expect(textOf('stats', sent)).toMatch(/ D 4000 /);
    const taken = { ...upload('up/a.bin', 0), ...broken };
    expect(textOf('clf', taken)).toMatch(/"PUT .*a\.bin" 426 0\n$/);
    expect(textOf('w3c', taken)).toMatch(/\[\]created .*a\.bin 426 up 0\n$/);
    expect(textOf('xferlog', taken)).toMatch(/ 0 \/srv\/ftp\/up\/a\.bin b _ i r up ftp 1 \* i\n$/);
    expect(textOf('stats', taken)).toBeUndefined();
    expect(textOf('stats', { ...taken, bytes: 500 })).toMatch(/ U 500 /);
    expect(textOf('stats', upload('up/empty', 0))).toMatch(/ U 0 /);
  });

  test('writes times in the zone of the process, as the C server does', () => {
    for (const line of sample('timezones.txt').trimEnd().split('\n')) {
      const [, zoneName = '', format, expected = ''] = /^TZ=(\S+) +(\S+) +(.*)$/.exec(line) ?? [];
      const known = TRANSFER_LOG_FORMATS.find((name) => name === format);
      if (known === undefined) throw new Error(line);
      setZone(zoneName);
      // All were made within some seconds of 23:34 UTC: the seconds are those of the line.
      const seconds = /:(\d\d)(?= |\])/.exec(expected)?.[1] ?? '00';
      const time = known === 'stats' ? recorded('stats', expected).time : Date.parse(`2026-11-20T23:34:${seconds}Z`);
      const session = known === 'stats' ? recorded('stats', expected).session : TRANSFER.session;
      const transfer: TransferRecord = {
        ...TRANSFER,
        host: '192.0.2.77',
        time: time ?? 0,
        session: session ?? TRANSFER.session,
      };
      expect(lineOf(known, transfer).toString()).toBe(`${expected}\n`);
    }
  });

  test('follows the clock change, and pads the day of the month with a zero', () => {
    setZone('Europe/Paris');
    const summer = { ...TRANSFER, time: Date.parse('2026-07-05T10:00:00Z') };
    expect(lineOf('clf', summer).toString()).toContain('[05/Jul/2026:12:00:00 +0200]');
    expect(lineOf('xferlog', summer).toString()).toMatch(/^Sun Jul 05 12:00:00 2026 0 /);
  });

  test('rounds seconds half up', () => {
    expect([0.49, 0.5, 1.5, 2.4].map(secondsField)).toEqual(['0', '1', '2', '2']);
  });

  test('writes a dash for a user or a host that is empty, and clf and stats keep their fields', () => {
    const empty = { ...TRANSFER, user: '', host: '' };
    expect(lineOf('clf', empty).toString()).toMatch(/^- - - \[/);
    expect(lineOf('stats', empty).toString()).toContain(' - - D ');
    expect(lineOf('w3c', empty).toString()).toContain(' - []sent /srv/ftp/dl/small.txt 226  1500');
    expect(lineOf('xferlog', empty).toString()).toContain(' r - ftp 1 * c');
  });

  test('is one line with one line break, whatever names hold', () => {
    const name = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\r', '\t', '"', '\\', '\udc80', 'é', '\u2028') });
    fc.assert(
      fc.property(name, name, name, fc.constantFrom(...TRANSFER_LOG_FORMATS), (user, host, path, format) => {
        const line = lineOf(format, { ...TRANSFER, user, host, path: `/${path}` });
        expect(line.indexOf('\n')).toBe(line.length - 1);
      }),
    );
  });

  test.each([
    ['clf', '/a%00%01%1B%5B2J%0A%7F%C3%A9" 200'],
    ['w3c', '/a%00%01%1B%5B2J%0A%7F%C3%A9 226'],
    ['xferlog', '/a___[2J__é b'],
    // As the C server: every byte but those that could end the line, or the text.
    ['stats', '/a_\x01\x1b[2J_\x7fé\n'],
    ['json', '"path":"/a\\u0000\\u0001\\u001b[2J\\n\\u007fé"'],
  ] as const)('makes control bytes of a path safe in %s: %j', (format, shown) => {
    expect(textOf(format, { ...TRANSFER, path: '/a\0\x01\x1b[2J\n\x7fé' })).toContain(shown);
  });

  test.each(TRANSFER_LOG_FORMATS)('has no control byte of an account in %s', (format) => {
    const line = textOf(format, { ...TRANSFER, user: 'a\0\x1b[2J\r\n\x7fb' });
    expect(line?.slice(0, -1)).not.toMatch(/[\0-\x1f\x7f]/);
  });

  test('keeps the path in one field of clf, w3c and xferlog', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const transfer = { ...TRANSFER, path: `/${decodeName(bytes)}` };
        expect(lineOf('clf', transfer).toString('latin1').split(' ')).toHaveLength(9);
        expect(lineOf('w3c', transfer).toString('latin1').split(' ')).toHaveLength(8);
        expect(lineOf('xferlog', transfer).toString('latin1').split(' ')).toHaveLength(18);
      }),
    );
  });
});

function fields(transfer: TransferRecord): ReadonlyMap<string, unknown> {
  const object: unknown = JSON.parse(lineOf('json', transfer).toString('utf8'));
  return new Map(Object.entries(object ?? {}));
}

describe('json', () => {
  test('is an object with what is known of the transfer', () => {
    const known = fields({ ...TRANSFER, seconds: 1.23456, complete: false, code: 426, encrypted: true });
    expect(Object.fromEntries(known)).toEqual({
      time: '2026-11-20T23:33:38.000Z',
      session: '6b00d8d2.13d8',
      user: 'dl',
      host: 'client.example.net',
      address: '192.0.2.77',
      direction: 'download',
      path: '/srv/ftp/dl/small.txt',
      bytes: 1500,
      seconds: 1.235,
      type: 'binary',
      complete: false,
      code: 426,
      tls: true,
    });
  });

  test('gives the bytes of every path back, in valid UTF-8 that no terminal acts on', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (name) => {
        const path = `/${decodeName(name)}`;
        const line = lineOf('json', { ...TRANSFER, path });
        const text = new TextDecoder('utf-8', { fatal: true }).decode(line);
        expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/);
        const known = fields({ ...TRANSFER, path });
        const shown = String(known.get('path'));
        const base64 = known.get('pathBase64');
        expect(shown.isWellFormed()).toBe(true);
        const bytes = typeof base64 === 'string' ? Buffer.from(base64, 'base64') : Buffer.from(shown);
        expect(bytes.equals(encodeName(path))).toBe(true);
      }),
    );
  });
});

describe('headerLines', () => {
  test('begins a file of w3c as the C server does, and no other', () => {
    const text = headerLines('w3c', 'Pure-FTPd 1.0.50', Date.parse('2026-11-20T23:33:47Z')).join('');
    expect(sample('w3c.log').startsWith(text)).toBe(true);
    expect(text.split('\n')).toHaveLength(5);
    for (const format of ['clf', 'stats', 'xferlog', 'json'] as const) expect(headerLines(format, 'x', 0)).toEqual([]);
  });
});
