import { type ConnectionLimit, FTPServer } from '@pure-ftpd/server';

import type { Log } from '../log/log.ts';

/** The server that clients connect to, which tells the log whom it turns away. */
export class FrontServer extends FTPServer {
  readonly #log: Pick<Log, 'write'>;
  #lastRefused = '';

  constructor(log: Pick<Log, 'write'>, ...rest: ConstructorParameters<typeof FTPServer>) {
    super(...rest);
    this.#log = log;
  }

  override onRefused(address: string, limit: ConnectionLimit): void {
    // Once for a run of the same address: who knocks a thousand times must not fill the log.
    if (this.#lastRefused === `${address} ${limit}`) return;
    this.#lastRefused = `${address} ${limit}`;
    if (limit === 'maxConsPerIp')
      this.#log.write('WARNING', `Too many connections (${this.maxConsPerIp}) from this IP: [${address}]`);
    else this.#log.write('WARNING', `Too many connections (${this.maxCons}): refused [${address}]`);
  }
}
