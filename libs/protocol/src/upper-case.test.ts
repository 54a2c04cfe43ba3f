import { expect, it } from 'vitest';

import { upperCase } from './upper-case.ts';

it('only ASCII letters have an upper case', () => {
  expect(upperCase('sha-256 tlſ ıdle ß é \udcff')).toBe('SHA-256 TLſ ıDLE ß é \udcff');
});
