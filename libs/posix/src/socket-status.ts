// What the kernel says of a socket: of one that another process has handed over, nothing else can be believed.

import { normalizeAddress } from '@pure-ftpd/protocol';

import { koffi, nativeFunction } from './native.ts';
import { SystemError } from './system-error.ts';

// Linux's numbers on all its common architectures but MIPS, PA-RISC and SPARC.
const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_PEERCRED = 17;
const SO_ACCEPTCONN = 30;
const SOCK_STREAM = 1;
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
/** The largest `struct sockaddr` that is looked into, and `struct ucred`. */
const ADDRESS_BYTES = 128;
const CREDENTIAL_BYTES = 12;

type Option = [fd: number, level: number, name: number, value: Buffer, length: Uint32Array];
type Name = [fd: number, address: Buffer, length: Uint32Array];
const getsockopt = nativeFunction<Option, number>('getsockopt', 'int', ['int', 'int', 'int', 'void *', 'void *']);
const getpeername = nativeFunction<Name, number>('getpeername', 'int', ['int', 'void *', 'void *']);
const getsockname = nativeFunction<Name, number>('getsockname', 'int', ['int', 'void *', 'void *']);

/** One end of a TCP connection. */
export interface SocketEnd {
  /** As `normalizeAddress` writes it: an IPv4 address as such, also on a socket for both families. */
  readonly address: string;
  readonly port: number;
}

/**
 * A socket.
 * - `tcp`: a stream of the internet. `peer` is undefined when it is not connected, or not any more: after a reset.
 * - `unix`: a connected stream of this machine. `peerPid` is the process that made it, or connected it, and the others the user and
 *   the group that it was then.
 * - `other`: all else: datagrams, sockets that listen.
 */
export type SocketStatus =
  | { readonly kind: 'tcp'; readonly local: SocketEnd | undefined; readonly peer: SocketEnd | undefined }
  | { readonly kind: 'unix'; readonly peerPid: number; readonly peerUid: number; readonly peerGid: number }
  | { readonly kind: 'other' };

/** Where the kernel writes, one call after the other: logins look at a descriptor each. */
const address = Buffer.alloc(ADDRESS_BYTES);
const family = new Uint16Array(address.buffer, address.byteOffset, 1);
const value = Buffer.alloc(CREDENTIAL_BYTES);
const length = new Uint32Array(1);

/**
 * What a descriptor is.
 * @returns undefined when it is no socket.
 * @throws {SystemError} EBADF.
 * @throws {NativeUnavailableError}
 */
export function socketStatus(fd: number): SocketStatus | undefined {
  if (!fillAddress(getsockname(), fd)) {
    const error = SystemError.fromErrno(koffi().errno(), 'getsockname');
    if (error.code === 'ENOTSOCK') return undefined;
    throw error;
  }
  const domain = family[0];
  if (numericOption(fd, SO_TYPE) !== SOCK_STREAM) return { kind: 'other' };
  if (domain === AF_UNIX) return unixStatus(fd);
  if (domain !== AF_INET && domain !== AF_INET6) return { kind: 'other' };
  const local = filledEnd();
  if (fillAddress(getpeername(), fd)) return { kind: 'tcp', local, peer: filledEnd() };
  return numericOption(fd, SO_ACCEPTCONN) === 0 ? { kind: 'tcp', local, peer: undefined } : { kind: 'other' };
}

function unixStatus(fd: number): SocketStatus {
  const isConnected = fillAddress(getpeername(), fd) && fillOption(fd, SO_PEERCRED, CREDENTIAL_BYTES);
  if (!isConnected) return { kind: 'other' };
  const [peerPid = 0, peerUid = 0, peerGid = 0] = [0, 4, 8].map((at) => value.readUInt32LE(at));
  return { kind: 'unix', peerPid, peerUid, peerGid };
}

function numericOption(fd: number, name: number): number | undefined {
  return fillOption(fd, name, 4) ? value.readInt32LE(0) : undefined;
}

/** Has the value of an option of a socket written into `value`. */
function fillOption(fd: number, name: number, bytes: number): boolean {
  length[0] = bytes;
  return getsockopt()(fd, SOL_SOCKET, name, value, length) === 0;
}

/** Has the name of an end of a socket written into `address`; false when it has none: it is not connected. */
function fillAddress(call: (...args: Name) => number, fd: number): boolean {
  length[0] = ADDRESS_BYTES;
  return call(fd, address, length) === 0;
}

/** The end of a TCP socket whose name is in `address`. */
function filledEnd(): SocketEnd | undefined {
  const text =
    family[0] === AF_INET
      ? `${address[4]}.${address[5]}.${address[6]}.${address[7]}`
      : (address.toString('hex', 8, 24).match(/.{4}/g) ?? []).join(':');
  const normal = normalizeAddress(text);
  return normal === undefined ? undefined : { address: normal, port: address.readUInt16BE(2) };
}
