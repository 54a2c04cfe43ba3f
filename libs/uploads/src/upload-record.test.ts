import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { encodeRecord, RecordParser, UploadRecordError } from './index.ts';

function parse(bytes: Uint8Array | string): string[] {
  const parser = new RecordParser();
  return [...Buffer.from(bytes)].flatMap((byte) => {
    const upload = parser.push(byte);
    return upload === undefined ? [] : [`${upload.login.toString('latin1')} ${upload.path.toString('latin1')}`];
  });
}

describe('records of uploads', () => {
  it('are read as the C server writes them, and written so', () => {
    const stream = readFileSync(join(import.meta.dirname, '..', 'test-data', 'fifo-all.bin'));
    const parser = new RecordParser();
    const uploads = [...stream].flatMap((byte) => parser.push(byte) ?? []);
    expect(uploads.length).toBe(22);
    expect(uploads.at(-1)?.path.toString()).toBe('/srv/ftp/up/vc.txt');
    expect(Buffer.concat(uploads.map(encodeRecord))).toEqual(stream);
  });

  const good = '\u0002al\u0001/ok\u0000';
  it.each([
    ['what is in no record', `abc\u0000\u0001${good}`, ['al /ok']],
    ['a control byte in the login', `\u0002a\nl\u0001/x\u0000${good}`, ['al /ok']],
    ['a control byte in the path', `\u0002al\u0001/x\u007fy\u0000${good}`, ['al /ok']],
    ['no login', `\u0002\u0001/x\u0000`, [' /x']],
    ['no path', `\u0002al\u0001\u0000`, ['al ']],
    ['a missing end', `\u0002al\u0001/x${good}${good}`, ['al /ok', 'al /ok']],
    ['a second start', `\u0002${good}${good}`, ['al /ok', 'al /ok']],
    ['a login that is too long', `\u0002${'x'.repeat(129)}\u0001/x\u0000${good}`, ['al /ok']],
    ['a path that is too long', `\u0002al\u0001/${'x'.repeat(4096)}\u0000${good}`, ['al /ok']],
    [
      'the longest of both',
      `\u0002${'x'.repeat(128)}\u0001/${'y'.repeat(4095)}\u0000`,
      [`${'x'.repeat(128)} /${'y'.repeat(4095)}`],
    ],
  ])('after %s the next one is found', (_, stream, expected) => {
    expect(parse(Buffer.from(stream, 'latin1'))).toEqual(expected);
  });

  it('come back as they went, and nothing else goes', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, bytes, (login, path) => {
        const isFit = login.length <= 127 && ![...login, ...path].some((byte) => byte < 0x20 || byte === 0x7f);
        if (!isFit) {
          expect(() => encodeRecord({ login, path })).toThrow(UploadRecordError);
          return;
        }
        const text = `${login.toString('latin1')} ${path.toString('latin1')}`;
        expect(parse(encodeRecord({ login, path }))).toEqual([text]);
      }),
    );
  });

  it('are found again after anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        // The first of the two may end what the noise has begun.
        expect(parse(Buffer.concat([noise, Buffer.from(good + good)])).at(-1)).toBe('al /ok');
      }),
    );
  });
});
