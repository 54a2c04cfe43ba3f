import { describe, expect, it } from 'vitest';

import { formatListOptions, parseListArgument } from './list-argument.ts';

function options(argument: string): string {
  return formatListOptions(parseListArgument(argument).options);
}

describe('options of LIST', () => {
  // What Pure-FTPd 1.0.50 said behind `Options: ` in its reply.
  it.each([
    ['', '-l '],
    ['-1', ''],
    ['-l1', ''],
    ['-1l', '-l '],
    ['-C', '-C '],
    ['-lC', '-C '],
    ['-Cl', '-l '],
    ['-C1', ''],
    ['-1C', '-C '],
    ['-tS', '-l -S '],
    ['-St', '-l -t'],
    ['-D', '-l '],
    ['--', '-l '],
    ['-- -a', '-a -l '],
    ['-a -r', '-a -l -r '],
    ['-a- -r', '-a -l -r '],
    ['-Zx', '-l '],
    ['-F1', '-F '],
    ['-1R', '-R '],
    ['-FR', '-F -l -R '],
    ['-CR', '-C -R '],
    ['  -a', '-a -l '],
    ['-a  -r', '-a -l -r '],
    ['- -a', '-a -l '],
    ['-1d', '-d '],
    ['-1a -l x', '-a -l '],
  ])('%j are %j', (argument, shown) => {
    expect(options(argument)).toBe(shown);
  });

  it('-1 is one name a line', () => {
    expect(parseListArgument('-C1').options.one).toBe(true);
    expect(parseListArgument('-1C').options.one).toBe(false);
  });
});

describe('patterns of LIST', () => {
  it.each([
    ['', []],
    ['-la', []],
    ['a', ['a']],
    ['-l a  b ', ['a', 'b']],
    ['a -l', ['a', '-l']],
    ['sp\\ ace \\{x\\}', ['sp ace', '{x}']],
    ['back\\\\slash st\\*r', ['back\\slash', 'st\\*r']],
    ['a\\', ['a\\']],
    ['a\\ ', ['a ']],
    ['./-dash', ['./-dash']],
  ])('%j are %j', (argument, patterns) => {
    expect(parseListArgument(argument).patterns).toEqual(patterns);
  });
});
