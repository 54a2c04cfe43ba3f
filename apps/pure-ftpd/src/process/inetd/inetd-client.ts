// inetd, xinetd and systemd (Accept=yes) start a server for each client, and its connection is descriptor 0 [server-options §6.1].
import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';

import type { Sentences } from '@pure-ftpd/messages';
import { ExitStatus, StartError } from '@pure-ftpd/options';
import {
  duplicateDescriptor,
  isDescriptorPassingAvailable,
  isOutOfBandInlineAvailable,
  setOutOfBandInline,
  takePassedSockets,
} from '@pure-ftpd/posix';
import { normalizeAddress } from '@pure-ftpd/protocol';

import { connectionsTo } from './connections.ts';

const STDIO = [0, 1, 2];

/** Where a connection comes from, and where it leads. */
interface Ends {
  /** Undefined when nobody is there: the socket listens, or its client has gone. */
  readonly remoteAddress: string | undefined;
  readonly remotePort: number;
  readonly localPort: number;
}

/** The one client for whom this process was started. */
export class InetdClient {
  readonly #ends: Ends;
  #descriptor: number | undefined;

  private constructor(ends: Ends) {
    this.#ends = ends;
  }

  /** The client of descriptor 0. Undefined for anything but a TCP socket: local ones are pipes of whoever started us. */
  static find(): InetdClient | undefined {
    if (!fstatSync(0).isSocket()) return undefined;
    const ends = endsOfInput();
    return ends === undefined ? undefined : new InetdClient(ends);
  }

  get localPort(): number {
    return this.#ends.localPort;
  }

  /**
   * Takes the connection away from descriptors 0, 1 and 2, to which anything may write.
   * @throws StartError when nobody is there, or it cannot be done here.
   */
  take(): void {
    if (!isDescriptorPassingAvailable())
      throw new StartError('descriptor 0 is a socket, which cannot be used here (koffi is missing)', ExitStatus.failed);
    this.#descriptor = duplicateDescriptor(0);
    const connection = fstatSync(this.#descriptor, { bigint: true });
    for (const fd of STDIO) {
      const open = fstatSync(fd, { bigint: true });
      if (open.dev !== connection.dev || open.ino !== connection.ino) continue;
      closeSync(fd);
      // Takes the lowest number that is free, which is this one.
      openSync('/dev/null', 'r+');
    }
    // systemd passes the connection once more.
    for (const { fd } of takePassedSockets()) closeSync(fd);
    if (this.#ends.remoteAddress === undefined)
      throw new StartError('descriptor 0 is a socket, but there is no client');
    if (isOutOfBandInlineAvailable()) setOutOfBandInline(this.#descriptor);
  }

  /** The connection, once: from then on it is the caller's to close. @throws Error when it was not taken, or is gone. */
  release(): number {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) throw new Error('the connection is not ours');
    this.#descriptor = undefined;
    return descriptor;
  }

  /** Addresses of the other clients that are connected to the same port: those of servers that were started as this one. */
  others(): string[] {
    const { remoteAddress, remotePort, localPort } = this.#ends;
    return connectionsTo(localPort)
      .filter(({ address, port }) => port !== remotePort || address !== remoteAddress)
      .map(({ address }) => address);
  }

  /** Tells the client that there is no service, unless the connection is somebody else's by now. */
  refuse(words: Sentences): void {
    if (this.#descriptor === undefined) return;
    const descriptor = this.release();
    try {
      writeSync(descriptor, `421 ${words.say('cannotServe')}\r\n`);
    } catch {
      // It has gone.
    }
    closeSync(descriptor);
  }
}

/** Undefined when descriptor 0 is no TCP socket. */
function endsOfInput(): Ends | undefined {
  let socket: Socket;
  try {
    // Nothing is read: another process serves the client, maybe.
    socket = new Socket({ fd: 0, readable: false, writable: false });
  } catch {
    // Node knows streams alone.
    return undefined;
  }
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  // The descriptor stays open: those below 3 are never closed with their sockets.
  socket.destroy();
  if (localAddress === undefined || localPort === undefined) return undefined;
  return { remoteAddress: normalizeAddress(remoteAddress ?? ''), remotePort: remotePort ?? 0, localPort };
}
