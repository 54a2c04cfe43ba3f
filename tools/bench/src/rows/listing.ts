import { chownSync, closeSync, mkdirSync, openSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { figureOf, runClient } from '../client.ts';
import type { Measure, Row } from '../row.ts';
import { EVERYBODY, onServers } from '../servers/index.ts';
import { UID } from '../servers/server.ts';
import { BUSY } from './transfer.ts';

/** A folder, with how often it is listed in a run: a run is long enough then to be measured. */
interface Folder {
  readonly entries: number;
  readonly times: number;
}

const FOLDERS: readonly Folder[] = [
  { entries: 5000, times: 10 },
  { entries: 100_000, times: 1 },
];

/** As many as the servers expand. */
const MATCHED: readonly Folder[] = [{ entries: 40_000, times: 1 }];

function makeEntries(folder: string, entries: number): void {
  mkdirSync(folder);
  for (let number = 0; number < entries; number++) {
    const file = join(folder, `file-${number}.txt`);
    closeSync(openSync(file, 'w'));
    chownSync(file, UID, UID);
  }
}

function measuresOf(folders: readonly Folder[]): readonly Measure[] {
  const ofFolders = folders.flatMap(({ entries }): Measure[] => {
    const folder = entries.toLocaleString('en-US');
    return [
      { name: `entries of ${folder}`, unit: '/s', better: 'higher' },
      { name: `the longest another waits, ${folder}`, unit: 'ms', better: 'lower' },
    ];
  });
  return [...ofFolders, BUSY];
}

/** @param commandFor What lists a folder. */
function listRow(name: string, title: string, usual: readonly Folder[], commandFor: (folder: string) => string): Row {
  return {
    name,
    title: `${title}, while another session says NOOP every millisecond.`,
    measures: measuresOf(usual),
    runs: 5,
    async prepare(workspace) {
      const folders = usual.map(({ entries, times }) => ({ entries: workspace.scaled(entries), times }));
      return onServers(workspace, {
        kinds: EVERYBODY.filter(({ kind }) => kind !== 'floor'),
        fill: (home) => folders.forEach(({ entries }, index) => makeEntries(join(home, String(index)), entries)),
        async run({ server }) {
          const figures: number[] = [];
          let busy = 0;
          for (const [index, { entries, times }] of folders.entries()) {
            const options = { command: commandFor(String(index)), times, lines: entries };
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

const OF_FOLDERS = 'of a folder of 5,000 files and of one of 100,000';

export const list: Row = listRow('list', `LIST ${OF_FOLDERS}`, FOLDERS, (folder) => `LIST ${folder}`);
export const mlsd: Row = listRow('mlsd', `MLSD ${OF_FOLDERS}`, FOLDERS, (folder) => `MLSD ${folder}`);
export const pattern: Row = listRow(
  'pattern',
  'LIST of a pattern that 40,000 files of a folder match',
  MATCHED,
  (folder) => `LIST ${folder}/*.txt`,
);

/** Bytes of the file whose digest is made: it is sparse, so that no disk is measured. */
const HASHED = 2 ** 31;

export const hash: Row = {
  name: 'hash',
  title: 'HASH (SHA-256) of a file of 2 GiB, while another session says NOOP every millisecond.',
  measures: [
    { name: 'digest', unit: 'MB/s', better: 'higher' },
    { name: 'the longest another waits', unit: 'ms', better: 'lower' },
    BUSY,
  ],
  runs: 5,
  async prepare(workspace) {
    const bytes = workspace.scaled(HASHED);
    return onServers(workspace, {
      kinds: EVERYBODY.filter(({ kind }) => kind !== 'floor'),
      fill(home) {
        const file = join(home, 'large');
        closeSync(openSync(file, 'w'));
        truncateSync(file, bytes);
        chownSync(file, UID, UID);
      },
      async run({ server }) {
        const one = await runClient({ job: 'hashing', port: server.port, options: { file: 'large' } });
        return [bytes / 1e6 / figureOf(one, 'seconds'), figureOf(one, 'stall') * 1000, figureOf(one, 'busy')];
      },
    });
  },
};
