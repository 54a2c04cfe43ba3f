import type { ProxyRefused } from '@pure-ftpd/server/internal';

import type { Log } from '../log/log.ts';

/** Tells the log of connections of proxies that say not whose they are, or wrongly. */
export function tellRefusedProxy(log: Pick<Log, 'write'>): ProxyRefused {
  return (proxy, reason) => {
    // Balancers look all the time whether somebody listens.
    if (reason !== undefined) log.write('WARNING', `PROXY protocol: a connection of [${proxy}] is closed: ${reason}`);
  };
}
