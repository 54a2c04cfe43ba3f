// Where metrics are served: a socket that this process binds, with the rights it has, and on which another one accepts.
import { chmodSync, chownSync, closeSync, renameSync, unlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';

import { type MetricsPlace, StartError } from '@pure-ftpd/options';
import { duplicateDescriptor, isDescriptorPassingAvailable } from '@pure-ftpd/posix';
import { ServerError } from '@pure-ftpd/server';
import { descriptorOf, errorText, isSystemError } from '@pure-ftpd/server/internal';

import { lockFolder, removeStale } from '../../control/socket-file.ts';
import { bindListeners, endListeners } from '../monitor/listeners.ts';

/** The socket, for its owner and the group of the control socket. */
const MODE = 0o660;
/** Nobody gets in before it has its mode. */
const CLOSED_MASK = 0o777;

/** A socket for metrics. */
export interface MetricsListener {
  readonly descriptor: number;
  /** For people. */
  readonly where: string;
  /** Ends listening, also where another process has it open: the next server may have the place at once. */
  end(): void;
}

/**
 * Listens, for somebody else.
 * @param group Who may use a Unix socket besides its owner.
 * @throws StartError when the place cannot be had.
 */
export async function bindMetrics(place: MetricsPlace, group: number | undefined): Promise<MetricsListener> {
  if (!isDescriptorPassingAvailable()) throw new StartError('--metrics: koffi is missing, or this is not Linux');
  try {
    return await (place.kind === 'unix' ? bindFile(place.path, group) : bindPort(place));
  } catch (error) {
    if (!(error instanceof ServerError) && !isSystemError(error)) throw error;
    const where = place.kind === 'unix' ? `${place.path}: ` : '';
    const text = error instanceof ServerError ? error.message : errorText(error);
    throw new StartError(`--metrics: ${where}${text}`, undefined, { cause: error });
  }
}

async function bindPort({ host, port }: MetricsPlace & { readonly kind: 'tcp' }): Promise<MetricsListener> {
  const listeners = await bindListeners([{ host, port }]);
  const [listener] = listeners;
  if (listener === undefined) throw new ServerError('LISTEN', 'no socket to listen on');
  const { descriptor, where } = listener;
  return { descriptor, where, end: () => endListeners(listeners) };
}

/** Made under another name: it has its own when it has its mode and its group. */
async function bindFile(file: string, group: number | undefined): Promise<MetricsListener> {
  using _lock = lockFolder(path.dirname(file));
  const made = `${file}.${process.pid}`;
  await Promise.all([file, made].map(removeStale));
  const server = createServer();
  await listen(server, made);
  const own = descriptorOf(server);
  if (own === undefined) throw new ServerError('LISTEN', 'no socket to listen on');
  // The socket goes on listening under another descriptor; this server has accepted nobody yet, and never will.
  const descriptor = duplicateDescriptor(own);
  try {
    if (group !== undefined) chownSync(made, -1, group);
    chmodSync(made, MODE);
    renameSync(made, file);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  } finally {
    server.close();
  }
  return {
    descriptor,
    where: file,
    end() {
      closeSync(descriptor);
      try {
        unlinkSync(file);
      } catch (error) {
        // Who has given up root may not: the next server sees that nobody listens.
        if (!isSystemError(error)) throw error;
      }
    },
  };
}

async function listen(server: Server, file: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).once('listening', resolve);
  const before = process.umask(CLOSED_MASK);
  try {
    server.listen({ path: file, backlog: 64 });
  } finally {
    process.umask(before);
  }
  await promise;
}
