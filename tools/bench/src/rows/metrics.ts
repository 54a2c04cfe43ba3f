// What metrics cost (`--metrics`): the same sessions with them and without, in turn.
import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';

import { figureOf, runClient } from '../client.ts';
import { cpuSeconds } from '../process.ts';
import type { Row } from '../row.ts';
import { onServers, withMetrics } from '../servers/index.ts';
import { BUSY, emptyFolder } from './transfer.ts';

const SESSIONS = 500;
const AT_ONCE = 10;
const FILES = 500;
const SMALL = 1024;

export const metrics: Row = {
  name: 'metrics',
  title: `${SESSIONS} sessions, ${AT_ONCE} at a time, then ${FILES} files of 1 KiB up in one, with metrics, read once in each run, and without.`,
  measures: [
    { name: 'sessions', unit: '/s', better: 'higher' },
    { name: 'files', unit: '/s', better: 'higher' },
    { name: 'processor time of the server', unit: 'ms', better: 'lower' },
    BUSY,
  ],
  runs: 10,
  async prepare(workspace) {
    const { folder, scaled } = workspace;
    const place = join(folder, 'metrics');
    const count = Math.max(AT_ONCE, Math.round(scaled(SESSIONS) / AT_ONCE) * AT_ONCE);
    const files = scaled(FILES);
    return onServers(workspace, {
      kinds: withMetrics(place),
      async run({ server, pid, home, kind }) {
        emptyFolder(home, 'up');
        const before = cpuSeconds(pid);
        const sessions = await runClient({ job: 'logins', port: server.port, options: { count, at_once: AT_ONCE } });
        const options = { name: 'up/', size: SMALL, files };
        const stored = await runClient({ job: 'small_put', port: server.port, options });
        if (kind.name.endsWith('metrics')) await read(kind.name.includes('one process') ? `${place}-alone` : place);
        return [
          count / figureOf(sessions, 'seconds'),
          files / figureOf(stored, 'seconds'),
          (cpuSeconds(pid) - before) * 1000,
          figureOf(sessions, 'busy'),
        ];
      },
    });
  },
};

/** Reads them as a scraper does. */
async function read(socketPath: string): Promise<void> {
  if (!existsSync(socketPath)) throw new Error('no metrics are served');
  const [response] = await once(get({ socketPath, path: '/metrics', agent: false }), 'response');
  await once(response.resume(), 'end');
  if (response.statusCode !== 200) throw new Error(`metrics: status ${response.statusCode}`);
}
