import { expect, test } from 'vitest';

import { acceptedFormat } from './accepted-format.ts';

test.each([
  [undefined, 'text/plain'],
  ['*/*', 'text/plain'],
  ['text/html,*/*;q=0.8', 'text/plain'],
  ['application/openmetrics-text', 'application/openmetrics-text'],
  [
    'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1',
    'application/openmetrics-text',
  ],
  ['Application/OpenMetrics-Text; version=1.0.0; Q=0.5, text/plain; q=0.9', 'text/plain'],
  ['application/openmetrics-text;q=0', 'text/plain'],
  ['application/openmetrics-text;q=x,;;,', 'text/plain'],
])('who accepts %s gets %s', (accept, type) => {
  expect(acceptedFormat(accept).split(';', 1)).toEqual([type]);
});
