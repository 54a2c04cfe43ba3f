import { setTimeout as delay } from 'node:timers/promises';
import { figureOf, runClient } from '../client.ts';
import { cpuSeconds } from '../process.ts';
import type { Figures, Measure, Row } from '../row.ts';
import { EVERYBODY, onServers, type Started } from '../servers/index.ts';
import { BUSY, emptyFolder } from './transfer.ts';

const FILES = 100;
const SMALL = 1024;

/** A server that has started has this long until its first client comes, in seconds. */
const STARTED = 5;

/** Who says nothing for so long has left, in seconds. */
const NOTHING = 75;

const MEASURES: readonly Measure[] = [
  { name: 'login', unit: 'ms', better: 'lower' },
  { name: 'listing', unit: 'ms', better: 'lower' },
  { name: 'files up', unit: '/s', better: 'higher' },
  { name: 'files down', unit: '/s', better: 'higher' },
  { name: 'processor time of the server', unit: 'ms', better: 'lower' },
  BUSY,
];

const TITLE = `a login, LIST, ${FILES} files of 1 KiB up and down`;

const KINDS = EVERYBODY.filter(({ kind }) => kind !== 'floor');

async function firstSession({ server, pid, home }: Started): Promise<Figures> {
  emptyFolder(home, 'up');
  const before = cpuSeconds(pid);
  const figures = await runClient({ job: 'first_session', port: server.port, options: { files: FILES, size: SMALL } });
  return [
    figureOf(figures, 'login') * 1000,
    figureOf(figures, 'listing') * 1000,
    FILES / figureOf(figures, 'put'),
    FILES / figureOf(figures, 'get'),
    (cpuSeconds(pid) - before) * 1000,
    figureOf(figures, 'busy'),
  ];
}

export const coldStart: Row = {
  name: 'cold_start',
  title: `The first session of a server that was started ${STARTED} seconds ago: ${TITLE}.`,
  measures: MEASURES,
  runs: 5,
  warmsUp: false,
  prepare: (workspace) =>
    onServers(workspace, {
      kinds: KINDS,
      fresh: true,
      async run(started) {
        await delay(STARTED * 1000);
        return firstSession(started);
      },
    }),
};

export const coldAgain: Row = {
  name: 'cold_again',
  title: `The same after ${NOTHING} seconds in which nobody was there.`,
  measures: MEASURES,
  runs: 3,
  warmsUp: false,
  async prepare(workspace) {
    const usedAt = new Map<Started, number>();
    return onServers(workspace, {
      kinds: KINDS,
      async run(started, round) {
        const last = usedAt.get(started);
        if (last !== undefined && round > 0) await delay(Math.max(0, last + NOTHING * 1000 - performance.now()));
        const figures = await firstSession(started);
        usedAt.set(started, performance.now());
        return figures;
      },
    });
  },
};
