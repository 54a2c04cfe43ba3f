import { chownSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { figureOf, runClient } from '../client.ts';
import type { Measure, Row } from '../row.ts';
import { EVERYBODY, onServers } from '../servers/index.ts';
import { UID } from '../servers/server.ts';
import { BUSY } from './transfer.ts';

/** Folders, with how often each is listed in a run: a run is long enough then to be measured. */
const FOLDERS = [
  { entries: 5000, times: 10 },
  { entries: 100_000, times: 1 },
] as const;

function makeEntries(folder: string, entries: number): void {
  mkdirSync(folder);
  for (let number = 0; number < entries; number++) {
    const file = join(folder, `file-${number}.txt`);
    closeSync(openSync(file, 'w'));
    chownSync(file, UID, UID);
  }
}

const MEASURES: readonly Measure[] = [
  ...FOLDERS.flatMap(({ entries }): Measure[] => {
    const folder = entries.toLocaleString('en-US');
    return [
      { name: `entries of ${folder}`, unit: '/s', better: 'higher' },
      { name: `the longest another waits, ${folder}`, unit: 'ms', better: 'lower' },
    ];
  }),
  BUSY,
];

function listRow(name: string, command: 'LIST' | 'MLSD'): Row {
  return {
    name,
    title: `${command} of a folder of 5,000 files and of one of 100,000, while another session says NOOP every millisecond.`,
    measures: MEASURES,
    runs: 5,
    async prepare(workspace) {
      const folders = FOLDERS.map(({ entries, times }) => ({ entries: workspace.scaled(entries), times }));
      return onServers(workspace, {
        kinds: EVERYBODY.filter(({ kind }) => kind !== 'floor'),
        fill: (home) => folders.forEach(({ entries }, index) => makeEntries(join(home, String(index)), entries)),
        async run({ server }) {
          const figures: number[] = [];
          let busy = 0;
          for (const [index, { entries, times }] of folders.entries()) {
            const options = { command, folder: String(index), times, lines: entries };
            const one = await runClient({ job: 'listing', port: server.port, options });
            figures.push((entries * times) / figureOf(one, 'seconds'), figureOf(one, 'stall') * 1000);
            busy = Math.max(busy, figureOf(one, 'busy'));
          }
          return [...figures, busy];
        },
      });
    },
  };
}

export const list: Row = listRow('list', 'LIST');
export const mlsd: Row = listRow('mlsd', 'MLSD');
