// The text file and the database made of it, byte for byte [spec interop.md rows 1 and 2].
import { readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { buildDatabase } from '@pure-ftpd/puredb';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { golden } from '../support/golden.ts';
import { c, ours, type Side } from '../support/programs.ts';

const SAMPLES = ['empty', 'one', 'three', 'thousand', 'colliding', 'odd-lines', 'hashes', 'acl', 'fields'];

function mkdb(side: Side, text: string, database: string): Buffer {
  const { status, stdout, stderr } = spawnSync(side.program('pure-pw'), ['mkdb', database, '-f', text], {
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  return readFileSync(database);
}

/** Bytes without a line's end, as latin1. */
function bytes(maxLength: number): fc.Arbitrary<string> {
  return fc.uint8Array({ maxLength }).map((array) => Buffer.from(array).toString('latin1').replaceAll('\n', ' '));
}

/** A line of a text file, and what is only nearly one. Bytes are latin1. */
function line(): fc.Arbitrary<string> {
  // Few logins, so that many lines are of the same one; some have one hash, as in the sample of collisions.
  const login = fc.oneof(fc.constantFrom('a', 'alice', 'fnK', 'fMH', 'f0U', '92H', ' a', ''), bytes(12));
  const rest = fc.oneof(bytes(60), fc.constant('$1$x:3001:3001::/srv/a/./::::::::::::'), fc.constant(''));
  const long = fc.integer({ min: 2030, max: 2060 }).map((length) => `long:${'x'.repeat(length)}:tail:y`);
  return fc.oneof(
    { weight: 6, arbitrary: fc.tuple(login, rest).map((parts) => parts.join(':')) },
    { weight: 1, arbitrary: fc.tuple(login, rest).map((parts) => `${parts.join(':')}\rhidden:${parts[0]}`) },
    { weight: 1, arbitrary: fc.tuple(login, rest).map((parts) => `#${parts.join(':')}`) },
    { weight: 1, arbitrary: bytes(80) },
    { weight: 1, arbitrary: long },
  );
}

/** A whole text file; its last line need not end. */
const textFile = fc
  .tuple(fc.array(line(), { maxLength: 40 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, end, complete]) => lines.join(end) + (complete && lines.length > 0 ? end : ''));

describe('the database that our mkdb makes of a sample', () => {
  test.each(SAMPLES)('%s is that of the C tool', (name) => {
    using folder = tempFolder();
    const made = mkdb(ours, golden('puredb', `${name}.passwd`), folder.file('x.pdb'));
    expect(made.equals(readFileSync(golden('puredb', `${name}.pdb`)))).toBe(true);
  });
});

describeWith(['pure-pw'], 'mkdb of C and ours', () => {
  test('make the same database of a user that our useradd wrote', () => {
    using folder = tempFolder();
    const text = folder.file('text');
    const added = spawnSync(
      ours.program('pure-pw'),
      ['useradd', 'zoe', '-f', text, '-u', '3001', '-g', '3001', '-d', '/srv/zoe', '-C', '64'],
      { input: 'pw\npw\n', encoding: 'utf8' },
    );
    expect(added).toMatchObject({ status: 0, stderr: '' });
    const made = mkdb(ours, text, folder.file('ours.pdb'));
    expect(made.includes('zoe')).toBe(true);
    expect(made.equals(mkdb(c, text, folder.file('c.pdb')))).toBe(true);
  });

  test('make the same database of any text, odd lines and bytes included', async () => {
    using folder = tempFolder();
    await fc.assert(
      fc.asyncProperty(textFile, async (content) => {
        const text = folder.file('text');
        writeFileSync(text, content, 'latin1');
        await buildDatabase(text, folder.file('ours.pdb'));
        expect(readFileSync(folder.file('ours.pdb')).equals(mkdb(c, text, folder.file('c.pdb')))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('make the same database of many users', () => {
    using folder = tempFolder();
    const lines = Array.from({ length: 20_000 }, (_, n) => `user${n}:*:${3000 + n}:3001::/srv/${n}/./\n`);
    writeFileSync(folder.file('text'), lines.join(''));
    const made = mkdb(ours, folder.file('text'), folder.file('ours.pdb'));
    expect(made.equals(mkdb(c, folder.file('text'), folder.file('c.pdb')))).toBe(true);
  });
});
