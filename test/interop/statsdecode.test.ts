// pure-statsdecode of both sides on the same input.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peerPath, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { workspaceRoot } from '@pure-ftpd/workspace';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { runProgram } from '../support/program.ts';

const OURS = join(workspaceRoot, 'node_modules', '.bin', 'pure-statsdecode');

const digits = fc.oneof(
  fc.nat().map(String),
  // The C library loses summer time where the days since 1970 have no 32 bits.
  fc.bigInt({ min: 0n, max: 2n ** 47n }).map(String),
  fc.integer({ min: 18, max: 60 }).map((count) => '9'.repeat(count)),
);
const rest = fc.string({ unit: fc.constantFrom('a', ' ', '\t', '\0', '\x7f', '\xe9', '\x80', '0', '-') });
const line = fc.oneof(
  fc.tuple(digits, fc.constantFrom(' ', 'x', '\t', '\xff'), rest).map((parts) => parts.join('')),
  rest,
  digits,
);

const NOISE = fc.uint8Array({ minLength: 50_000, maxLength: 50_000 });

/** The same input whenever it runs. */
const SEED = 9;

describeWith(['pure-ftpd'], 'pure-statsdecode', () => {
  test('says what the C program says, of lines and of noise, in every zone', async () => {
    using folder = tempFolder();
    const lines = fc.sample(line, { numRuns: 3000, seed: SEED }).join('\n');
    const [noise = new Uint8Array()] = fc.sample(NOISE, { numRuns: 1, seed: SEED });
    writeFileSync(folder.file('input'), Buffer.concat([Buffer.from(lines, 'latin1'), Buffer.from('\n'), noise]));
    for (const TZ of ['UTC', 'Europe/Paris', 'America/St_Johns', 'Asia/Kathmandu']) {
      const run = (program: string): Promise<unknown> => runProgram(program, [folder.file('input')], { env: { TZ } });
      expect(await run(OURS)).toEqual(await run(peerPath('pure-statsdecode')));
    }
  });
});
