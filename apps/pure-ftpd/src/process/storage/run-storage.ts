// The process that has the credentials of a bucket: as nobody, it does what sessions may have done in their homes, and nothing else.
import { Socket } from 'node:net';

import type { Objects } from '@pure-ftpd/s3';
import { HomeCounters, Room, ServedHome } from '@pure-ftpd/s3/remote';
import { setDumpable } from '@pure-ftpd/posix';
import { errorText } from '@pure-ftpd/server/internal';

import { becomeForGood, verifyRights } from '../become.ts';
import type { MessageToStorage, ToChild } from '../messages/to-child.ts';
import { drop, type MonitorLink, openMonitorLink } from '../monitor-link.ts';
import { mountStore } from './mount-store.ts';

const MESSAGES = ['startStorage', 'home', 'leave'] as const;

/** Bytes of what is to be stored that may be here at a time: others wait in their own processes. */
const ROOM = 128 * 1024 * 1024;

/** Runs the process until the monitor wants it no more. */
export function runStorage(): void {
  let homes: Promise<Homes> | undefined;
  openMonitorLink(MESSAGES, (link, message: MessageToStorage, descriptor) => {
    if (message.type === 'startStorage') {
      drop(descriptor);
      homes ??= start(link, message);
    } else if (message.type === 'leave') {
      drop(descriptor);
      void homes?.then((started) => started.leave(message.session));
    } else if (descriptor !== undefined) {
      if (homes === undefined) drop(descriptor);
      else void homes.then((started) => started.serve(message, descriptor));
    }
  });
}

/** Finds the credentials while their files may be read, then gives up its rights. */
async function start(link: MonitorLink, { mount, monitor, identity }: ToChild<'startStorage'>): Promise<Homes> {
  setDumpable(false);
  const store = mountStore(mount, (line) => link.log.write('WARNING', line));
  try {
    await store.open();
  } catch (error) {
    link.log.write('ERROR', `--storage ${mount.path}: ${errorText(error)}`);
  }
  becomeForGood(identity, monitor);
  verifyRights('self', identity);
  link.send({ type: 'ready' });
  return new Homes(store, link);
}

class Homes {
  readonly #link: MonitorLink;
  readonly #shared: { readonly objects: Objects; readonly counters: HomeCounters; readonly room: Room };
  readonly #homes = new Map<string, ServedHome>();

  constructor(objects: Objects, link: MonitorLink) {
    this.#link = link;
    this.#shared = { objects, counters: new HomeCounters(), room: new Room(ROOM) };
  }

  serve({ session, prefix }: ToChild<'home'>, descriptor: number): void {
    const home = new ServedHome(
      new Socket({ fd: descriptor, readable: true, writable: true }),
      prefix,
      this.#shared,
      (error) =>
        this.#link.log.write(
          'ERROR',
          `session ${session} has asked for what is not in its home, and loses it: ${error.message}`,
        ),
    );
    this.#homes.set(session, home);
    void home.closed.then(() => {
      if (this.#homes.get(session) === home) this.#homes.delete(session);
    });
  }

  /** The session is over, whatever its worker does with its end. */
  leave(session: string): void {
    this.#homes.get(session)?.destroy();
  }
}
