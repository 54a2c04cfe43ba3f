// A worker: serves the sessions of one identity, which it becomes for good before the first.
import { isDescriptorPassingAvailable, isNssAvailable, nameProcess } from '@pure-ftpd/posix';
import { LocalDataPorts, PassivePorts, ProxiedConnections } from '@pure-ftpd/server/internal';

import { becomeForGood, verifyRights } from '../become.ts';
import type { MessageToWorker, StartWorker } from '../messages/to-child.ts';
import { drop, type MonitorLink, openMonitorLink } from '../monitor-link.ts';
import { tellRefusedProxy } from '../refused-proxies.ts';
import { Spare } from './spare.ts';
import { Worker } from './worker.ts';
import { type WorkerHandler, workerHandler } from './worker-handler.ts';

/** What a worker is told. */
const MESSAGES = [
  'prepare',
  'startWorker',
  'serve',
  'storage',
  'bandwidth',
  'controlCleared',
  'connected',
  'reserved',
  'dataConnection',
  'recorded',
  'holdUploads',
  'removeUnfinished',
  'order',
  'close',
] as const;

/** Runs a worker until the monitor wants it no more. */
export function runWorker(): void {
  let spare: Spare | undefined;
  let worker: Worker | undefined;
  openMonitorLink(MESSAGES, (link, message: MessageToWorker, descriptor) => {
    if (message.type === 'prepare') {
      drop(descriptor);
      if (spare !== undefined || worker !== undefined) throw new Error('a worker is prepared once');
      spare = new Spare(link, message);
    } else if (message.type === 'startWorker') {
      drop(descriptor);
      if (worker !== undefined) throw new Error('a worker has one identity');
      worker = start(link, message, spare);
    } else if (worker === undefined) drop(descriptor);
    else worker.receive(message, descriptor);
  });
}

function start(link: MonitorLink, message: StartWorker, spare: Spare | undefined): Worker {
  const { configuration } = message;
  if (spare === undefined) return serveAs(link, workerHandler(link, configuration), message);
  nameProcess('pure-ftpd', 'pure-ftpd (WORKER)');
  return serveAs(spare.join(), spare.handler, message);
}

function serveAs(link: MonitorLink, handler: WorkerHandler, { configuration, identity, monitor }: StartWorker): Worker {
  handler.readAliases();
  handler.bandwidth.begin();
  // What is loaded by its first use must be loaded while its files can be read.
  if (!isDescriptorPassingAvailable() || !isNssAvailable()) throw new Error('native calls are not available');
  becomeForGood(identity, monitor);
  verifyRights('self', identity);
  // Ports of a range are shared by all workers.
  const { passivePorts, proxyFrom } = configuration;
  const proxied = new ProxiedConnections(proxyFrom, tellRefusedProxy(link.log));
  const own = passivePorts === undefined ? new LocalDataPorts(new PassivePorts(undefined, proxied)) : undefined;
  const worker = new Worker(link, handler, own);
  worker.ended.then(
    () => link.end(),
    (error: unknown) => {
      throw error;
    },
  );
  link.send({ type: 'ready' });
  return worker;
}
