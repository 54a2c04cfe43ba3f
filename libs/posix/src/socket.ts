// Sockets that Node cannot make: pairs, and datagrams of the unix family.

import { closeSync } from 'node:fs';

import { encodeName } from '@pure-ftpd/protocol';

import { isAvailable, koffi, nativeFunction } from './native.ts';
import { SystemError } from './system-error.ts';

// Linux's numbers on all its common architectures but MIPS, PA-RISC and SPARC.
const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SHUT_RDWR = 2;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
/** `sun_path` of `struct sockaddr_un`. */
const SUN_PATH_BYTES = 108;

const call = nativeFunction<[number, number, number, Int32Array], number>('socketpair', 'int', [
  'int',
  'int',
  'int',
  'void *',
]);
const socket = nativeFunction<[number, number, number], number>('socket', 'int', ['int', 'int', 'int']);
const shutdown = nativeFunction<[number, number], number>('shutdown', 'int', ['int', 'int']);
const sendto = nativeFunction<[number, Buffer, number, number, Buffer, number], number>('sendto', 'long', [
  'int',
  'void *',
  'size_t',
  'int',
  'void *',
  'uint32_t',
]);

/** Whether {@link socketpair} can be called here. */
export function isSocketpairAvailable(): boolean {
  return isAvailable(call);
}

/**
 * Two connected stream sockets of the unix family: socketpair(2). Both are closed by executing a program, unless one is
 * handed over in `stdio`, and do not block: `new Socket({ fd })` takes either.
 *
 * @returns Descriptors that are the caller's to close.
 * @throws {SystemError} EMFILE and its kind.
 */
export function socketpair(): [fd: number, fd: number] {
  const fds = new Int32Array(2);
  if (call()(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) !== 0)
    throw SystemError.fromErrno(koffi().errno(), 'socketpair');
  const [first = -1, second = -1] = fds;
  return [first, second];
}

/** `struct sockaddr_un`; undefined when the name is too long for one. */
function unixAddress(name: string): Buffer | undefined {
  const path = encodeName(name);
  // An abstract name is written with @ and begins with NUL; others end with it.
  const isAbstract = path[0] === 0x40;
  if (path.length === 0 || path.includes(0) || path.length + (isAbstract ? 0 : 1) > SUN_PATH_BYTES) return undefined;
  const address = Buffer.alloc(2 + path.length + (isAbstract ? 0 : 1));
  // In the order of the machine.
  address.set(new Uint8Array(Uint16Array.of(AF_UNIX).buffer));
  path.copy(address, 2);
  if (isAbstract) address[2] = 0;
  return address;
}

/**
 * Sends one datagram to a socket of the unix family, without waiting.
 *
 * @param name A path, or `@` and an abstract name.
 * @throws {SystemError} when nobody listens (ECONNREFUSED, ENOENT), does not keep up (EAGAIN), or the name is no address
 *   (EINVAL).
 * @throws {NativeUnavailableError} where native calls cannot be made.
 */
export function sendUnixDatagram(name: string, data: Uint8Array): void {
  const address = unixAddress(name);
  if (address === undefined) throw new SystemError('EINVAL', 'sendto', { path: name });
  const fd = socket()(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw SystemError.fromErrno(koffi().errno(), 'socket');
  try {
    const bytes = Buffer.from(data);
    const sent = sendto()(fd, bytes, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL, address, address.length);
    if (sent !== bytes.length) throw SystemError.fromErrno(koffi().errno(), 'sendto', { path: name });
  } finally {
    closeSync(fd);
  }
}

/**
 * Ends a socket both ways for every process that has it open: shutdown(2). One that listens does so no more, and its address
 * can be bound anew.
 *
 * @throws {SystemError} ENOTCONN when it neither listens nor is connected, and its kind.
 */
export function shutDownSocket(fd: number): void {
  if (shutdown()(fd, SHUT_RDWR) !== 0) throw SystemError.fromErrno(koffi().errno(), 'shutdown');
}
