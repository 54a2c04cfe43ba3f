import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peer, type PeerName } from '@pure-ftpd/peers';
import { timeProgram } from '../process.ts';
import { ourProgram } from '../programs.ts';
import type { Row } from '../row.ts';

/** A start is short: a run is the mean of so many. */
const STARTS = 10;

async function milliseconds(command: readonly string[] | undefined): Promise<number | undefined> {
  if (command === undefined) return undefined;
  let seconds = 0;
  for (let start = 0; start < STARTS; start++) seconds += (await timeProgram(command)).seconds;
  return (seconds * 1000) / STARTS;
}

function path(name: PeerName): readonly string[] | undefined {
  const found = peer(name);
  return 'path' in found ? [found.path] : undefined;
}

export const cli: Row = {
  name: 'cli',
  title: `Start, little work, end: pure-pw list of one user, and pure-pwconvert. Mean of ${STARTS} starts.`,
  measures: [
    { name: 'pure-pw list', unit: 'ms', better: 'lower' },
    { name: 'pure-pwconvert', unit: 'ms', better: 'lower' },
  ],
  runs: 7,
  async prepare({ folder }) {
    const text = join(folder, 'users');
    writeFileSync(text, 'user:x:3001:3001::/srv/user/./::::::::::::\n');
    const list = ['list', 'x', '-f', text];
    const purePw = path('pure-pw');
    const purePwconvert = path('pure-pwconvert');
    const empty = [process.execPath, '-e', '0'];
    return {
      contenders: [
        {
          name: 'ours',
          kind: 'ours',
          run: async () => [
            await milliseconds([...ourProgram('pure-pw'), ...list]),
            await milliseconds(ourProgram('pure-pwconvert')),
          ],
        },
        {
          name: 'C',
          kind: 'peer',
          run: async () => [await milliseconds(purePw && [...purePw, ...list]), await milliseconds(purePwconvert)],
        },
        { name: 'node -e 0', kind: 'floor', run: async () => [await milliseconds(empty), await milliseconds(empty)] },
      ],
      notes: [],
      [Symbol.asyncDispose]: async () => {},
    };
  },
};
