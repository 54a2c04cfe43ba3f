import { expect, test } from 'vitest';

import { parseCommandLine } from './options.ts';

const PLAIN = { format: 'text', verbose: false, fragment: false, cgi: false, numeric: false, reports: [] };

test.each([
  ['', PLAIN],
  ['-v -n', { ...PLAIN, verbose: true, numeric: true }],
  ['-vH', { ...PLAIN, verbose: true, numeric: true }],
  ['-s -x', { ...PLAIN, format: 'xml' }],
  ['-x -s', { ...PLAIN, format: 'shell' }],
  ['-w', { ...PLAIN, format: 'html' }],
  ['-W -w', { ...PLAIN, format: 'html', fragment: true }],
  ['-c', { ...PLAIN, format: 'html', fragment: true, cgi: true }],
  ['-C -w', { ...PLAIN, format: 'html', fragment: true, cgi: true }],
  ['-c -p', { ...PLAIN, format: 'plist', fragment: true, cgi: true }],
  ['word -s other', { ...PLAIN, format: 'shell' }],
  ['--json', { ...PLAIN, format: 'json' }],
  ['--watch', { ...PLAIN, format: 'watch' }],
  ['--from a.xml --from=-', { ...PLAIN, reports: ['a.xml', '-'] }],
])('“%s” is read as the C program reads it', (line, request) => {
  expect(parseCommandLine(line.split(' ').filter(Boolean), false)).toEqual(request);
});

test.each(['-h', '-s -h', '-Z', '--nonsense', '--json=x'])('“%s” asks for the usage', (line) => {
  expect(parseCommandLine(line.split(' '), false)).toBeUndefined();
});

test('a web server gets a page, unless something else is asked for', () => {
  expect(parseCommandLine([], true)).toEqual({ ...PLAIN, format: 'html', cgi: true });
  expect(parseCommandLine(['-w'], true)).toEqual({ ...PLAIN, format: 'html', cgi: true });
  expect(parseCommandLine(['-x'], true)).toEqual({ ...PLAIN, format: 'xml', cgi: true });
});
