// A worker: serves the sessions of one identity, which it becomes for good before the first.
import type { Socket } from 'node:net';

import { isDescriptorPassingAvailable, isNssAvailable } from '@pure-ftpd/posix';
import { normalizeAddress } from '@pure-ftpd/protocol';
import { errorText, LocalDataPorts, PassivePorts, ProxiedConnections } from '@pure-ftpd/server/internal';

import type { Admitted } from '../../contract/admission.ts';
import { findAnnouncedAddress } from '../../features/announced-address.ts';
import { enter } from '../../login/enter.ts';
import { PureFtpdHandler } from '../../session/handler.ts';
import { obey } from '../../session/obey.ts';
import { isTlsWanted, makeDataTlsService } from '../../tls/make-tls-service.ts';
import { directoryAliases } from '../accounts.ts';
import { becomeForGood, verifyRights } from '../become.ts';
import { configuredHandler } from '../configured-handler.ts';
import { LeftUploads } from '../left-uploads.ts';
import type { MessageToWorker, StartWorker, ToChild } from '../messages/to-child.ts';
import { drop, type MonitorLink, openMonitorLink } from '../monitor-link.ts';
import { isToldOfTransfers } from '../open-sinks.ts';
import { tellRefusedProxy } from '../refused-proxies.ts';
import { takenSocket } from '../taken-socket.ts';
import { TlsIdentities } from './tls-identities.ts';
import { WorkerAdmission } from './worker-admission.ts';
import { WorkerEvents } from './worker-events.ts';
import { WorkerPorts } from './worker-ports.ts';
import { WorkerServer } from './worker-server.ts';

interface Worker {
  readonly server: WorkerServer;
  readonly ports: WorkerPorts;
  readonly admission: WorkerAdmission;
  readonly identities: TlsIdentities;
  readonly leftUploads: LeftUploads;
}

/** What a worker is told. */
const MESSAGES = [
  'startWorker',
  'serve',
  'controlCleared',
  'connected',
  'reserved',
  'dataConnection',
  'removeUnfinished',
  'order',
  'close',
] as const;

/** Runs a worker until the monitor wants it no more. */
export function runWorker(): void {
  let worker: Worker | undefined;
  openMonitorLink(MESSAGES, (link, message: MessageToWorker, descriptor) => {
    switch (message.type) {
      case 'startWorker':
        drop(descriptor);
        worker = start(link, message);
        break;
      case 'serve':
        if (worker === undefined || descriptor === undefined) drop(descriptor);
        else serve(link, worker, message, descriptor);
        break;
      case 'controlCleared':
        drop(descriptor);
        worker?.admission.controlCleared(message.session);
        break;
      case 'connected':
        if (worker === undefined) drop(descriptor);
        else worker.ports.connected(message, descriptor);
        break;
      case 'reserved':
        drop(descriptor);
        worker?.ports.reservationMade(message);
        break;
      case 'dataConnection':
        if (worker === undefined) drop(descriptor);
        else worker.ports.dataConnection(message, descriptor);
        break;
      case 'removeUnfinished':
        drop(descriptor);
        worker?.leftUploads.remove(message.upload);
        break;
      case 'order':
        drop(descriptor);
        if (worker !== undefined) obey(worker.server.sessions, message.session, message.order);
        break;
      case 'close':
        drop(descriptor);
        if (worker !== undefined) void close(worker, message.seconds);
        break;
    }
  });
}

async function close({ server, leftUploads }: Worker, seconds: number): Promise<void> {
  await leftUploads.done;
  await server.closeGently(seconds);
}

function start(link: MonitorLink, { configuration, identity, monitor }: StartWorker): Worker {
  const admission = new WorkerAdmission(link);
  const handler = configuredHandler(
    {
      configuration,
      log: link.log,
      events: new WorkerEvents(link.events, isToldOfTransfers(configuration)),
      admission,
      aliases: directoryAliases(link.log),
      announcedAddress: findAnnouncedAddress,
      unfinished: {
        began: (upload) => link.send({ type: 'uploadBegan', ...upload }),
        ended: (name) => link.sendSoon({ type: 'uploadEnded', name }),
      },
    },
    isTlsWanted(configuration.tls) ? makeDataTlsService(configuration.tls) : undefined,
  );
  // What is loaded by its first use must be loaded while its files can be read.
  if (!isDescriptorPassingAvailable() || !isNssAvailable()) throw new Error('native calls are not available');
  becomeForGood(identity, monitor);
  verifyRights('self', identity);
  // Ports of a range are shared by all workers.
  const { passivePorts, proxyFrom } = configuration;
  const proxied = new ProxiedConnections(proxyFrom, tellRefusedProxy(link.log));
  const own = passivePorts === undefined ? new LocalDataPorts(new PassivePorts(undefined, proxied)) : undefined;
  const ports = new WorkerPorts(link, own);
  const server = new WorkerServer(link, handler, ports);
  server.serveForever().then(
    () => link.end(),
    (error: unknown) => {
      throw error;
    },
  );
  link.send({ type: 'ready' });
  const leftUploads = new LeftUploads(configuration.linkRoots, link.log, (name) =>
    link.sendSoon({ type: 'uploadEnded', name }),
  );
  return { server, ports, admission, identities: new TlsIdentities(), leftUploads };
}

/**
 * The connection that was handed over.
 * @param address Of the client, or of the proxy that brings it; undefined when the gate relays.
 * @returns undefined when it is gone, or is none of this client's; it is closed then.
 */
function clientSocket(descriptor: number, address: string | undefined): Socket | undefined {
  const socket = takenSocket(descriptor);
  if (address === undefined || normalizeAddress(socket?.remoteAddress ?? '') === address) return socket;
  socket?.destroy();
  return undefined;
}

/** Serves a session. Whatever is wrong with what the gate has said of it ends this session, and no other one. */
function serve(link: MonitorLink, worker: Worker, message: ToChild<'serve'>, descriptor: number): void {
  const { state, relayed } = message;
  worker.server.given(state.sessionId);
  const socket = clientSocket(descriptor, relayed ? undefined : (state.proxy?.address ?? state.remoteAddress));
  if (socket === undefined) {
    worker.server.tellEnd(state.sessionId);
    return;
  }
  try {
    resume(worker, message, socket);
  } catch (error) {
    socket.destroy();
    link.log.write('ERROR', `a session cannot be served: ${errorText(error)}`, {
      user: '?',
      host: state.hostName,
      session: state.sessionId,
    });
    worker.server.tellEnd(state.sessionId);
  }
}

function resume({ server, identities }: Worker, message: ToChild<'serve'>, socket: Socket): void {
  const { state, unread, account, tls } = message;
  // What the login holds is the monitor's, which hears of the end of the session.
  const admitted: Admitted = { account, release: () => undefined };
  const begun = { state, unread, tls: tls === undefined ? undefined : identities.handover(tls) };
  server.resume(socket, begun, (session) => {
    if (!(session instanceof PureFtpdHandler)) return undefined;
    return enter(session, state.username, admitted);
  });
}
