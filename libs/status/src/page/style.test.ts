import { createHash } from 'node:crypto';

import { expect, test } from 'vitest';

import { STYLE, STYLE_HASH } from './style.ts';

test('a browser is told the style by the hash that it has', () => {
  expect(createHash('sha256').update(STYLE).digest('base64')).toBe(STYLE_HASH);
});
