import { expect, test } from 'vitest';
import { parseTransferLogSpecification } from './index.ts';

test.each([
  ['clf:/var/log/x', { format: 'clf', path: '/var/log/x' }],
  ['/var/log/x', { format: 'clf', path: '/var/log/x' }],
  ['STATS:/x', { format: 'stats', path: '/x' }],
  ['W3c:/a:b', { format: 'w3c', path: '/a:b' }],
  ['xferlog:/x', { format: 'xferlog', path: '/x' }],
  ['json:/x', { format: 'json', path: '/x' }],
])('%s is a log', (text, specification) => {
  expect(parseTransferLogSpecification(text)).toEqual(specification);
});

test.each([
  ['', 'Prohibited file name: '],
  ['x.log', 'Prohibited file name: x.log'],
  ['clf:x.log', 'Prohibited file name: x.log'],
  ['clf:', 'Prohibited file name: '],
  ['apache:/x', 'Unknown logging format: apache'],
  [':/x', 'Unknown logging format: '],
  // The first colon separates.
  ['/var/log/a:b.log', 'Unknown logging format: /var/log/a'],
])('"%s" is refused in the words of the C server', (text, message) => {
  expect(() => parseTransferLogSpecification(text)).toThrow(message);
});
