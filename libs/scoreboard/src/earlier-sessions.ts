import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

import { entryNames } from './directory.ts';
import { entryPath, READ } from './entry-file.ts';
import { isNamedProcessGone } from './entry-name.ts';
import { decodeEntry, type Entry, SessionState } from './entry.ts';
import { layoutOfSize } from './layout.ts';
import { Processes } from './processes.ts';
import { asciiLowerCase } from './user-sessions.ts';

/** How often is looked whether they have ended, in milliseconds. */
const LOOK_EVERY_MS = 1000;

interface EarlierSession {
  /** The client's address, as the entry has it. */
  readonly address: string;
  readonly fd: number;
}

/**
 * Sessions that servers which were stopped still serve at the ports of a new one, which counts them until they end. Their entries
 * are kept open: that they end is seen also by a process that may not look into the directory any more.
 */
export class EarlierSessions implements Disposable {
  readonly #sessions = new Map<string, EarlierSession>();
  readonly #timer: NodeJS.Timeout | undefined;
  /** Hears of each that has ended. */
  onEnded: (id: string) => void = () => undefined;

  /**
   * @param own What the names of the asking server's own entries begin with.
   * @param owner User id to whom entries have to belong.
   * @param ports Of the new server.
   * @throws ScoreboardError when the directory is missing or cannot be read.
   */
  constructor(directory: string, own: string, owner: number, ports: readonly number[]) {
    const processes = new Processes();
    for (const name of entryNames(directory)) {
      if (name.startsWith(own) || isNamedProcessGone(name, processes)) continue;
      const fd = openEntry(directory, name, owner);
      if (fd === undefined) continue;
      const entry = readOpenEntry(fd);
      const { peer, local } = entry ?? {};
      if (peer !== undefined && local !== undefined && ports.includes(local.port) && isServed(entry, processes))
        this.#sessions.set(name, { address: peer.address, fd });
      else closeSync(fd);
    }
    if (this.#sessions.size > 0) this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  /** Those that have not ended: an id, and the client's address. */
  get all(): { readonly id: string; readonly address: string }[] {
    return Array.from(this.#sessions, ([id, { address }]) => ({ id, address }));
  }

  /** How many of them a login has; see `countForeignSessions`. */
  count(login: string): number {
    const processes = new Processes();
    const wanted = asciiLowerCase(login);
    return [...this.#sessions.values()].filter(({ fd }) => {
      const entry = readOpenEntry(fd);
      return isServed(entry, processes) && asciiLowerCase(entry.login) === wanted;
    }).length;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    for (const { fd } of this.#sessions.values()) closeSync(fd);
    this.#sessions.clear();
  }

  #look(): void {
    const processes = new Processes();
    for (const [id, { fd }] of this.#sessions) {
      if (isServed(readOpenEntry(fd), processes)) continue;
      closeSync(fd);
      this.#sessions.delete(id);
      this.onEnded(id);
    }
    if (this.#sessions.size === 0) clearInterval(this.#timer);
  }
}

function isServed(entry: Entry | undefined, processes: Processes): entry is Entry {
  return entry !== undefined && entry.state !== SessionState.free && processes.isAlive(entry.pid);
}

function openEntry(directory: string, name: string, owner: number): number | undefined {
  let fd: number;
  try {
    fd = openSync(entryPath(directory, name), READ);
  } catch {
    // Gone since the listing, or a link.
    return undefined;
  }
  const status = fstatSync(fd);
  if (status.isFile() && status.uid === owner) return fd;
  closeSync(fd);
  return undefined;
}

/** What an open entry says; undefined when it was removed, or is none. */
function readOpenEntry(fd: number): Entry | undefined {
  const { nlink, size } = fstatSync(fd);
  const layout = nlink === 0 ? undefined : layoutOfSize(size);
  if (layout === undefined) return undefined;
  const bytes = Buffer.alloc(layout.size);
  return readSync(fd, bytes, 0, layout.size, 0) === layout.size ? decodeEntry(bytes, layout) : undefined;
}
