import { decodeName, encodeName } from '@pure-ftpd/protocol';

import * as at from './layout.ts';
import { decodeSocketAddress, type SocketAddress } from './socket-address.ts';

/** What a session does. Any other number in a file is kept as it is. */
export const SessionState = { free: 0, idle: 1, downloading: 2, uploading: 3 } as const;
export type SessionState = (typeof SessionState)[keyof typeof SessionState];

/**
 * What an entry says of its session (spec scoreboard-ftpwho section 2). Times are Unix seconds, sizes bytes; numbers have 64 bits,
 * and may be anything when the file is damaged.
 */
export interface Entry {
  /** One of `SessionState` unless the file is damaged. */
  readonly state: number;
  /** The process that serves the session; others may have it in common. */
  readonly pid: number;
  /** The client's end of the control connection; undefined when the family is unknown. */
  readonly peer: SocketAddress | undefined;
  /** The server's end. */
  readonly local: SocketAddress | undefined;
  readonly sessionStart: bigint;
  /** That of the last transfer, over or not; the session's start before the first. */
  readonly transferStart: bigint;
  /** Where in the file the last transfer began. */
  readonly restartOffset: bigint;
  /** Size of the file that is downloaded; the position of an upload. */
  readonly totalSize: bigint;
  /** Position in the file: includes the restart offset. */
  readonly currentSize: bigint;
  /** In the form of `decodeName`; `?` before login. */
  readonly login: string;
  /** The argument of the command, in the form of `decodeName`; empty when nothing is transferred. */
  readonly file: string;
}

/** The text up to its NUL, or all of the field when there is none. */
function text(bytes: Buffer, from: number, length: number): string {
  const end = bytes.indexOf(0, from);
  return end === from
    ? ''
    : decodeName(bytes.subarray(from, end === -1 ? from + length : Math.min(end, from + length)));
}

/** Reads an entry. Never fails: the size of `bytes` is that of the layout. */
export function decodeEntry(bytes: Buffer, layout: at.Layout): Entry {
  return {
    state: bytes.readUInt32LE(at.STATE),
    pid: bytes.readInt32LE(at.PID),
    peer: decodeSocketAddress(bytes, at.PEER),
    local: decodeSocketAddress(bytes, at.LOCAL),
    sessionStart: bytes.readBigInt64LE(at.SESSION_START),
    transferStart: bytes.readBigInt64LE(at.TRANSFER_START),
    restartOffset: bytes.readBigInt64LE(at.RESTART_OFFSET),
    totalSize: bytes.readBigInt64LE(at.TOTAL_SIZE),
    currentSize: bytes.readBigInt64LE(at.CURRENT_SIZE),
    login: text(bytes, at.LOGIN, layout.loginBytes),
    file: text(bytes, at.nameOffset(layout), layout.nameBytes),
  };
}

/**
 * What an entry's file says, whoever wrote it, and whether or not its process lives. Undefined when the size is that of no entry.
 */
export function parseEntry(bytes: Uint8Array): Entry | undefined {
  const layout = at.layoutOfSize(bytes.length);
  if (layout === undefined) return undefined;
  return decodeEntry(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), layout);
}

/** The bytes that C's string functions would see. */
function upToNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.subarray(0, end);
}

/** A login as the field holds it: its first bytes, and zeros to the field's end. */
export function loginField(login: string, layout: at.Layout): Buffer {
  const field = Buffer.alloc(layout.loginBytes);
  upToNul(encodeName(login)).copy(field, 0, 0, layout.loginBytes - 1);
  return field;
}

/** A file name with its NUL: of one that is too long the last bytes, as 1.0.54 does. */
export function nameField(name: string, layout: at.Layout): Buffer {
  const bytes = upToNul(encodeName(name));
  return Buffer.concat([bytes.subarray(Math.max(0, bytes.length - (layout.nameBytes - 1))), Buffer.alloc(1)]);
}
