// Big trees, looked at without a JavaScript object for each entry: names stay in the buffer the kernel wrote them to.

import { constants, endianness } from 'node:os';

import { isAvailable, koffi, nativeFunction } from './native.ts';
import { O_CLOEXEC } from './open-flags.ts';
import { SystemError } from './system-error.ts';

/** What a directory says an entry is (`d_type`); file systems that do not know say `unknown`. */
export const EntryType = { unknown: 0, directory: 4, file: 8, link: 10 } as const;

/** `struct linux_dirent64`: the record's length at 16, the type at 18, the name at 19, ended by NUL; the cookie at 8. */
const COOKIE_AT = 8;
const LENGTH_AT = 16;
const TYPE_AT = 18;
const NAME_AT = 19;
/** A record of the longest name. */
const LONGEST_RECORD = 280;

const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_EMPTY_PATH = 0x1000;
/** Type, mode, uid, inode and size. */
const STATX_MASK = 0x1 | 0x2 | 0x8 | 0x100 | 0x200;
/** `struct statx` is the same everywhere. */
const STATX_BYTES = 256;

// Addresses are passed as numbers, which costs a third of what passing a Buffer does; all below 2^53.
const getdents64 = nativeFunction<[number, number, number], number>('getdents64', 'int64_t', [
  'int',
  'uintptr_t',
  'size_t',
]);
const statx = nativeFunction<[number, number, number, number, number], number>('statx', 'int', [
  'int',
  'uintptr_t',
  'int',
  'uint32_t',
  'uintptr_t',
]);
const openat = nativeFunction<[number, number, number], number>('openat', 'int', ['int', 'uintptr_t', 'int']);
const lseek = nativeFunction<[number, bigint, number], bigint | number>('lseek', 'int64_t', ['int', 'int64_t', 'int']);

/** Whether directories can be read by {@link DirectoryScan} here. */
export function isDirectoryScanAvailable(): boolean {
  return endianness() === 'LE' && [getdents64, statx, openat, lseek].every(isAvailable);
}

/** Memory that the kernel writes to: it does not move, and lives as long as this. */
class NativeMemory {
  readonly bytes: Buffer;
  readonly address: number;

  constructor(size: number) {
    this.bytes = Buffer.from(new ArrayBuffer(size));
    this.address = Number(koffi().address(this.bytes));
  }
}

/** What statx(2) says of a node: read the fields before the next call. One for as many calls as you like. */
export class NodeStatus {
  readonly #memory = new NativeMemory(STATX_BYTES);

  /** @throws {SystemError} EBADF. */
  readDescriptor(fd: number): void {
    const at = this.#memory.address;
    // The name is an empty one: the last byte of the memory, which the kernel leaves 0.
    const errno = callStatx(fd, at + STATX_BYTES - 1, AT_EMPTY_PATH, at);
    if (errno !== 0) throw SystemError.fromErrno(-errno, 'statx');
  }

  /** @returns 0, or the negative error number. */
  tryReadEntry(fd: number, nameAddress: number): number {
    return callStatx(fd, nameAddress, AT_SYMLINK_NOFOLLOW, this.#memory.address);
  }

  /** Permission bits and the set-id bits. */
  get permissions(): number {
    return this.#memory.bytes.readUInt16LE(28) & 0o7777;
  }

  /** As {@link EntryType}; other kinds have other numbers. */
  get type(): number {
    return this.#memory.bytes.readUInt16LE(28) >> 12;
  }

  get uid(): number {
    return this.#memory.bytes.readUInt32LE(20);
  }

  /** In bytes; exact up to 2^53. */
  get size(): number {
    return this.#memory.bytes.readUInt32LE(40) + this.#memory.bytes.readUInt32LE(44) * 2 ** 32;
  }

  /** In bytes. */
  get exactSize(): bigint {
    return this.#memory.bytes.readBigUInt64LE(40);
  }

  get inode(): bigint {
    return this.#memory.bytes.readBigUInt64LE(32);
  }

  /** Major and minor number in one. */
  get device(): bigint {
    return this.#memory.bytes.readBigUInt64LE(136);
  }
}

/** 0, or the negative error number. */
function callStatx(fd: number, name: number, flags: number, into: number): number {
  return statx()(fd, name, flags, STATX_MASK, into) === 0 ? 0 : -koffi().errno();
}

/** The entries of open directories, one after the other. A descriptor remembers how far it has been read. */
export class DirectoryScan {
  readonly #memory: NativeMemory;
  readonly #view: DataView;
  #end = 0;
  #at = 0;
  #next = 0;
  #fd = -1;

  /** @param bufferBytes How much is read at once. */
  constructor(bufferBytes = 32_768) {
    if (bufferBytes < LONGEST_RECORD) throw new RangeError(`${bufferBytes} bytes do not hold the longest name`);
    this.#memory = new NativeMemory(bufferBytes);
    this.#view = new DataView(this.#memory.bytes.buffer);
  }

  /** Begins to read a directory, after the entry whose {@link cookie} is given. The descriptor stays the caller's. */
  start(fd: number, cookie = 0n): void {
    if (Number(lseek()(fd, cookie, 0)) < 0) throw SystemError.fromErrno(koffi().errno(), 'lseek');
    this.#fd = fd;
    this.#end = 0;
    this.#next = 0;
  }

  /**
   * Goes to the next entry, but for `.` and `..`.
   * @returns false when there is no more.
   */
  next(): boolean {
    for (;;) {
      if (this.#next >= this.#end && !this.#fill()) return false;
      this.#at = this.#next;
      this.#next += this.#view.getUint16(this.#at + LENGTH_AT, true);
      if (!this.#isDots()) return true;
    }
  }

  /** As {@link EntryType}. */
  get type(): number {
    return this.#view.getUint8(this.#at + TYPE_AT);
  }

  /** Where to go on after this entry. */
  get cookie(): bigint {
    return this.#view.getBigInt64(this.#at + COOKIE_AT, true);
  }

  /** A copy of the name. */
  get name(): Buffer {
    const { bytes } = this.#memory;
    const from = this.#at + NAME_AT;
    return Buffer.from(bytes.subarray(from, bytes.indexOf(0, from)));
  }

  /** Whether the name is this one; costs next to nothing when the first bytes differ. */
  isNamed(name: Buffer): boolean {
    const from = this.#at + NAME_AT;
    const { bytes } = this.#memory;
    return (
      bytes[from + 1] === name[1] &&
      bytes[from + name.length] === 0 &&
      bytes.compare(name, 0, name.length, from, from + name.length) === 0
    );
  }

  /**
   * Looks at the entry; a link is a link.
   * @returns 0, or the negative error number: the entry may be gone.
   */
  status(into: NodeStatus): number {
    return into.tryReadEntry(this.#fd, this.#memory.address + this.#at + NAME_AT);
  }

  /**
   * Opens the entry: openat(2).
   * @returns A descriptor, which the caller closes, or the negative error number.
   */
  open(flags: number): number {
    const fd = openat()(this.#fd, this.#memory.address + this.#at + NAME_AT, flags | O_CLOEXEC);
    return fd >= 0 ? fd : -koffi().errno();
  }

  #fill(): boolean {
    const read = getdents64()(this.#fd, this.#memory.address, this.#memory.bytes.length);
    if (read < 0) {
      const errno = koffi().errno();
      // A directory that was removed meanwhile had nothing in it.
      if (errno === constants.errno.ENOENT) return false;
      throw SystemError.fromErrno(errno, 'getdents64');
    }
    this.#end = read;
    this.#next = 0;
    return read > 0;
  }

  #isDots(): boolean {
    const { bytes } = this.#memory;
    const name = this.#at + NAME_AT;
    return bytes[name] === 0x2e && (bytes[name + 1] === 0 || (bytes[name + 1] === 0x2e && bytes[name + 2] === 0));
  }
}
