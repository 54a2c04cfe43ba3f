import { describe, expect, test } from 'vitest';
import { asksForText, optionValue, parseBind } from './server-options.ts';

describe('optionValue', () => {
  test.each([
    [['-S', '2122'], '2122'],
    [['-S2122'], '2122'],
    [['-A', '--bind', '::1,2122'], '::1,2122'],
    [['--bind=127.0.0.2,2122'], '127.0.0.2,2122'],
    [['-S', '1', '-S', '2'], '2'],
    [['--', '-S', '1'], undefined],
    [['-A', '-p', '40000:40010'], undefined],
    [['-S'], undefined],
  ])('%j: %s', (args, value) => {
    expect(optionValue(args, 'S', 'bind')).toBe(value);
  });
});

describe('parseBind', () => {
  test.each([
    ['2122', { host: '127.0.0.1', port: 2122 }],
    [',2122', { host: '127.0.0.1', port: 2122 }],
    ['0.0.0.0,2122', { host: '127.0.0.1', port: 2122 }],
    ['127.0.0.2,2122', { host: '127.0.0.2', port: 2122 }],
    ['::1,2122', { host: '::1', port: 2122 }],
    ['127.0.0.2,', { host: '127.0.0.2', port: 21 }],
    ['ftp', { host: '127.0.0.1', port: 21 }],
    ['other', undefined],
    ['70000', undefined],
  ])('%s', (value, endpoint) => {
    expect(parseBind(value)).toEqual(endpoint);
  });
});

test('help and version are texts', () => {
  expect(asksForText(['--help'])).toBe(true);
  expect(asksForText(['-A', '--version'])).toBe(true);
  expect(asksForText(['-H'])).toBe(false);
});
