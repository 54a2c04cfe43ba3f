import type { StorageMount } from '@pure-ftpd/options';

import { mountedHome, prefixOf } from '../../files/mounts.ts';
import { type KnownSession, subjectOf } from './session-book.ts';
import { StorageProcess, type StorageProcessOptions } from './storage-process.ts';

/** The processes that have the credentials of buckets: one for each mount of a configuration. */
export class StorageProcesses {
  readonly #mounts: readonly StorageMount[];
  readonly #processes: ReadonlyMap<StorageMount, StorageProcess>;
  readonly #log: StorageProcessOptions['log'];

  constructor(mounts: readonly StorageMount[], options: Omit<StorageProcessOptions, 'mount'>) {
    this.#mounts = mounts;
    this.#log = options.log;
    this.#processes = new Map(mounts.map((mount) => [mount, new StorageProcess({ ...options, mount })]));
  }

  start(): void {
    for (const one of this.#processes.values()) one.start();
  }

  /**
   * Opens the home of a session, where that is in a bucket.
   * @returns The worker's end of the connection; undefined where there is none.
   */
  open(session: KnownSession): number | undefined {
    const { home: named } = session.admitted?.login.account ?? {};
    const home = named && mountedHome(this.#mounts, named);
    if (home === undefined) return undefined;
    try {
      return this.#processes.get(home.mount)?.open(session.id, prefixOf(home));
    } catch (error) {
      this.#log.write('ERROR', `${home.mount.path} cannot be reached: ${String(error)}`, subjectOf(session));
      return undefined;
    }
  }

  /** A session is over, or its user has left. */
  leave({ id }: KnownSession): void {
    for (const one of this.#processes.values()) one.leave(id);
  }

  kill(): void {
    for (const one of this.#processes.values()) one.kill();
  }
}
