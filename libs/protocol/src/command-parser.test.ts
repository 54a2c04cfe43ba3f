import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { CommandParser, type CommandParserOptions, type ParsedLine } from './command-parser.ts';

function parse(chunks: readonly (Buffer | string)[], options: CommandParserOptions = {}): ParsedLine[] {
  const parser = new CommandParser(options);
  const lines: ParsedLine[] = [];
  for (const chunk of chunks) {
    parser.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk, 'latin1'));
    for (let line = parser.next(); line; line = parser.next()) lines.push(line);
  }
  return lines;
}

function byByte(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (byte) => Buffer.of(byte));
}

function command(verb: string, argument?: string): ParsedLine {
  return { kind: 'command', verb, argument: argument ?? '', hasArgument: argument !== undefined };
}

function malformed(line: string): ParsedLine {
  return { kind: 'malformed', line };
}

const OVERLONG: ParsedLine = { kind: 'overlong' };

describe('lines', () => {
  it('end with LF, and one CR before it is dropped', () => {
    expect(parse(['NOOP\nnoop\r\nNoOp \r\n'])).toEqual([command('NOOP'), command('NOOP'), command('NOOP', '')]);
    expect(parse(['NOOP x\r\r\n'])).toEqual([command('NOOP', 'x\r')]);
    expect(parse(['NOOP x\ry\r\n'])).toEqual([command('NOOP', 'x\ry')]);
  });

  it('that are empty are skipped, also as the very first byte', () => {
    expect(parse(['\n\r\n\n\nPWD\n\n'])).toEqual([command('PWD')]);
  });

  it('have everything after exactly one space as argument', () => {
    expect(parse(['SIZE  f\nREST 5 \nP@SW\nMKD a b\n'])).toEqual([
      command('SIZE', ' f'),
      command('REST', '5 '),
      command('P@SW'),
      command('MKD', 'a b'),
    ]);
  });

  it('without a verb that ends at a space are malformed', () => {
    const lines = ['LIST-la', 'PWD;x', 'NOOP\tx', ' PWD', '\xe9LIST', 'NO\xc3\x96P', '\x00', 'GET\x0b/'];
    expect(parse(lines.map((line) => `${line}\n`))).toEqual(
      ['LIST-la', 'PWD;x', 'NOOP\tx', ' PWD', '\udce9LIST', 'NOÖP', '\x00', 'GET\x0b/'].map(malformed),
    );
  });

  it('fold only ASCII to upper case', () => {
    expect(parse([Buffer.from('ſtor x\nlıst\nretr\n')])).toEqual([
      malformed('ſtor x'),
      malformed('lıst'),
      command('RETR'),
    ]);
  });

  it('keep NUL and other control bytes in the argument', () => {
    expect(parse(['RETR a\0b\tc\x7f\n'])).toEqual([command('RETR', 'a\0b\tc\x7f')]);
  });

  it('have control bytes as underscores when asked, and then TAB never separates', () => {
    expect(parse(['RETR a\0b\tc\x7f\xff\nNOOP\r\r\nLIST\t-a\n'], { controlBytes: 'underscore' })).toEqual([
      command('RETR', 'a_b_c_\udcff'),
      malformed('NOOP_'),
      malformed('LIST_-a'),
    ]);
  });

  it('lose Telnet bytes at their start only, with or without the urgent byte', () => {
    for (const telnet of ['\xff\xf4\xff\xf2', '\xff\xf4\xff', '\xf2', '\xff\xf4']) {
      expect(parse([`${telnet}ABOR\r\n`])).toEqual([command('ABOR')]);
      expect(parse([`${telnet}\r\nPWD\n`])).toEqual([command('PWD')]);
    }
    expect(parse(['RETR a\xff\xf4b\n'])).toEqual([command('RETR', 'a\udcff\udcf4b')]);
  });
});

describe('the length of a line', () => {
  it('may be 4112 bytes with its LF', () => {
    const longest = `RETR ${'x'.repeat(4111 - 5)}`;
    expect(parse([`${longest}\nPWD\n`])).toEqual([command('RETR', longest.slice(5)), command('PWD')]);
    expect(parse([`${longest}x\nPWD\n`])).toEqual([OVERLONG, command('PWD')]);
    expect(parse([`${longest.slice(0, -1)}\r\nPWD\n`])).toEqual([
      command('RETR', longest.slice(5, -1)),
      command('PWD'),
    ]);
    expect(parse([`${longest}\r\nPWD\n`])).toEqual([OVERLONG, command('PWD')]);
  });

  it('is reported once when it is too long, and nothing of the rest is stored', () => {
    const parser = new CommandParser({ maxLineLength: 16 });
    parser.push(Buffer.alloc(16, 'a'));
    expect(parser.next()).toEqual(OVERLONG);
    for (let round = 0; round < 1000; round++) {
      parser.push(Buffer.alloc(65_536, 'a'));
      expect(parser.buffered).toBe(0);
      expect(parser.next()).toBeUndefined();
    }
    parser.push(Buffer.from('aa\nPWD\n'));
    expect(parser.next()).toEqual(command('PWD'));
    expect(parser.next()).toBeUndefined();
  });

  it('must be a positive integer', () => {
    for (const maxLineLength of [0, -1, 1.5, Number.NaN, Infinity]) {
      expect(() => new CommandParser({ maxLineLength })).toThrow(RangeError);
    }
  });
});

describe('chunks', () => {
  const alphabet = fc.constantFrom(
    ...Array.from('\r\n\r\n  Ab1@-\t\0\x7f\xff\xf4\xf2\xc3\xbc'),
    'NOOP',
    'RETR ',
    'x'.repeat(9),
  );
  const stream = fc.array(alphabet, { maxLength: 60 }).map((parts) => Buffer.from(parts.join(''), 'latin1'));

  it('may be cut anywhere', () => {
    fc.assert(
      fc.property(
        stream,
        fc.array(fc.nat(80)),
        fc.constantFrom('keep' as const, 'underscore' as const),
        (bytes, cuts, controlBytes) => {
          const options = { maxLineLength: 20, controlBytes };
          const whole = parse([bytes], options);
          const points = [0, ...cuts.filter((cut) => cut <= bytes.length).sort((a, b) => a - b), bytes.length];
          const pieces = points.slice(1).map((point, index) => bytes.subarray(points[index], point));
          expect(parse(pieces, options)).toEqual(whole);
          expect(parse(byByte(bytes), options)).toEqual(whole);
        },
      ),
    );
  });

  it('give each line with its last byte, not before and not after', () => {
    const parser = new CommandParser({ maxLineLength: 8 });
    const states = byByte(Buffer.from('A b\r\n\n-\n123456789\nC\n')).map((byte) => {
      parser.push(byte);
      return `${parser.next()?.kind ?? ''}${parser.buffered}`;
    });
    expect(states.join(' ')).toBe('1 2 3 4 command0 0 1 malformed0 1 2 3 4 5 6 7 overlong0 0 0 1 command0');
  });

  it('of any number are not parsed before they are asked for', () => {
    const parser = new CommandParser();
    const flood = Buffer.from('h\r\n'.repeat(2_000_000));
    parser.push(flood);
    expect(parser.next()).toEqual(command('H'));
    expect(parser.buffered).toBe(flood.length - 3);
  });

  it('cost time in proportion to their bytes', () => {
    // Each of 400,000 one-byte chunks copied or searched again would be 80 GB of work: the time limit of the test.
    const parser = new CommandParser({ maxLineLength: 1_000_000 });
    const byte = Buffer.from('a');
    let lines = 0;
    for (let count = 0; count < 400_000; count++) {
      parser.push(byte);
      if (parser.next()) lines += 1;
    }
    expect(lines).toBe(0);
    parser.push(Buffer.from('\n'));
    expect(parser.next()).toMatchObject({ kind: 'command' });
  });
});

describe('take', () => {
  it('gives all that is unread and forgets it', () => {
    const parser = new CommandParser();
    parser.push(Buffer.from('AUTH TLS\r\nUSER x\r\nPA'));
    expect(parser.next()).toEqual(command('AUTH', 'TLS'));
    expect(parser.take()).toEqual(Buffer.from('USER x\r\nPA'));
    expect(parser.buffered).toBe(0);
    parser.push(Buffer.from('PWD\n'));
    expect(parser.next()).toEqual(command('PWD'));
    expect(parser.take()).toEqual(Buffer.alloc(0));
  });

  it('ends the skipping of a line that was too long', () => {
    const parser = new CommandParser({ maxLineLength: 4 });
    parser.push(Buffer.from('abcdef'));
    expect(parser.next()).toEqual(OVERLONG);
    parser.take();
    parser.push(Buffer.from('PWD\n'));
    expect(parser.next()).toEqual(command('PWD'));
  });

  it('gives bytes that later chunks do not change', () => {
    const parser = new CommandParser();
    parser.push(Buffer.from('ab'));
    const taken = parser.take();
    parser.push(Buffer.from('xy'));
    expect(taken.toString()).toBe('ab');
  });
});
