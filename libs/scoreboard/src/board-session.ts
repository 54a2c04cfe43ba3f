import { writeSync } from 'node:fs';

import type { SessionActivity, TransferStart } from './activity.ts';
import { loginField, nameField, SessionState } from './entry.ts';
import * as at from './layout.ts';
import type { ProgressClock } from './progress-clock.ts';
import { encodeSocketAddress } from './socket-address.ts';

/** A session as it begins. */
export interface SessionStart {
  /** The client's end of the control connection, as Node's sockets give it. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** The server's end. */
  readonly localAddress: string;
  readonly localPort: number;
  /** The process that serves it, when it is not the one that writes the entry. */
  readonly pid?: number;
}

/** What a session's entry needs of the board it is on. */
export interface EntryOwner {
  readonly layout: at.Layout;
  readonly clock: ProgressClock;
  /** Unix time in seconds. */
  readonly now: () => number;
  /** The entry could not be written: it is taken off the board. The descriptor is the board's again. */
  readonly failed: (session: BoardSession, fd: number, error: unknown) => void;
  /** The descriptor is the board's again. */
  readonly ended: (session: BoardSession, fd: number) => void;
}

/** All of an entry that is no session's. */
export function freeEntry(pid: number, layout: at.Layout): Buffer {
  const bytes = Buffer.alloc(layout.size);
  bytes.writeInt32LE(pid, at.PID);
  return bytes;
}

/** All of an entry, as it is when the connection was accepted: not logged in. */
export function newEntry(start: SessionStart, pid: number, now: number, layout: at.Layout): Buffer {
  const bytes = freeEntry(pid, layout);
  bytes.writeUInt32LE(SessionState.idle, at.STATE);
  encodeSocketAddress(start.remoteAddress, start.remotePort).copy(bytes, at.PEER);
  encodeSocketAddress(start.localAddress, start.localPort).copy(bytes, at.LOCAL);
  bytes.writeBigInt64LE(BigInt(now), at.SESSION_START);
  bytes.writeBigInt64LE(BigInt(now), at.TRANSFER_START);
  loginField('?', layout).copy(bytes, at.LOGIN);
  return bytes;
}

const NUL = Buffer.alloc(1);

/** Where a file can be: what a process of less privilege reports goes into the file as it is. */
function position(bytes: number): bigint {
  return Number.isSafeInteger(bytes) && bytes > 0 ? BigInt(bytes) : 0n;
}

/**
 * The entry of one session (spec scoreboard-ftpwho section 3). The fields are written first and the state last, so that whoever
 * reads meanwhile sees the old state with its sizes or the new one with its own. No method throws: a session goes on
 * without an entry that cannot be written.
 */
export class BoardSession implements SessionActivity {
  readonly #owner: EntryOwner;
  /** Undefined when the entry is gone. */
  #fd: number | undefined;
  #isUpload = false;

  /** @param fd The entry's file, written as `newEntry` has it. The session's until its end. Undefined when there is none. */
  constructor(fd: number | undefined, owner: EntryOwner) {
    this.#fd = fd;
    this.#owner = owner;
  }

  /** The client has logged in; anonymous users as `ftp`. Of a name that is too long the first bytes are kept. */
  login(name: string): void {
    this.#write((fd) => writeAt(fd, loginField(name, this.#owner.layout), at.LOGIN));
  }

  /** Another process serves the session from now on: entries whose process is gone count as left behind. */
  servedBy(pid: number): void {
    this.#write((fd) => {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32LE(pid);
      writeAt(fd, bytes, at.PID);
    });
  }

  transfer(start: TransferStart): void {
    this.begin(start);
    this.#owner.clock.follow(this, start.offset, start.position, (now) => this.progress(now));
  }

  /** As {@link transfer}, for one who is told of the progress. */
  begin({ direction, name, offset, size = 0 }: Omit<TransferStart, 'position'>): void {
    const { layout, now } = this.#owner;
    this.#isUpload = direction === 'upload';
    const numbers = Buffer.alloc(at.LOGIN - at.TRANSFER_START);
    const from = position(offset);
    numbers.writeBigInt64LE(BigInt(now()), 0);
    numbers.writeBigInt64LE(from, at.RESTART_OFFSET - at.TRANSFER_START);
    numbers.writeBigInt64LE(this.#isUpload ? 0n : position(size), at.TOTAL_SIZE - at.TRANSFER_START);
    numbers.writeBigInt64LE(from, at.CURRENT_SIZE - at.TRANSFER_START);
    this.#write((fd) => {
      writeAt(fd, numbers, at.TRANSFER_START);
      writeAt(fd, nameField(name, layout), at.nameOffset(layout));
      writeState(fd, this.#isUpload ? SessionState.uploading : SessionState.downloading);
    });
  }

  /** Where the transfer is by now, in bytes from the start of the file. */
  progress(now: number): void {
    this.#write((fd) => {
      const bytes = Buffer.alloc(16);
      bytes.writeBigInt64LE(position(now), 0);
      bytes.writeBigInt64LE(position(now), 8);
      // Of an upload both sizes are the position.
      if (this.#isUpload) writeAt(fd, bytes, at.TOTAL_SIZE);
      else writeAt(fd, bytes.subarray(8), at.CURRENT_SIZE);
    });
  }

  idle(): void {
    const last = this.#owner.clock.forget(this);
    if (last !== undefined) this.progress(last);
    this.#write((fd) => {
      writeAt(fd, NUL, at.nameOffset(this.#owner.layout));
      writeState(fd, SessionState.idle);
    });
  }

  /** The session has ended: its entry is removed. What is told of it afterwards changes nothing. */
  end(): void {
    const fd = this.#fd;
    if (fd === undefined) return;
    this.#owner.clock.forget(this);
    this.#write(() => writeState(fd, SessionState.free));
    // Else it could not be written, and is gone already.
    if (this.#fd === undefined) return;
    this.#fd = undefined;
    this.#owner.ended(this, fd);
  }

  #write(write: (fd: number) => void): void {
    const fd = this.#fd;
    if (fd === undefined) return;
    try {
      write(fd);
    } catch (error) {
      this.#owner.clock.forget(this);
      this.#fd = undefined;
      this.#owner.failed(this, fd, error);
    }
  }
}

function writeState(fd: number, state: SessionState): void {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(state);
  writeAt(fd, bytes, at.STATE);
}

function writeAt(fd: number, bytes: Buffer, offset: number): void {
  writeSync(fd, bytes, 0, bytes.length, offset);
}
