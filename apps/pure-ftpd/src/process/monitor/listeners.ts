import { closeSync } from 'node:fs';

import { duplicateDescriptor, shutDownSocket } from '@pure-ftpd/posix';
import { type ListenAddress, ServerError } from '@pure-ftpd/server';
import { descriptorOf, listenOn } from '@pure-ftpd/server/internal';

/** Connections that may wait to be accepted, also while there is no gate. */
const BACKLOG = 511;

/** A socket that listens, and on which nobody accepts in this process. */
export interface BoundListener {
  /** The holder's to close. */
  readonly descriptor: number;
  readonly implicitTls: boolean;
  /** Bound here, and not by a service manager. */
  readonly isOwn: boolean;
  readonly port: number;
  /** Where it listens, for people. */
  readonly where: string;
}

/**
 * Listens on addresses for somebody else, who accepts.
 * @throws ServerError with code `LISTEN` when one cannot be listened on; none is then.
 */
export async function bindListeners(addresses: readonly ListenAddress[]): Promise<BoundListener[]> {
  const bound: BoundListener[] = [];
  try {
    for (const address of addresses) bound.push(await bind(address));
    return bound;
  } catch (error) {
    closeListeners(bound);
    throw error;
  }
}

/**
 * Ends listening, also where other processes have the sockets open: the next server may bind the addresses at once. Sockets that
 * somebody else has bound stay open there, and go on listening.
 */
export function endListeners(listeners: readonly BoundListener[]): void {
  for (const { descriptor, isOwn } of listeners) if (isOwn) shutDownSocket(descriptor);
  closeListeners(listeners);
}

export function closeListeners(listeners: readonly BoundListener[]): void {
  for (const { descriptor } of listeners) closeSync(descriptor);
}

async function bind(address: ListenAddress): Promise<BoundListener> {
  const server = await listenOn(address, BACKLOG);
  try {
    const own = descriptorOf(server);
    const where = server.address();
    if (own === undefined || where === null || typeof where === 'string')
      throw new ServerError('LISTEN', 'no socket to listen on');
    return {
      // The socket goes on listening under another descriptor; this server has accepted nobody yet, and never will.
      descriptor: duplicateDescriptor(own),
      implicitTls: address.implicitTls === true,
      isOwn: address.descriptor === undefined,
      port: where.port,
      where: `${where.family === 'IPv6' ? `[${where.address}]` : where.address}:${where.port}`,
    };
  } finally {
    server.close();
  }
}
