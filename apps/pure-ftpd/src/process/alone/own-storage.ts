import type { StorageMount } from '@pure-ftpd/options';
import type { S3Store } from '@pure-ftpd/s3';
import { MemoryQuotaStore } from '@pure-ftpd/server';
import { errorText } from '@pure-ftpd/server/internal';

import type { HomeStorage } from '../../contract/daemon.ts';
import type { MountedHome } from '../../files/mounts.ts';
import type { HomeObjects } from '../../files/stored-files.ts';
import type { Log } from '../../log/log.ts';
import { mountStore } from '../storage/mount-store.ts';

/** Buckets of a server that serves itself: it has their credentials, whichever configuration sessions go by. */
export class OwnStorage implements HomeStorage<unknown> {
  readonly #log: Pick<Log, 'write'>;
  readonly #stores = new Map<string, S3Store>();
  readonly #counters = new MemoryQuotaStore();

  constructor(log: Pick<Log, 'write'>) {
    this.#log = log;
  }

  /** Finds the credentials of mounts that are new, while their files may be read. What is wrong with them the log hears. */
  async prepare(mounts: readonly StorageMount[]): Promise<void> {
    for (const mount of mounts) {
      if (this.#stores.has(keyOf(mount))) continue;
      const store = mountStore(mount, (line) => this.#log.write('WARNING', line));
      this.#stores.set(keyOf(mount), store);
      try {
        await store.open();
      } catch (error) {
        this.#log.write('ERROR', `--storage ${mount.path}: ${errorText(error)}`);
      }
    }
  }

  open(_session: unknown, { mount }: MountedHome): HomeObjects {
    const objects = this.#stores.get(keyOf(mount));
    if (objects === undefined) throw new RangeError('a mount that is not prepared');
    return { objects, counters: this.#counters, close: () => undefined };
  }

  async close(): Promise<void> {
    for (const store of this.#stores.values()) await store.close();
  }
}

function keyOf(mount: StorageMount): string {
  return JSON.stringify(mount);
}
