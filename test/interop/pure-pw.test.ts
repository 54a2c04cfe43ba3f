// pure-pw side by side with the C tool: what it prints, its status, and the files it leaves [spec interop.md rows 11 to 16].
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@pure-ftpd/peers/vitest';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareRuns, parseScript, report } from '../support/differential.ts';
import { readGolden } from '../support/golden.ts';
import { PrivateMachine } from '../support/private-machine.ts';
import { c, ours } from '../support/programs.ts';
import { Bench } from './pure-pw/bench.ts';
import { differences } from './pure-pw/differences.ts';

const script = parseScript(readFileSync(join(import.meta.dirname, 'pure-pw', 'commands.txt'), 'utf8'));

describeWith(['root', 'pure-pw'], 'pure-pw beside the C tool', () => {
  let machine: PrivateMachine;
  let theirs: Bench;
  let own: Bench;
  beforeAll(async () => {
    machine = await PrivateMachine.start();
    theirs = new Bench(machine, c);
    own = new Bench(machine, ours);
  });
  afterAll(async () => {
    theirs?.[Symbol.dispose]();
    own?.[Symbol.dispose]();
    await machine?.[Symbol.asyncDispose]();
  });

  test.each(['alice', 'bob', 'carol'])('show of %s is the recorded one', async (login) => {
    const shown = await own.shell(`pure-pw show ${login} -f p`, own.place('three'));
    expect(shown).toEqual({ status: 0, stderr: '', stdout: readGolden('pw', `show-${login}.out`) });
  });

  test('list is the recorded one, for a pipe and for a terminal', async () => {
    const folder = own.place('three');
    const piped = await own.shell('pure-pw list x -f p', folder);
    expect(piped).toEqual({ status: 0, stderr: '', stdout: readGolden('pw', 'list-three.out') });
    const terminal = await own.shell("script -qec 'pure-pw list x -f p' /dev/null", folder);
    expect(terminal.stdout).toBe(readGolden('pw', 'list-three.tty.out'));
    const odd = await own.shell('pure-pw list x -f p', own.place('odd-lines'));
    expect(odd.stdout).toBe(readGolden('pw', 'list-odd-lines.out'));
    expect(odd.stderr).toBe(readGolden('pw', 'list-odd-lines.err'));
  });

  test('odd records are shown, listed and rewritten as recorded', async () => {
    const folder = own.place('records');
    const logins = readGolden('pw', 'records.passwd')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(':')[0] ?? '');
    let shown = '';
    for (const login of logins) {
      // The name of the file is in the messages.
      const line = `ln -sf p records.passwd; pure-pw show ${login} -f records.passwd`;
      const { status, stdout, stderr } = await own.shell(line, folder);
      shown += `### ${login} (exit ${status})\n${stdout}--- stderr\n${stderr}`;
    }
    expect(shown).toBe(readGolden('pw', 'records.show.out'));
    for (const login of logins) await own.shell(`pure-pw usermod ${login} -f p -y 7`, folder);
    expect(readFileSync(join(folder, 'p'), 'latin1')).toBe(readGolden('pw', 'records.usermod-y-7.passwd'));
  });

  test('every line of commands.txt does the same, but for what is decided', async () => {
    const [reference, compared] = await Promise.all([theirs.run(script, 2), own.run(script, 2)]);
    expect(report(compareRuns(reference, compared, differences))).toBe('');
  });

  test('usermod with any options writes the same line', async () => {
    // What C does with the numbers is known to be followed to the letter: bytes that are no digit, signs, and overflow too.
    const number = fc.oneof(
      fc.integer({ min: -2, max: 70_000 }).map(String),
      fc.bigInt({ min: 0n, max: 2n ** 66n }).map(String),
      fc.constantFrom('', ' 7', '+7', '7 8', '0x10', '1e3', 'x', '007'),
    );
    const text = fc.constantFrom('', 'a', 'a b', 'x,y', '192.0.2.0/24', '-z', '#', '\u00E9', '*');
    const time = fc.constantFrom('', '0900-1800', '900-18', '2359-0', ' 1- 2', '1-2x', '+1-+2', '0-2359');
    const option = fc.oneof(
      fc.tuple(fc.constantFrom('t', 'T', 'n', 'N', 'y', 'q', 'Q'), number),
      fc.tuple(fc.constantFrom('r', 'R', 'i', 'I', 'c'), text),
      fc.tuple(fc.constant('z'), time),
    );
    const logins = ['min6', 'seven', 'max', 'odd-numbers', 'bad-time', 'extra-field', 'unknown-ids'];
    const command = fc
      .tuple(fc.constantFrom(...logins), fc.array(option, { minLength: 1, maxLength: 4 }))
      .map(([login, options]) => {
        const words = options.map(([letter, value]) => `-${letter} '${value}'`);
        return `pure-pw usermod ${login} -f p ${words.join(' ')}`;
      });
    await fc.assert(
      fc.asyncProperty(command, async (line) => {
        const [reference, compared] = await Promise.all([
          theirs.observe('records', line),
          own.observe('records', line),
        ]);
        expect(compared).toBe(reference);
      }),
      { numRuns: 40 },
    );
  });
});
