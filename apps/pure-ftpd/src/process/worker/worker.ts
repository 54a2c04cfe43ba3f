import type { Socket } from 'node:net';

import { normalizeAddress } from '@pure-ftpd/protocol';
import { type DataPorts, errorText } from '@pure-ftpd/server/internal';

import type { Admitted } from '../../contract/admission.ts';
import { enter } from '../../login/enter.ts';
import { PureFtpdHandler } from '../../session/handler.ts';
import { obey } from '../../session/obey.ts';
import { LeftUploads } from '../left-uploads.ts';
import type { MessageToWorker, Prepare, StartWorker, ToChild } from '../messages/to-child.ts';
import { drop, type MonitorLink } from '../monitor-link.ts';
import { takenSocket } from '../taken-socket.ts';
import { TlsIdentities } from './tls-identities.ts';
import type { WorkerHandler } from './worker-handler.ts';
import { WorkerPorts } from './worker-ports.ts';
import { WorkerServer } from './worker-server.ts';

/** Serves the sessions that it is handed, as whoever this process has become. */
export class Worker {
  readonly #link: MonitorLink;
  readonly #admission: WorkerHandler['admission'];
  readonly #uploads: WorkerHandler['uploads'];
  readonly #bandwidth: WorkerHandler['bandwidth'];
  readonly #storage: WorkerHandler['storage'];
  readonly #ports: WorkerPorts;
  readonly #server: WorkerServer;
  readonly #identities = new TlsIdentities();
  readonly #leftUploads: LeftUploads;
  /** No session is left, and none comes any more. */
  readonly ended: Promise<void>;

  /** @param own Passive ports that this process binds itself; undefined where there is a range, which is shared. */
  constructor(
    link: MonitorLink,
    { handler, admission, uploads, bandwidth, storage }: WorkerHandler,
    own: DataPorts | undefined,
  ) {
    this.#link = link;
    this.#admission = admission;
    this.#uploads = uploads;
    this.#bandwidth = bandwidth;
    this.#storage = storage;
    this.#ports = new WorkerPorts(link, own);
    this.#server = new WorkerServer(link, handler, this.#ports);
    this.#leftUploads = new LeftUploads(handler.daemon.configuration.linkRoots, link.log, (name) =>
      link.sendSoon({ type: 'uploadEnded', name }),
    );
    this.ended = this.#server.serveForever();
  }

  /** Takes a message of the monitor; the descriptor is closed unless it is for something. */
  receive(message: Exclude<MessageToWorker, Prepare | StartWorker>, descriptor: number | undefined): void {
    switch (message.type) {
      case 'serve':
        if (descriptor !== undefined) this.#serve(message, descriptor);
        break;
      case 'controlCleared':
        drop(descriptor);
        this.#admission.controlCleared(message.session);
        break;
      case 'storage':
        if (descriptor !== undefined) this.#storage.take(message.session, descriptor);
        break;
      case 'bandwidth':
        drop(descriptor);
        this.#bandwidth.changed(message);
        break;
      case 'connected':
        this.#ports.connected(message, descriptor);
        break;
      case 'reserved':
        drop(descriptor);
        this.#ports.reservationMade(message);
        break;
      case 'dataConnection':
        this.#ports.dataConnection(message, descriptor);
        break;
      case 'recorded':
        drop(descriptor);
        this.#uploads?.recorded(message);
        break;
      case 'holdUploads':
        drop(descriptor);
        this.#uploads?.hold(message);
        break;
      case 'removeUnfinished':
        drop(descriptor);
        this.#leftUploads.remove(message.upload);
        break;
      case 'order':
        drop(descriptor);
        obey(this.#server.sessions, message.session, message.order);
        break;
      case 'close':
        drop(descriptor);
        void this.close(message.seconds);
        break;
    }
  }

  /** Ends what is idle, and the rest when it is done, or after that time. */
  async close(seconds: number): Promise<void> {
    await this.#leftUploads.done;
    await this.#server.closeGently(seconds);
  }

  /** Serves a session. Whatever is wrong with what the gate has said of it ends this session, and no other one. */
  #serve(message: ToChild<'serve'>, descriptor: number): void {
    const { state, relayed } = message;
    this.#server.given(state.sessionId);
    const socket = clientSocket(descriptor, relayed ? undefined : (state.proxy?.address ?? state.remoteAddress));
    if (socket === undefined) {
      this.#server.tellEnd(state.sessionId);
      return;
    }
    try {
      this.#resume(message, socket);
    } catch (error) {
      socket.destroy();
      this.#link.log.write('ERROR', `a session cannot be served: ${errorText(error)}`, {
        user: '?',
        host: state.hostName,
        session: state.sessionId,
      });
      this.#server.tellEnd(state.sessionId);
    }
  }

  #resume({ state, unread, account, tls }: ToChild<'serve'>, socket: Socket): void {
    // What the login holds is the monitor's, which hears of the end of the session.
    const admitted: Admitted = { account, release: () => undefined };
    const begun = { state, unread, tls: tls === undefined ? undefined : this.#identities.handover(tls) };
    this.#server.resume(socket, begun, (session) => {
      if (!(session instanceof PureFtpdHandler)) return undefined;
      return enter(session, state.username, admitted);
    });
  }
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
