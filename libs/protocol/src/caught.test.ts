import { expect, test } from 'vitest';
import { asError, messageOf } from './caught.ts';

test('an error stays what it is, and says what it says', () => {
  const error = new TypeError('no');
  expect(asError(error)).toBe(error);
  expect(messageOf(error)).toBe('no');
});

test.each([
  ['text', 'text'],
  [undefined, 'undefined'],
  [7, '7'],
  [null, 'null'],
])('%j becomes one', (thrown, words) => {
  expect(asError(thrown)).toEqual(new Error(words));
  expect(messageOf(thrown)).toBe(words);
});
