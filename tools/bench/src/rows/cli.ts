import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peerPath, type PeerName } from '@pure-ftpd/peers';
import { whatOf } from '../measure.ts';
import { timeProgram } from '../process.ts';
import { ourProgram } from '../programs.ts';
import type { Contender, Row } from '../row.ts';

/** A start is short: a run is the mean of so many. */
const STARTS = 10;

interface Tool {
  readonly program: PeerName;
  readonly shown: string;
  readonly args: (folder: string) => readonly string[];
}

const TOOLS: readonly Tool[] = [
  { program: 'pure-pw', shown: 'pure-pw list', args: (folder) => ['list', 'x', '-f', join(folder, 'users')] },
  { program: 'pure-pwconvert', shown: 'pure-pwconvert', args: () => [] },
  { program: 'pure-ftpd', shown: 'pure-ftpd --help', args: () => ['--help'] },
  { program: 'pure-ftpwho', shown: 'pure-ftpwho -h', args: () => ['-h'] },
  { program: 'pure-statsdecode', shown: 'pure-statsdecode', args: (folder) => [join(folder, 'empty')] },
];

async function milliseconds(command: readonly string[]): Promise<number> {
  let seconds = 0;
  for (let start = 0; start < STARTS; start++) seconds += (await timeProgram(command)).seconds;
  return (seconds * 1000) / STARTS;
}

/** Runs each tool that can be found; the others are noted. */
function contender(
  name: string,
  kind: Contender['kind'],
  find: (tool: Tool) => readonly string[],
  notes: string[],
): Contender {
  const commands = TOOLS.map((tool) => {
    try {
      return find(tool);
    } catch (error) {
      notes.push(`${name}: ${whatOf(error)}`);
      return undefined;
    }
  });
  const run = async (): Promise<(number | undefined)[]> => {
    const figures: (number | undefined)[] = [];
    for (const command of commands) figures.push(command && (await milliseconds(command)));
    return figures;
  };
  return { name, kind, run };
}

export const cli: Row = {
  name: 'cli',
  title: `Start, little work, end. Mean of ${STARTS} starts.`,
  measures: TOOLS.map(({ shown }) => ({ name: shown, unit: 'ms', better: 'lower' })),
  runs: 7,
  warmsUp: false,
  async prepare({ folder }) {
    writeFileSync(join(folder, 'users'), 'user:x:3001:3001::/srv/user/./::::::::::::\n');
    writeFileSync(join(folder, 'empty'), '');
    const notes: string[] = [];
    return {
      contenders: [
        contender('ours', 'ours', ({ program, args }) => [...ourProgram(program), ...args(folder)], notes),
        contender('C', 'peer', ({ program, args }) => [peerPath(program), ...args(folder)], notes),
        contender('node -e 0', 'floor', () => [process.execPath, '-e', '0'], notes),
      ],
      notes,
      [Symbol.asyncDispose]: async () => {},
    };
  },
};
