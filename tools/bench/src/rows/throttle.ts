import { join } from 'node:path';
import { figureOf, runClient } from '../client.ts';
import type { Row } from '../row.ts';
import { EVERYBODY, onServers } from '../servers/index.ts';
import { writeFile } from './transfer.ts';

const LIMIT = 1_000_000;
const CLIENTS = 50;
const SECONDS = 10;

export const throttle: Row = {
  name: 'throttle',
  title: `${CLIENTS} downloads at once with a limit of 1 MB/s each, measured for ${SECONDS} seconds after the first.`,
  measures: [
    { name: 'the worst is off by', unit: '%', better: 'lower' },
    { name: 'the mean is off by', unit: '%', better: 'lower' },
  ],
  runs: 3,
  async prepare(workspace) {
    const clients = workspace.scaled(CLIENTS);
    return onServers(workspace, {
      kinds: EVERYBODY.filter(({ kind }) => kind !== 'floor'),
      limit: LIMIT,
      fill: (home) => writeFile(join(home, 'file'), LIMIT * 4 * SECONDS),
      async run({ server: { port } }) {
        const figures = await runClient({
          job: 'throttled',
          port,
          options: { name: 'file', clients, seconds: SECONDS },
        });
        const off = (name: string): number => Math.abs(figureOf(figures, name) / LIMIT - 1) * 100;
        return [Math.max(off('least'), off('most')), off('mean')];
      },
    });
  },
};
