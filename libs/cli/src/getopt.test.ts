import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getopt, OptionError, type OptionSpec } from './getopt.ts';
import { parseOptions } from './options.ts';

const SHORT: OptionSpec[] = [
  { short: 'a', argument: 'value', description: '' },
  { short: 'H', description: '' },
  { short: 'B', description: '' },
];
const LONG: OptionSpec[] = [
  { short: 'c', long: 'maxclientsnumber', argument: 'n', description: '' },
  { short: 'C', long: 'maxclientsperip', argument: 'n', description: '' },
  { short: 'H', long: 'dontresolve', description: '' },
  { short: 'e', long: 'anonymous', description: '' },
  { long: 'anonymousonly', description: '' },
];

function read(table: OptionSpec[], argv: string[], posix = false): { options: string[]; operands: readonly string[] } {
  const { options, operands } = parseOptions(table, argv, { posix });
  return { options: options.map(({ spec, value }) => `${spec.short ?? spec.long}=${value}`), operands };
}

describe('getopt', () => {
  test.each([
    [['-H', '-B'], ['H=', 'B='], []],
    [['-HBa42'], ['H=', 'B=', 'a=42'], []],
    [['-Ha', '42', 'x'], ['H=', 'a=42'], ['x']],
    [['-a', '-H'], ['a=-H'], []],
    [['-a', '--'], ['a=--'], []],
    [['-a', ''], ['a='], []],
    [['-a=x'], ['a==x'], []],
    [['-a"x"'], ['a="x"'], []],
    [
      ['x', '-H', '-', 'y', '-B'],
      ['H=', 'B='],
      ['x', '-', 'y'],
    ],
    [['-H', '--', '-B', '--'], ['H='], ['-B', '--']],
    [[''], [], ['']],
  ])('%j', (argv, options, operands) => {
    expect(read(SHORT, argv)).toEqual({ options, operands });
  });

  test.each([
    [['--maxclientsnumber=3'], ['c=3'], []],
    [['--maxclientsnumber', '3'], ['c=3'], []],
    [['--maxclientsn=3'], ['c=3'], []],
    [['--maxclientsnumber='], ['c='], []],
    [['--maxclientsp=a=b'], ['C=a=b'], []],
    [['--anonymous'], ['e='], []],
    [['--anonymouso'], ['anonymousonly='], []],
    [['--d', 'x', '-c3'], ['H=', 'c=3'], ['x']],
  ])('%j', (argv, options, operands) => {
    expect(read(LONG, argv)).toEqual({ options, operands });
  });

  test.each([
    [SHORT, ['-X'], 'UNKNOWN_OPTION', "invalid option -- 'X'"],
    [SHORT, ['-HX'], 'UNKNOWN_OPTION', "invalid option -- 'X'"],
    [SHORT, ['-a'], 'MISSING_ARGUMENT', "option requires an argument -- 'a'"],
    [SHORT, ['--foo'], 'UNKNOWN_OPTION', "invalid option -- '-'"],
    [LONG, ['--foo=3'], 'UNKNOWN_OPTION', "unrecognized option '--foo=3'"],
    [LONG, ['--maxclientsnumber'], 'MISSING_ARGUMENT', "option '--maxclientsnumber' requires an argument"],
    [LONG, ['--dont=3'], 'UNEXPECTED_ARGUMENT', "option '--dontresolve' doesn't allow an argument"],
    [
      LONG,
      ['--maxclients=3'],
      'AMBIGUOUS_OPTION',
      "option '--maxclients=3' is ambiguous; possibilities: '--maxclientsnumber' '--maxclientsperip'",
    ],
  ])('%# %j', (table, argv, code, message) => {
    let caught: unknown;
    try {
      parseOptions(table, argv);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(OptionError);
    expect(caught).toMatchObject({ code, message });
  });

  test('what stands before an error has been yielded', () => {
    const tokens = getopt(SHORT, ['-H', '-BX']);
    expect([tokens.next().value, tokens.next().value]).toEqual([
      { kind: 'option', spec: SHORT[1], value: '' },
      { kind: 'option', spec: SHORT[2], value: '' },
    ]);
    expect(() => tokens.next()).toThrow(OptionError);
  });

  test('stops at the first operand when asked to', () => {
    expect(read(SHORT, ['-H', 'x', '-B'], true)).toEqual({ options: ['H='], operands: ['x', '-B'] });
  });

  test('any words give options and operands, or one of the known errors', () => {
    const words = fc.array(fc.oneof(fc.constantFrom('-a', '-H', '--max', '--d', '--', '-', '--=', '='), fc.string()));
    fc.assert(
      fc.property(words, fc.constantFrom(SHORT, LONG), (argv, table) => {
        try {
          const { options, operands } = parseOptions(table, argv);
          expect(options.length + operands.length).toBeLessThanOrEqual(argv.join('').length + argv.length);
        } catch (error) {
          expect(error).toBeInstanceOf(OptionError);
        }
      }),
    );
  });

  test('values and operands pass through as they are', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (values, operands) => {
        const argv = [...values.flatMap((value) => ['-a', value]), '--', ...operands];
        expect(read(SHORT, argv)).toEqual({ options: values.map((value) => `a=${value}`), operands });
      }),
    );
  });
});
