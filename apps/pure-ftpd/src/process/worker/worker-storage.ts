import { Socket } from 'node:net';

import { HomeConnection, HomeObjects, HomeQuota, objectSettings } from '@pure-ftpd/s3/remote';
import { type QuotaAmount, type QuotaLimits, type QuotaStore, StorageUnavailable } from '@pure-ftpd/server';

import type { HomeStorage } from '../../contract/daemon.ts';
import type { PureFtpdSession } from '../../contract/session.ts';
import { type MountedHome, settingsOf } from '../../files/mounts.ts';
import type { HomeObjects as OpenHome } from '../../files/stored-files.ts';

/** Bytes that are charged ahead: a question to another process for each MiB costs nothing. */
const AHEAD = 1024 * 1024;

/** Homes in buckets, of the sessions of a worker: reached by connections that the monitor has made for each of them. */
export class WorkerStorage implements HomeStorage<PureFtpdSession> {
  readonly #connections = new Map<string, HomeConnection>();
  readonly #counters = new SharedCounters();

  /** The connection of a session has come, before the session. */
  take(session: string, descriptor: number): void {
    this.#connections.get(session)?.close();
    const connection = new HomeConnection(new Socket({ fd: descriptor, readable: true, writable: true }), () => {
      if (this.#connections.get(session) === connection) this.#connections.delete(session);
    });
    this.#connections.set(session, connection);
  }

  open({ sessionId }: PureFtpdSession, { mount, root }: MountedHome): OpenHome {
    const connection = this.#connections.get(sessionId);
    if (connection === undefined) throw new StorageUnavailable();
    const leave = this.#counters.enter(mount.path + root, new HomeQuota(connection));
    return {
      objects: new HomeObjects(connection, objectSettings(settingsOf(mount))),
      counters: this.#counters,
      close() {
        leave();
        connection.close();
      },
    };
  }
}

/** One store for all sessions of the process, so that those of a home take turns; any of its connections will do. */
class SharedCounters implements QuotaStore {
  readonly ahead = AHEAD;
  readonly #homes = new Map<string, Set<QuotaStore>>();

  /** A session of a home begins. @returns What ends it. */
  enter(home: string, counter: QuotaStore): () => void {
    const counters = this.#homes.get(home) ?? new Set();
    this.#homes.set(home, counters);
    counters.add(counter);
    return () => {
      counters.delete(counter);
      if (counters.size === 0) this.#homes.delete(home);
    };
  }

  usage(home: string, count: () => Promise<QuotaAmount>): ReturnType<QuotaStore['usage']> {
    return this.#counterOf(home).usage(home, count);
  }

  change(home: string, change: QuotaAmount, limits: QuotaLimits): ReturnType<QuotaStore['change']> {
    return this.#counterOf(home).change(home, change, limits);
  }

  #counterOf(home: string): QuotaStore {
    const [counter] = this.#homes.get(home) ?? [];
    if (counter === undefined) throw new StorageUnavailable();
    return counter;
  }
}
