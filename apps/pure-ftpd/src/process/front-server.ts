import { Socket } from 'node:net';

import { type ConnectionLimit, type FailureContext, type FTPHandler, FTPServer } from '@pure-ftpd/server';

import type { ProxyRefused } from '@pure-ftpd/server/internal';

import type { TurnedAway } from '../events/event.ts';
import type { Log } from '../log/log.ts';
import { tellRefusedProxy } from './refused-proxies.ts';

/** The server that clients connect to, which tells the log whom it turns away. */
export class FrontServer extends FTPServer {
  readonly #log: Pick<Log, 'write'>;
  readonly #tellRefusedProxy: ProxyRefused;
  #lastRefused = '';
  #endsWithLast = false;

  constructor(log: Pick<Log, 'write'>, ...rest: ConstructorParameters<typeof FTPServer>) {
    super(...rest);
    this.#log = log;
    this.#tellRefusedProxy = tellRefusedProxy(log);
  }

  /** Serves a connection of descriptor 0 [server-options §6.1], and closes when its session is over, or there is none. */
  serveOnly(descriptor: number, implicitTls: boolean): void {
    this.#endsWithLast = true;
    this.accept(new Socket({ fd: descriptor, readable: true, writable: true, allowHalfOpen: true }), { implicitTls });
    this.#endWithLast();
  }

  override sessionEnded(session: FTPHandler): void {
    super.sessionEnded(session);
    this.#endWithLast();
  }

  /** Closes when the last of the sessions is over. Nobody new is listened to by then. */
  drain(): void {
    this.#endsWithLast = true;
    this.#endWithLast();
  }

  #endWithLast(): void {
    if (this.#endsWithLast && this.sessions.size === 0 && this.proxied.waiting === 0) void this.close();
  }

  /** A client is turned away, who has no session. */
  turnedAway(_reason: TurnedAway): void {
    // For who tells others.
  }

  override onProxyRefused(proxy: string, reason: string | undefined): void {
    if (reason !== undefined) this.turnedAway('proxy');
    this.#tellRefusedProxy(proxy, reason);
    // It may have been the only client.
    queueMicrotask(() => this.#endWithLast());
  }

  /** The log has been told, unless it is the log that has failed. */
  override onError(error: Error, session: FTPHandler | undefined, about: FailureContext): void | Promise<void> {
    return session === undefined || about.hook === 'onEvent' ? super.onError(error, session, about) : undefined;
  }

  override onRefused(address: string, limit: ConnectionLimit): void {
    this.turnedAway(limit === 'maxConsPerIp' ? 'address' : 'sessions');
    // Once for a run of the same address: who knocks a thousand times must not fill the log.
    if (this.#lastRefused === `${address} ${limit}`) return;
    this.#lastRefused = `${address} ${limit}`;
    if (limit === 'maxConsPerIp')
      this.#log.write('WARNING', `Too many connections (${this.maxConsPerIp}) from this IP: [${address}]`);
    else this.#log.write('WARNING', `Too many connections (${this.maxCons}): refused [${address}]`);
  }
}
