import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { basename, dirname, joinPath, normalizePath, quotePath, simplifyUploadName } from './path.ts';

const argument = fc
  .array(fc.constantFrom('/', '//', '.', '..', 'a', 'b ', ' ', '\\', 'C:', '...'), { maxLength: 10 })
  .map((parts) => parts.join(''));

describe('quotePath', () => {
  it('doubles quotes', () => {
    expect(quotePath('/a "b"/')).toBe('"/a ""b""/"');
  });
});

describe('joinPath', () => {
  it('keeps .. and drops what names nothing', () => {
    expect(joinPath('/', '')).toBe('/');
    expect(joinPath('/a', 'b//./c/.')).toBe('/a/b/c');
    expect(joinPath('/a', '../b/')).toBe('/a/../b');
    expect(joinPath('/a', '//b')).toBe('/b');
    expect(joinPath('/a', '..')).toBe('/a/..');
    expect(joinPath('/a', ' b\\..\\c')).toBe('/a/ b\\..\\c');
  });

  it('always gives an absolute path without empty components and dots', () => {
    fc.assert(
      fc.property(argument, argument, (cwd, path) => {
        const joined = joinPath(cwd, path);
        expect(joined).toMatch(/^\/(?!$).*[^/]$|^\/$/s);
        expect(
          joined
            .slice(1)
            .split('/')
            .every((name) => joined === '/' || (name !== '' && name !== '.')),
        ).toBe(true);
        expect(joinPath('/x', joined)).toBe(joined);
      }),
    );
  });
});

describe('normalizePath', () => {
  it('resolves .. and stops at the root', () => {
    expect(normalizePath('/a/b/../../../c')).toBe('/c');
    expect(normalizePath('..')).toBe('/');
    expect(normalizePath('/a/.../..b')).toBe('/a/.../..b');
  });

  it('never leaves a dot component', () => {
    fc.assert(
      fc.property(argument, (path) => {
        const normal = normalizePath(path);
        expect(normal.split('/')).not.toContain('..');
        expect(normalizePath(normal)).toBe(normal);
        expect(normalizePath(joinPath('/', path))).toBe(normal);
        expect(joinPath(dirname(normal), basename(normal))).toBe(normal);
      }),
    );
  });
});

it('dirname and basename split at the last slash', () => {
  expect(['/a/b', '/a', '/', 'a'].map(dirname)).toEqual(['/a', '/', '/', '.']);
  expect(['/a/b', '/a', '/', 'a'].map(basename)).toEqual(['b', 'a', '', 'a']);
});

describe('simplifyUploadName', () => {
  // What Pure-FTPd 1.0.50 said in its replies to MKD.
  it.each([
    ['x//N', 'x/N'],
    ['x/./N', 'x/N'],
    ['x/../N', 'N'],
    ['././N', 'N'],
    ['.//N', 'N'],
    ['N/.', 'N/'],
    ['N//', 'N/'],
    ['N/./', 'N/'],
    ['x/y/../N', 'x/N'],
    ['x/y/../../../N', '../N'],
    ['../../N', '../../N'],
    ['/../N', '/N'],
    ['//./N', '/N'],
    ['/x/../../N', '/N'],
    ['../x/../N', '../N'],
    ['.././N', '../N'],
    ['a/../b/../N', 'N'],
    ['.../N', '.../N'],
    ['x/..N', 'x/..N'],
    [' N ', '_N_'],
    ['  N  ', '__N__'],
    ['N a', 'N a'],
    ['x/ N', 'x/ N'],
    ['./ N', '_N'],
    ['x/N ', 'x/N_'],
    ['N /', 'N /'],
    ['./', ''],
    ['x/../', ''],
    ['', ''],
    ['.', '.'],
    ['x/..', '.'],
    ['..', '..'],
    ['../', '../'],
    ['/..', '/'],
    ['/x/..', '/'],
  ])('%j is %j', (given, simplified) => {
    expect(simplifyUploadName(given)).toBe(simplified);
  });

  it('does not take . for a directory that .. leaves', () => {
    expect(simplifyUploadName('./../x')).toBe('../x');
  });

  it('never has a blank at an end', () => {
    fc.assert(
      fc.property(argument, (path) => {
        expect(simplifyUploadName(path)).not.toMatch(/^\s|\s$/);
      }),
    );
  });

  it('names the same file as an argument without blanks', () => {
    const cwd = '/1/2/3/4/5/6/7/8/9/10';
    fc.assert(
      fc.property(argument, (text) => {
        const path = text.replaceAll(' ', '');
        expect(normalizePath(joinPath(cwd, simplifyUploadName(path)))).toBe(normalizePath(joinPath(cwd, path)));
      }),
    );
  });
});
