// What the kernel says of a socket: of one that another process has handed over, nothing else can be believed.

import { normalizeAddress } from '@pure-ftpd/protocol';

import { koffi, nativeFunction } from './native.ts';
import { SystemError } from './system-error.ts';

// Linux's numbers on all its common architectures but MIPS, PA-RISC and SPARC.
const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_PEERCRED = 17;
const SO_ACCEPTCONN = 30;
const SO_DOMAIN = 39;
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

/**
 * What a descriptor is.
 * @returns undefined when it is no socket.
 * @throws {SystemError} EBADF.
 * @throws {NativeUnavailableError}
 */
export function socketStatus(fd: number): SocketStatus | undefined {
  const domain = numericOption(fd, SO_DOMAIN);
  if (domain === undefined) return undefined;
  if (numericOption(fd, SO_TYPE) !== SOCK_STREAM || numericOption(fd, SO_ACCEPTCONN) !== 0) return { kind: 'other' };
  if (domain === AF_UNIX) return unixStatus(fd);
  if (domain !== AF_INET && domain !== AF_INET6) return { kind: 'other' };
  return { kind: 'tcp', local: endOf(getsockname(), fd), peer: endOf(getpeername(), fd) };
}

function unixStatus(fd: number): SocketStatus {
  const length = Uint32Array.of(ADDRESS_BYTES);
  if (getpeername()(fd, Buffer.alloc(ADDRESS_BYTES), length) !== 0) return { kind: 'other' };
  const credentials = option(fd, SO_PEERCRED, CREDENTIAL_BYTES);
  if (credentials === undefined) return { kind: 'other' };
  const [peerPid = 0, peerUid = 0, peerGid = 0] = [0, 4, 8].map((at) => credentials.readUInt32LE(at));
  return { kind: 'unix', peerPid, peerUid, peerGid };
}

function numericOption(fd: number, name: number): number | undefined {
  return option(fd, name, 4)?.readInt32LE(0);
}

/** The value of an option of a socket; undefined when the descriptor is none. */
function option(fd: number, name: number, bytes: number): Buffer | undefined {
  const value = Buffer.alloc(bytes);
  if (getsockopt()(fd, SOL_SOCKET, name, value, Uint32Array.of(bytes)) === 0) return value;
  const error = SystemError.fromErrno(koffi().errno(), 'getsockopt');
  if (error.code === 'ENOTSOCK') return undefined;
  throw error;
}

/** An end of a TCP socket; undefined when it is not connected. */
function endOf(call: (...args: Name) => number, fd: number): SocketEnd | undefined {
  const bytes = Buffer.alloc(ADDRESS_BYTES);
  if (call(fd, bytes, Uint32Array.of(ADDRESS_BYTES)) !== 0) return undefined;
  const [family = 0] = new Uint16Array(Uint8Array.from(bytes.subarray(0, 2)).buffer);
  const port = bytes.readUInt16BE(2);
  const text =
    family === AF_INET
      ? bytes.subarray(4, 8).join('.')
      : (bytes.subarray(8, 24).toString('hex').match(/.{4}/g) ?? []).join(':');
  const address = normalizeAddress(text);
  return address === undefined ? undefined : { address, port };
}
