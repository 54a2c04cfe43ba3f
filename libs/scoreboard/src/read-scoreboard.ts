import { entryNames, SCOREBOARD_DIRECTORY } from './directory.ts';
import { readEntryFile, tidyEntry } from './entry-file.ts';
import { isNamedProcessGone, isOwnNameStale } from './entry-name.ts';
import { decodeEntry, type Entry, SessionState } from './entry.ts';
import { Processes } from './processes.ts';
import type { SocketAddress } from './socket-address.ts';

/** An entry that was read and can be shown: both ends of the connection are known. */
export interface ShownEntry extends Entry {
  /** Name of its file. */
  readonly name: string;
  readonly peer: SocketAddress;
  readonly local: SocketAddress;
}

export interface ReadOptions {
  readonly directory?: string;
  /** Entries of other users are passed over. Root by default. */
  readonly owner?: number;
}

/** As in C an IPv4 client on an IPv6 address of the server is not shown: there is no such connection. */
function shownEntry(entry: Entry, name: string): ShownEntry | undefined {
  const { state, peer, local } = entry;
  if (state === SessionState.free || peer === undefined || local === undefined) return undefined;
  return peer.family === 4 && local.family === 6 ? undefined : { ...entry, name, peer, local };
}

/**
 * The sessions that are there, of servers of either kind, in the order of the directory. Entries whose process is gone are deleted,
 * as `pure-ftpwho` does (spec scoreboard-ftpwho section 4); what is no entry to believe is passed over.
 * @throws ScoreboardError when the directory is missing or cannot be read.
 */
export function readScoreboard({ directory = SCOREBOARD_DIRECTORY, owner = 0 }: ReadOptions = {}): ShownEntry[] {
  const processes = new Processes();
  const entries: ShownEntry[] = [];
  for (const name of entryNames(directory)) {
    const file = readEntryFile(directory, name, owner);
    if (file === undefined) continue;
    const entry = decodeEntry(file.bytes, file.layout);
    if (!processes.isAlive(entry.pid) || isOwnNameStale(name, processes)) {
      tidyEntry(directory, name);
      continue;
    }
    const shown = shownEntry(entry, name);
    if (shown !== undefined) entries.push(shown);
  }
  return entries;
}

/**
 * Deletes the entries of processes that are gone, without reading any, and those that an earlier process of the same id as this one
 * left behind: what a server does when it starts.
 * @param own What the names of this process's entries begin with; these stay.
 * @throws ScoreboardError when the directory is missing or cannot be read.
 */
export function sweepScoreboard(directory: string, own: string): void {
  const processes = new Processes();
  const [sameId = ''] = own.split('.');
  for (const name of entryNames(directory)) {
    if (name.startsWith(own)) continue;
    const isLeftBehind = name === sameId || name.startsWith(`${sameId}.`);
    if (isLeftBehind || isNamedProcessGone(name, processes)) tidyEntry(directory, name);
  }
}
