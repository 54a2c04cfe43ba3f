import { join } from 'node:path';
import { figureOf, runClient } from '../client.ts';
import type { Row } from '../row.ts';
import { onServers } from '../servers/index.ts';
import { emptyFolder, writeFile } from './transfer.ts';

const CLIENTS = 300;
const SIZE = 10 * 2 ** 20;

const SPEEDS = ['stor', 'retr', 'idle_stor', 'idle_retr'];
const ORDER = ['stor', 'retr', 'connecting', 'idle_stor', 'idle_retr', 'many_retr', 'many_stor', 'leaving'];

export const ftpbench: Row = {
  name: 'ftpbench',
  title: `The eight figures that pyftpdlib publishes of servers: an upload and a download of a second each, ${CLIENTS} sessions that connect and log in one after the other, the same upload and download beside them, 10 MiB down and up by each, and QUIT.`,
  measures: [
    { name: 'STOR', unit: 'MB/s', better: 'higher' },
    { name: 'RETR', unit: 'MB/s', better: 'higher' },
    { name: `${CLIENTS} clients: connect, login`, unit: 's', better: 'lower' },
    { name: `STOR with ${CLIENTS} idle clients`, unit: 'MB/s', better: 'higher' },
    { name: `RETR with ${CLIENTS} idle clients`, unit: 'MB/s', better: 'higher' },
    { name: `${CLIENTS} clients: RETR 10 MiB`, unit: 's', better: 'lower' },
    { name: `${CLIENTS} clients: STOR 10 MiB`, unit: 's', better: 'lower' },
    { name: `${CLIENTS} clients: QUIT`, unit: 's', better: 'lower' },
  ],
  runs: 3,
  async prepare(workspace) {
    const clients = workspace.scaled(CLIENTS);
    const prepared = await onServers(workspace, {
      fill: (home) => writeFile(join(home, 'file'), SIZE),
      async run({ server: { port }, home }) {
        emptyFolder(home, 'up');
        const options = { name: 'file', uploads: 'up/new', size: SIZE, clients };
        const figures = await runClient({ job: 'ftpbench', port, options });
        emptyFolder(home, 'up');
        return ORDER.map((name) => figureOf(figures, name) / (SPEEDS.includes(name) ? 1e6 : 1));
      },
    });
    const note =
      'The work is that of pyftpdlib’s script, the client ours: its buffers are larger, so that it is not what is measured.';
    return { ...prepared, notes: [...prepared.notes, note] };
  },
};
