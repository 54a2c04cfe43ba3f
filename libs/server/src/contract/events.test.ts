import { expect, expectTypeOf, test } from 'vitest';

import { FilesystemError, toldError } from '../errors.ts';
import type { SessionEvent } from './events.ts';

type Value = string | number | boolean | null | undefined;
type Opaque = bigint | symbol | Date | Uint8Array | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>;

/** Whatever in a type JSON would not keep. */
type LostOf<Type> = Type extends Value
  ? never
  : Type extends Opaque | ((...all: never) => unknown)
    ? Type
    : Type extends readonly (infer Item)[]
      ? LostOf<Item>
      : { [Name in keyof Type]-?: LostOf<Type[Name]> }[keyof Type];

test('events are plain data', () => {
  expectTypeOf<LostOf<SessionEvent>>().toBeNever();
  expectTypeOf<LostOf<{ readonly at: Date }>>().not.toBeNever();
  expectTypeOf<LostOf<{ readonly ask: () => number }>>().not.toBeNever();
});

test('an error is told by what another process can hear of it, whatever was thrown', () => {
  expect(toldError(new FilesystemError('no'))).toEqual({
    name: 'FilesystemError',
    message: 'no',
    code: 'FILESYSTEM',
    stack: expect.stringContaining('FilesystemError: no'),
  });
  expect(toldError('thrown')).toEqual({ name: 'Error', message: 'thrown' });
  const odd: unknown = Object.assign(new Error('x'), { code: 7, stack: undefined });
  expect(toldError(odd)).toEqual({ name: 'Error', message: 'x' });
});
