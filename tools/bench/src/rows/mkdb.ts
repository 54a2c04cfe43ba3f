import { join } from 'node:path';
import { peer } from '@pure-ftpd/peers';
import { timeProgram } from '../process.ts';
import { ourProgram } from '../programs.ts';
import type { Contender, Row } from '../row.ts';
import { USERS, writeUsers } from './users.ts';

function contender(name: string, kind: Contender['kind'], program: readonly string[], text: string): Contender {
  const database = `${text}.${kind}.pdb`;
  const run = async (): Promise<readonly (number | undefined)[]> => {
    const { seconds, peak } = await timeProgram([...program, 'mkdb', database, '-f', text], { watchMemory: true });
    return [seconds, peak];
  };
  return { name, kind, run };
}

export const mkdb: Row = {
  name: 'mkdb',
  title: `pure-pw mkdb: the database of ${USERS.toLocaleString('en-US')} users from their text file, both in memory.`,
  measures: [
    { name: 'time', unit: 's', better: 'lower' },
    { name: 'peak memory', unit: 'MiB', better: 'lower' },
  ],
  runs: 5,
  warmsUp: false,
  async prepare({ folder, scaled }) {
    const text = join(folder, 'users');
    writeUsers(text, scaled(USERS));
    const theirs = peer('pure-pw');
    return {
      contenders: [
        contender('ours', 'ours', ourProgram('pure-pw'), text),
        ...('path' in theirs ? [contender('C', 'peer', [theirs.path], text)] : []),
      ],
      notes: 'missing' in theirs ? [theirs.missing] : [],
      [Symbol.asyncDispose]: async () => {},
    };
  },
};
