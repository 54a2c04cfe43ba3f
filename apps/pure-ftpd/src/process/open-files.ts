// How many clients the limit of open files allows. Node raises the soft limit to the hard one when it starts.
import { readFileSync } from 'node:fs';

import type { Configuration } from '@pure-ftpd/options';
import { WAITING_PROXIED } from '@pure-ftpd/server/internal';

import type { Log } from '../log/log.ts';

/** Files that are kept back for logins, workers, data connections and logs; of a small limit a quarter. */
const KEPT = 512;

/**
 * The configuration with as many clients as can be served: those without a login must not use up what logins need. The log says so
 * when there are fewer than `-c` asks for.
 * @param filesOfClient Files that a client may take in any one process.
 */
export function withinOpenFiles(
  configuration: Configuration,
  log: Pick<Log, 'write'>,
  filesOfClient: number,
): Configuration {
  const { maxClients } = configuration;
  const limit = openFilesLimit();
  if (limit === undefined) return configuration;
  const kept = configuration.proxyFrom.length === 0 ? KEPT : KEPT + WAITING_PROXIED;
  const most = Math.max(1, Math.floor((limit - Math.min(kept, Math.floor(limit / 4))) / filesOfClient));
  if (maxClients <= most) return configuration;
  const remedy = 'raise ulimit -n, or LimitNOFILE= of the service';
  log.write(
    'WARNING',
    `-c ${maxClients} cannot be had: ${limit} open files are enough for ${most} clients (${remedy})`,
  );
  return { ...configuration, maxClients: most };
}

/** How many files a process may have open; undefined where the system does not tell, or sets no limit. */
function openFilesLimit(): number | undefined {
  let limits: string;
  try {
    limits = readFileSync('/proc/self/limits', 'latin1');
  } catch {
    // No Linux.
    return undefined;
  }
  const [, soft] = /^Max open files +(\d+)/m.exec(limits) ?? [];
  return soft === undefined ? undefined : Number(soft);
}
