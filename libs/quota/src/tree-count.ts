// How many files a tree has, and how many bytes [spec quota-upload-auth-cert.md §1.6, traversal].

import { chmodSync, closeSync } from 'node:fs';

import {
  DirectoryScan,
  EntryType,
  NodeStatus,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  openat2,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  SystemError,
  tryOpenat2,
} from '@pure-ftpd/posix';

import { QUOTA_FILE } from './quota-file.ts';
import { LARGEST } from './usage.ts';
import type { QuotaUsage } from './usage.ts';

/** Details of a count. */
export interface CountOptions {
  /**
   * Gives directories that belong to the process's user, and that he has locked himself out of, `u+rx`. Else what is in
   * them is not counted.
   */
  readonly repair?: boolean;
}

/** Entries between two looks at what else there is to do: about a millisecond's worth. */
const SLICE = 256;
/** Directories kept open on the way down; those above are found again by `..`, and recognised. */
const MAX_OPEN = 64;
const OPEN_DIRECTORY = O_RDONLY | O_DIRECTORY | O_NONBLOCK;
const READ_AND_SEARCH = 0o500;
const IN_ROOT = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
const SKIPPED = Buffer.from(QUOTA_FILE);
/** Sums below this are exact as numbers, whatever is added to them next. */
const EXACT = 2 ** 52;
const SLASH = Buffer.from('/');

/** A directory on the way from the root to where the count is. */
interface Frame {
  readonly name: Buffer;
  readonly device: bigint;
  readonly inode: bigint;
  /** Came here by a link: `..` is not the frame before. */
  readonly linked: boolean;
  /** −1 when it is closed for now. */
  fd: number;
  scan: DirectoryScan | undefined;
  /** Where to go on when it is opened again. */
  cookie: bigint;
}

/**
 * Counts a tree entry by entry, from directory descriptors: no path is used that somebody could change meanwhile, and
 * links lead nowhere but to nodes of the tree. Memory grows with the number of directories, not of files.
 */
class TreeCount {
  readonly #root: number;
  readonly #repair: boolean;
  readonly #status = new NodeStatus();
  readonly #frames: Frame[] = [];
  readonly #spareScans: DirectoryScan[] = [];
  /** Inodes of the directories that were counted, by device: each counts once, wherever links and mounts show it. */
  readonly #counted = new Map<bigint, Set<bigint>>();
  #files = 0;
  #bytes = 0;
  #moreBytes = 0n;

  constructor(root: number, repair: boolean) {
    this.#root = root;
    this.#repair = repair;
  }

  /** Yields the number of files so far, now and then. */
  *run(): Generator<number, QuotaUsage, void> {
    try {
      this.#begin();
      let untilSlice = SLICE;
      for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
        const { scan } = frame;
        if (scan === undefined) throw new TypeError('the current directory is open');
        if (scan.next()) this.#entry(scan);
        else this.#leave(frame);
        untilSlice -= 1;
        if (untilSlice > 0) continue;
        untilSlice = SLICE;
        yield this.#files;
      }
      const bytes = this.#moreBytes + BigInt(this.#bytes);
      return { files: BigInt(this.#files), bytes: bytes > LARGEST ? LARGEST : bytes };
    } finally {
      for (const { fd } of this.#frames) if (fd >= 0) closeSync(fd);
    }
  }

  #begin(): void {
    const fd = openat2(this.#root, '.', { flags: OPEN_DIRECTORY });
    try {
      this.#status.readDescriptor(fd);
      if (this.#repair) this.#repairPermissions(fd);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    this.#enter(fd, Buffer.alloc(0), false);
  }

  #entry(scan: DirectoryScan): void {
    if (scan.isNamed(SKIPPED)) return;
    let { type } = scan;
    if (type === EntryType.file || type === EntryType.unknown) {
      if (scan.status(this.#status) < 0) return; // gone, or not ours to look at
      ({ type } = this.#status);
    }
    if (type === EntryType.file) this.#countFile();
    else if (type === EntryType.directory) this.#directory(scan);
    else if (type === EntryType.link) this.#link(scan);
  }

  #countFile(): void {
    this.#files += 1;
    const { size } = this.#status;
    if (size >= EXACT) {
      this.#moreBytes += this.#status.exactSize;
      return;
    }
    this.#bytes += size;
    if (this.#bytes < EXACT) return;
    this.#moreBytes += BigInt(this.#bytes);
    this.#bytes = 0;
  }

  #directory(scan: DirectoryScan): void {
    let fd = scan.open(OPEN_DIRECTORY | O_NOFOLLOW);
    if (fd < 0 && this.#repair) {
      const held = scan.open(O_PATH | O_DIRECTORY | O_NOFOLLOW);
      if (held < 0) return;
      try {
        this.#status.readDescriptor(held);
        if (this.#repairPermissions(held)) fd = scan.open(OPEN_DIRECTORY | O_NOFOLLOW);
      } finally {
        closeSync(held);
      }
    }
    if (fd >= 0) this.#descend(fd, scan.name, false);
  }

  /** A link counts as the file it leads to inside the tree; a directory counts once, here when it has not been met before. */
  #link(scan: DirectoryScan): void {
    const { name } = scan;
    const path = Buffer.concat([...this.#frames.slice(1).flatMap((frame) => [frame.name, SLASH]), name]);
    const node = tryOpenat2(this.#root, path, { flags: O_PATH, resolve: IN_ROOT });
    if (node < 0) return; // leads nowhere, in circles, or where the user may not go
    try {
      this.#status.readDescriptor(node);
      const { type } = this.#status;
      if (type === EntryType.file) this.#countFile();
      if (type !== EntryType.directory || this.#isCounted()) return;
      if (this.#repair) this.#repairPermissions(node);
      const fd = tryOpenat2(node, '.', { flags: OPEN_DIRECTORY });
      if (fd >= 0) this.#descend(fd, name, true);
    } finally {
      closeSync(node);
    }
  }

  #descend(fd: number, name: Buffer, linked: boolean): void {
    try {
      this.#status.readDescriptor(fd);
      if (this.#isCounted()) return closeSync(fd);
      if (this.#repair) this.#repairPermissions(fd);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    this.#files += 1;
    this.#enter(fd, name, linked);
  }

  /** Begins with a directory whose status has just been read. Takes the descriptor over. */
  #enter(fd: number, name: Buffer, linked: boolean): void {
    const { device, inode } = this.#status;
    const frame: Frame = { name, device, inode, linked, fd, scan: undefined, cookie: 0n };
    this.#frames.push(frame);
    let inodes = this.#counted.get(device);
    if (inodes === undefined) this.#counted.set(device, (inodes = new Set()));
    inodes.add(inode);
    frame.scan = this.#spareScans.pop() ?? new DirectoryScan();
    frame.scan.start(fd);
    this.#closeAbove();
  }

  #isCounted(): boolean {
    return this.#counted.get(this.#status.device)?.has(this.#status.inode) === true;
  }

  /** Whether the directory whose status was read was opened up for its owner, who we are. */
  #repairPermissions(fd: number): boolean {
    const { permissions, uid } = this.#status;
    if ((permissions & READ_AND_SEARCH) === READ_AND_SEARCH || uid !== process.geteuid?.()) return false;
    chmodSync(`/proc/self/fd/${fd}`, permissions | READ_AND_SEARCH);
    return true;
  }

  /**
   * Keeps few directories open, however deep the tree is. Where a link led away, its directory has to stay
   * open: the kernel follows at most 40 in one path.
   */
  #closeAbove(): void {
    const frame = this.#frames.at(-1 - MAX_OPEN);
    if (frame === undefined || this.#frames.at(-MAX_OPEN)?.linked === true) return;
    if (frame.scan === undefined) return;
    frame.cookie = frame.scan.cookie;
    this.#spareScans.push(frame.scan);
    frame.scan = undefined;
    closeSync(frame.fd);
    frame.fd = -1;
  }

  #leave(frame: Frame): void {
    this.#frames.pop();
    if (frame.scan !== undefined) this.#spareScans.push(frame.scan);
    try {
      const parent = this.#frames.at(-1);
      if (parent !== undefined && parent.fd < 0) this.#reopen(parent, frame.fd);
    } finally {
      closeSync(frame.fd);
    }
  }

  #reopen(parent: Frame, child: number): void {
    parent.fd = openat2(child, '..', { flags: OPEN_DIRECTORY });
    this.#status.readDescriptor(parent.fd);
    // The child was moved meanwhile: what is counted and what is not can no longer be told.
    if (this.#status.inode !== parent.inode || this.#status.device !== parent.device)
      throw new SystemError('ESTALE', 'open');
    parent.scan = this.#spareScans.pop() ?? new DirectoryScan();
    parent.scan.start(parent.fd, parent.cookie);
  }
}

/**
 * Counts the tree below a directory as pure-quotacheck does: each file with its size, each directory as a file; a link as
 * the file it leads to; `.ftpquota`, and what is neither file nor directory, not at all. Links are followed as after
 * chroot(2): never out of the tree.
 *
 * @param root A descriptor of the directory (O_PATH will do), which stays open and the caller's.
 * @returns Yields the number of files so far after every few thousand entries, and returns the count.
 * @throws {SystemError} when the directory cannot be read, a disk fails, or directories were moved about (ESTALE).
 * @throws {NativeUnavailableError} where there is no openat2(2).
 */
export function countTree(root: number, options: CountOptions = {}): Generator<number, QuotaUsage, void> {
  return new TreeCount(root, options.repair === true).run();
}
