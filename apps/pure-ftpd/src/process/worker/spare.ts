// A spare worker, before it has an identity: a process that is loaded, and has practised what clients will ask of it.
import {
  dieWithParent,
  isDescriptorPassingAvailable,
  isNssAvailable,
  nameProcess,
  setDumpable,
} from '@pure-ftpd/posix';

import type { NewIdentity } from '../become.ts';
import type { Prepare } from '../messages/to-child.ts';
import type { MonitorLink } from '../monitor-link.ts';
import { practise } from './practice.ts';
import { PracticeLink } from './practice-link.ts';
import { type WorkerHandler, workerHandler } from './worker-handler.ts';

/** The one of this process. It holds no key, no listener, no database of users and no connection of a client. */
export class Spare {
  readonly handler: WorkerHandler;
  readonly #monitor: MonitorLink;
  readonly #own = new PracticeLink();
  #isPrepared = false;

  constructor(monitor: MonitorLink, message: Prepare) {
    staySafe(message.monitor);
    nameProcess('pure-ftpd', 'pure-ftpd (SPARE)');
    // What is loaded by its first use must be loaded while its files can be read.
    if (!isDescriptorPassingAvailable() || !isNssAvailable()) throw new Error('native calls are not available');
    this.#monitor = monitor;
    this.handler = workerHandler(this.#own.link, message.configuration);
    void this.#prepare(message);
  }

  /** Speaks to the monitor from now on. @throws Error before it is prepared. */
  join(): MonitorLink {
    if (!this.#isPrepared) throw new Error('a spare worker is taken once it is prepared');
    return this.#own.join(this.#monitor);
  }

  async #prepare({ identity, folder, monitor }: Prepare): Promise<void> {
    await practise({
      handler: this.handler,
      link: this.#own,
      folder,
      identity,
      limited: () => withRightsOf(identity, monitor),
    });
    this.#own.silence();
    this.#isPrepared = true;
    this.#monitor.send({ type: 'prepared' });
  }
}

/** Nobody looks into it, and it ends with the monitor. */
function staySafe(monitor: number): void {
  setDumpable(false);
  if (!dieWithParent(monitor)) throw new Error('the monitor is gone');
}

/** Has the rights of somebody else until it is disposed of. A change of identity undoes what `staySafe` does. */
function withRightsOf({ uid, gid, groups }: NewIdentity, monitor: number): Disposable {
  process.setgroups?.([...groups]);
  process.setegid?.(gid);
  process.seteuid?.(uid);
  staySafe(monitor);
  return {
    [Symbol.dispose]() {
      process.seteuid?.(0);
      process.setegid?.(0);
      process.setgroups?.([]);
      staySafe(monitor);
    },
  };
}
