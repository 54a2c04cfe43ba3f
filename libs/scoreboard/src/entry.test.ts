import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { newEntry } from './board-session.ts';
import { loginField, nameField, parseEntry, SessionState } from './entry.ts';
import { LAYOUTS } from './layout.ts';
import { sample } from './testing/board-folder.ts';

const START = { remoteAddress: '192.0.2.77', remotePort: 57_189, localAddress: '192.0.2.10', localPort: 21 };

describe('parseEntry', () => {
  test('reads what the C server wrote', () => {
    expect(parseEntry(sample('dl-99.5pct'))).toMatchObject({
      state: SessionState.downloading,
      pid: 1,
      peer: { family: 4, address: '192.0.2.77' },
      local: { family: 4, address: '192.0.2.10', port: 21 },
      sessionStart: 2_000_000_000n - 3725n,
      restartOffset: 0n,
      totalSize: 1000n,
      currentSize: 995n,
      login: 'alice',
      file: 'f',
    });
  });

  test('reads IPv6, the longest login and the longest file name', () => {
    expect(parseEntry(sample('ipv6'))?.peer?.family).toBe(6);
    expect(parseEntry(sample('login-128'))?.login).toHaveLength(128);
    expect(parseEntry(sample('file-1023'))?.file).toHaveLength(1023);
    expect(parseEntry(sample('file-1023.upstream'))).toEqual(parseEntry(sample('file-1023')));
  });

  test('keeps the bytes of a name that is no text', () => {
    const { file = '' } = parseEntry(sample('bytes-80-ff')) ?? {};
    expect(nameField(file, LAYOUTS.debian).subarray(0, 128)).toEqual(
      Buffer.from(Array.from({ length: 128 }, (_, index) => 0x80 + index)),
    );
  });

  test('knows an entry by its size', () => {
    for (const size of [0, 1, 1455, 1457, 1463, 1465, 4096]) expect(parseEntry(Buffer.alloc(size))).toBeUndefined();
    for (const { size } of Object.values(LAYOUTS)) expect(parseEntry(Buffer.alloc(size))).toBeDefined();
  });

  test('reads any bytes without an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1464, maxLength: 1464 }), (bytes) => {
        const entry = parseEntry(bytes);
        expect(entry?.login.includes('\0')).toBe(false);
        expect(entry?.file.includes('\0')).toBe(false);
      }),
    );
  });
});

describe('a new entry', () => {
  test('has the bytes of the C server for one who has just connected', () => {
    const bytes = newEntry(START, 1287, 0x6b00d382, LAYOUTS.debian);
    expect(bytes.length).toBe(1464);
    expect(bytes.subarray(0, 16).toString('hex')).toBe('01000000070500000200df65c000024d');
    expect(bytes.subarray(0x88, 0x90).toString('hex')).toBe('02000015c000020a');
    expect(bytes.subarray(0x108, 0x118).toString('hex')).toBe('82d3006b0000000082d3006b00000000');
    expect(bytes.subarray(0x130, 0x133).toString('hex')).toBe('3f0000');
  });

  test.each(Object.values(LAYOUTS))('is read back in the layout of $size bytes', (layout) => {
    expect(parseEntry(newEntry(START, 7, 5, layout))).toMatchObject({
      state: SessionState.idle,
      pid: 7,
      login: '?',
      file: '',
    });
  });
});

describe('a field', () => {
  test('of a login keeps the first bytes, and always ends with NUL', () => {
    const field = loginField('é'.repeat(100), LAYOUTS.upstream);
    expect(field.length).toBe(128);
    expect(field[127]).toBe(0);
    expect(field.subarray(0, 126)).toEqual(Buffer.from('é'.repeat(63)));
  });

  test('of a file name keeps the last bytes', () => {
    expect(nameField(`${'a'.repeat(100)}${'b'.repeat(1000)}`, LAYOUTS.debian)).toEqual(
      Buffer.from(`${'a'.repeat(23)}${'b'.repeat(1000)}\0`),
    );
  });

  test('ends at a NUL in the name, as it would for C', () => {
    expect(nameField('a\0b', LAYOUTS.debian)).toEqual(Buffer.from('a\0'));
    expect(loginField('a\0b', LAYOUTS.debian).subarray(0, 4)).toEqual(Buffer.from('a\0\0\0'));
  });
});
