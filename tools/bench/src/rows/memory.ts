import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runClient } from '../client.ts';
import { memoryOf, PeakMemory } from '../process.ts';
import type { Prepared, Row, Workspace } from '../row.ts';
import { EVERYBODY, onServers } from '../servers/index.ts';
import { writeFile } from './transfer.ts';

/**
 * Memory before the first run, by process. A server keeps some of what it has had, so growth is counted from the beginning.
 * One session has come and gone by then: what is loaded for the first is not what a session costs.
 */
class Beginnings {
  readonly #memory = new Map<number, number>();

  /** In KiB. */
  async of(pid: number, port: number): Promise<number> {
    const known = this.#memory.get(pid);
    if (known !== undefined) return known;
    await runClient({ job: 'idle', port, options: { clients: 1 } });
    const memory = memoryOf(pid);
    this.#memory.set(pid, memory);
    return memory;
  }
}

async function idleSessions(workspace: Workspace, usual: number, kinds = EVERYBODY): Promise<Prepared> {
  const clients = workspace.scaled(usual);
  const beginnings = new Beginnings();
  return onServers(workspace, {
    kinds: kinds.filter(({ kind }) => kind !== 'floor'),
    async run({ server: { port }, pid }) {
      const before = await beginnings.of(pid, port);
      let after = 0;
      await runClient({ job: 'idle', port, options: { clients } }, () => void (after = memoryOf(pid)));
      return [(after - before) / clients, before / 1024];
    },
  });
}

function idleRow(name: string, clients: number, runs: number, prepare: Row['prepare']): Row {
  return {
    name,
    title: `${clients.toLocaleString('en-US')} sessions that have logged in and say nothing: what the server's processes have grown by, for each.`,
    measures: [
      { name: 'a session', unit: 'KiB', better: 'lower' },
      { name: 'at rest', unit: 'MiB', better: 'lower' },
    ],
    runs,
    warmsUp: false,
    prepare,
  };
}

const FEW = 1000;
const MANY = 10_000;

export const idle: Row = idleRow('idle', FEW, 3, (workspace) => idleSessions(workspace, FEW));

export const idleMany: Row = idleRow('idle_10000', MANY, 1, async (workspace) => {
  const prepared = await idleSessions(
    workspace,
    MANY,
    EVERYBODY.filter(({ processes }) => !processes),
  );
  const left = EVERYBODY.filter(({ processes }) => processes).map(({ name }) => name);
  const note = `Left out, since every session has a process or two: ${left.join(', ')}.`;
  return { ...prepared, notes: [...prepared.notes, note] };
});

const READERS = 1000;
const RATE = 1024;
const SECONDS = 3;
const LARGE = 2 ** 28;

export const slowReaders: Row = {
  name: 'slow_readers',
  title: `${READERS.toLocaleString('en-US')} sessions download a file of 256 MiB and read 1 KiB a second of it: the most that the server's processes have grown by in ${SECONDS} seconds, for each.`,
  measures: [{ name: 'a reader', unit: 'KiB', better: 'lower' }],
  runs: 3,
  warmsUp: false,
  async prepare(workspace) {
    const clients = workspace.scaled(READERS);
    const beginnings = new Beginnings();
    const prepared = await onServers(workspace, {
      kinds: EVERYBODY.filter(({ kind }) => kind !== 'floor'),
      fill: (home) => writeFile(join(home, 'large'), LARGE),
      async run({ server: { port }, pid }) {
        const before = await beginnings.of(pid, port);
        let peak = 0;
        const options = { name: 'large', clients, rate: RATE };
        await runClient({ job: 'slow_readers', port, options }, async () => {
          using memory = new PeakMemory(pid);
          await delay(SECONDS * 1000);
          peak = memory.mebibytes * 1024;
        });
        return [(peak - before) / clients];
      },
    });
    return { ...prepared, notes: [...prepared.notes, 'What the kernel keeps for the connections is not counted.'] };
  },
};
