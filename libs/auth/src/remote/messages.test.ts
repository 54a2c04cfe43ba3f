import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { NO_LIMITS, parseHome } from '../account.ts';
import { decodeFrame, encodeFrame, FrameError } from '../helper/frames.ts';
import { decodeReply, encodeReply, type RemoteReply } from './messages.ts';

function decoded(kind: string, ...fields: readonly string[]): RemoteReply {
  const frame = decodeFrame(
    encodeFrame(
      kind,
      fields.map((field) => Buffer.from(field)),
    ),
  )?.frame;
  if (frame === undefined) throw new Error('no frame');
  return decodeReply(frame);
}

const LIMITS = ['', '', '', '', '', '', ''];

test('what a helper says is what is heard', () => {
  const limits = { ...NO_LIMITS, quotaSize: 5n, uploadRatio: 3 };
  const account = { uid: 3001, gid: 3002, home: parseHome('/srv/a/./b'), resolvesNames: true, limits };
  const replies: RemoteReply[] = [
    { kind: 'opened' },
    { kind: 'unknown', id: '1' },
    { kind: 'refused', id: '2', reason: 'wrong password' },
    { kind: 'note', id: '3', level: 'info', text: 'it is back' },
    { kind: 'accepted', id: '4', account },
  ];
  for (const reply of replies) {
    const frame = decodeFrame(encodeReply(reply))?.frame;
    expect(frame && decodeReply(frame)).toEqual(reply);
  }
});

test.each([
  ['root', ['1', '0', '1', '/', '0', ...LIMITS]],
  ["root's group", ['1', '1', '0', '/', '0', ...LIMITS]],
  ['a user that there cannot be', ['1', '4294967295', '1', '/', '0', ...LIMITS]],
  ['a user that is no number', ['1', '1e3', '1', '/', '0', ...LIMITS]],
  ['a relative home', ['1', '1', '1', 'srv', '0', ...LIMITS]],
  ['a home with a NUL', ['1', '1', '1', '/a\0b', '0', ...LIMITS]],
  ['a home that is too long', ['1', '1', '1', `/${'x'.repeat(5000)}`, '0', ...LIMITS]],
  ['a limit below zero', ['1', '1', '1', '/', '0', '-1', ...LIMITS.slice(1)]],
  ['too few fields', ['1', '1', '1', '/', '0']],
])('an account with %s is none', (_, fields) => {
  expect(() => decoded('A', ...fields)).toThrow(FrameError);
});

test('whatever a helper says is a reply, or an error that ends it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('A', 'U', 'R', 'N', 'Y', 'X', '?'),
      fc.array(fc.uint8Array({ maxLength: 20 })),
      (kind, fields) => {
        const frame = decodeFrame(encodeFrame(kind, fields))?.frame;
        try {
          if (frame !== undefined) decodeReply(frame);
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
      },
    ),
  );
});
