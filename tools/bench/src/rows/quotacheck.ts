import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { peer } from '@pure-ftpd/peers';
import { whatOf } from '../measure.ts';
import { timeProgram } from '../process.ts';
import { ourProgram } from '../programs.ts';
import type { Contender, Row } from '../row.ts';

const FILES = 1_000_000;
const IN_ONE_FOLDER = 1000;

/** The C program takes only users that the machine has, and becomes the user. */
const USER = 'nobody';

function makeFiles(home: string, count: number): void {
  for (let number = 0; number < count; number++) {
    const folder = join(home, String(Math.floor(number / IN_ONE_FOLDER)));
    if (number % IN_ONE_FOLDER === 0) mkdirSync(folder, { recursive: true });
    closeSync(openSync(join(folder, String(number)), 'w'));
  }
}

function contender(name: string, kind: Contender['kind'], program: readonly string[], home: string): Contender {
  const command = [...program, '-u', USER, '-d', home];
  const run = async (): Promise<readonly (number | undefined)[]> => {
    const { seconds, peak } = await timeProgram(command, { watchMemory: true });
    return [seconds, peak];
  };
  return { name, kind, run };
}

export const quotacheck: Row = {
  name: 'quotacheck',
  title: `pure-quotacheck: a home of ${FILES.toLocaleString('en-US')} files.`,
  measures: [
    { name: 'time', unit: 's', better: 'lower' },
    { name: 'peak memory', unit: 'MiB', better: 'lower' },
  ],
  runs: 3,
  warmsUp: false,
  async prepare({ folder, scaled }) {
    const notes: string[] = [];
    const contenders: Contender[] = [];
    const home = join(folder, 'home');
    try {
      contenders.push(contender('ours', 'ours', ourProgram('pure-quotacheck'), home));
    } catch (error) {
      notes.push(`ours is missing: ${whatOf(error)}`);
    }
    const theirs = peer('pure-quotacheck');
    if ('path' in theirs) contenders.push(contender('C', 'peer', [theirs.path], home));
    else notes.push(theirs.missing);
    chmodSync(folder, 0o755);
    mkdirSync(home);
    chmodSync(home, 0o777);
    makeFiles(home, scaled(FILES));
    return { contenders, notes, [Symbol.asyncDispose]: async () => {} };
  },
};
