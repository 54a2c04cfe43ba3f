// Open files handed from process to process: SCM_RIGHTS of unix(7), which Node only has behind its own message format.

import { closeSync } from 'node:fs';

import { isAvailable, koffi, nativeFunction } from './native.ts';
import { SystemError } from './system-error.ts';

// Linux's numbers on all its common architectures but MIPS, PA-RISC and SPARC.
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x40000000;
const MSG_CTRUNC = 0x8;
const F_DUPFD_CLOEXEC = 1030;

/** `struct cmsghdr` and one descriptor, as 64-bit machines that store the low byte first lay them out. */
const HEADER_BYTES = 16;
const CONTROL_BYTES = HEADER_BYTES + 4;
const LAYOUT_KNOWN = new Set<string>(['x64', 'arm64', 'riscv64', 'loong64']);

interface MessageHeader {
  readonly name: null;
  readonly nameLength: number;
  readonly vectors: readonly { readonly base: Buffer; readonly length: number }[];
  readonly vectorCount: number;
  readonly control: Buffer;
  controlLength: number;
  flags: number;
}

let defined = false;

/** The types are looked up by name, and may be made once. */
function defineTypes(): void {
  if (defined) return;
  defined = true;
  koffi().struct('pf_iovec', { base: 'void *', length: 'size_t' });
  koffi().struct('pf_msghdr', {
    name: 'void *',
    nameLength: 'uint32_t',
    vectors: 'pf_iovec *',
    vectorCount: 'size_t',
    control: 'void *',
    controlLength: 'size_t',
    flags: 'int',
  });
}

type Call = [fd: number, header: MessageHeader, flags: number];
const sendmsg = nativeFunction<Call, number>('sendmsg', 'long', ['int', 'pf_msghdr *', 'int']);
const recvmsg = nativeFunction<Call, number>('recvmsg', 'long', ['int', '_Inout_ pf_msghdr *', 'int']);
const fcntl = nativeFunction<[number, number, number], number>('fcntl', 'int', ['int', 'int', 'int']);

/** Whether the functions of this file can be called here. */
export function isDescriptorPassingAvailable(): boolean {
  if (!LAYOUT_KNOWN.has(process.arch)) return false;
  return isAvailable(() => {
    defineTypes();
    sendmsg();
    recvmsg();
  });
}

function header(byte: Buffer, control: Buffer): MessageHeader {
  return {
    name: null,
    nameLength: 0,
    vectors: [{ base: byte, length: 1 }],
    vectorCount: 1,
    control,
    controlLength: control.length,
    flags: 0,
  };
}

/**
 * Hands a descriptor to whoever reads the other end of a socket pair: one byte, and the descriptor with it. It stays open
 * here as well.
 *
 * @param socket A stream socket of the unix family, on which nothing but this travels.
 * @returns false when the other end has not taken what it was handed before: try again later.
 * @throws {SystemError} EPIPE when nobody is there any more; EBADF; ETOOMANYREFS when too many are under way.
 */
export function sendDescriptor(socket: number, fd: number): boolean {
  defineTypes();
  const control = Buffer.alloc(CONTROL_BYTES);
  control.writeBigUInt64LE(BigInt(CONTROL_BYTES), 0);
  control.writeInt32LE(SOL_SOCKET, 8);
  control.writeInt32LE(SCM_RIGHTS, 12);
  control.writeInt32LE(fd, HEADER_BYTES);
  if (sendmsg()(socket, header(Buffer.alloc(1), control), MSG_DONTWAIT | MSG_NOSIGNAL) === 1) return true;
  const error = SystemError.fromErrno(koffi().errno(), 'sendmsg');
  if (error.code === 'EAGAIN') return false;
  throw error;
}

/**
 * Takes the next descriptor that was handed over with {@link sendDescriptor}.
 *
 * @returns A descriptor that is the caller's to close, and is closed by executing a program; undefined when there is none,
 *   or the byte came without one.
 * @throws {SystemError} ECONNRESET and its kind; EMSGSIZE when there was more than one, or this process may have no more.
 */
export function receiveDescriptor(socket: number): number | undefined {
  defineTypes();
  const control = Buffer.alloc(CONTROL_BYTES);
  const message = header(Buffer.alloc(1), control);
  const count = recvmsg()(socket, message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (count < 0) {
    const error = SystemError.fromErrno(koffi().errno(), 'recvmsg');
    if (error.code === 'EAGAIN') return undefined;
    throw error;
  }
  const isDescriptor =
    message.controlLength >= CONTROL_BYTES &&
    control.readInt32LE(8) === SOL_SOCKET &&
    control.readInt32LE(12) === SCM_RIGHTS;
  const fd = isDescriptor ? control.readInt32LE(HEADER_BYTES) : undefined;
  if ((message.flags & MSG_CTRUNC) === 0) return fd;
  if (fd !== undefined) closeSync(fd);
  throw new SystemError('EMSGSIZE', 'recvmsg');
}

/**
 * Another descriptor for the same open file, closed by executing a program.
 * @returns It is the caller's to close.
 * @throws {SystemError} EBADF, EMFILE.
 */
export function duplicateDescriptor(fd: number): number {
  const copy = fcntl()(fd, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) throw SystemError.fromErrno(koffi().errno(), 'fcntl');
  return copy;
}
