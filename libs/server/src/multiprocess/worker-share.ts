import cluster from 'node:cluster';

import type { PortRange } from '../data/passive-ports.ts';
import { ServerError } from '../errors.ts';

/** The environment variable that tells a worker which one it is: `INDEX/COUNT`. */
export const WORKER_VARIABLE = 'FTP_SERVER_WORKER';

/**
 * The part of the passive ports that one of several workers uses. A data connection must reach the process of its session,
 * so no port can be of two; which worker a client gets is not the client's choice, so all of the range is used.
 * @throws ServerError with code `LISTEN` when there are fewer ports than workers.
 */
export function shareOfPorts(range: PortRange, index: number, count: number): PortRange {
  const [first, last] = range;
  const ports = last - first + 1;
  if (ports < count) throw new ServerError('LISTEN', `${ports} passive ports cannot be shared by ${count} processes`);
  return [first + Math.floor((ports * index) / count), first + Math.floor((ports * (index + 1)) / count) - 1];
}

/** Which worker this process is; undefined when it is none. What a worker starts has its environment, and is none. */
export function workerPlace(
  environment: NodeJS.ProcessEnv = cluster.isWorker ? process.env : {},
): { readonly index: number; readonly count: number } | undefined {
  const match = /^(\d+)\/(\d+)$/.exec(environment[WORKER_VARIABLE] ?? '');
  return match === null ? undefined : { index: Number(match[1]), count: Number(match[2]) };
}
