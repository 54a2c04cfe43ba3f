import cluster from 'node:cluster';
import type { AddressInfo, Server, Socket } from 'node:net';
import { availableParallelism } from 'node:os';

import { normalizeAddress } from '@pure-ftpd/protocol';

import { type ConnectionLimit, ConnectionCount, Refusals } from '../server/connection-limits.ts';
import { ServerError } from '../errors.ts';
import type { FTPHandler } from '../face/ftp-handler.ts';
import { AnnouncedAddresses } from '../data/announced-address.ts';
import { FTPServer, type FTPServerOptions } from '../server/ftp-server.ts';
import { printFailure } from '../server/failure-report.ts';
import { notify } from '../user-code/notify.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
import { type CloseOptions, gracePeriod, LifeCycle, type ListenOptions, settledWithin } from '../server/life-cycle.ts';
import { boundAddresses, type ListenAddress, listenOn } from '../server/listening.ts';
import { addressList, type ServerAddress } from '../server/server-address.ts';
import type { FailureContext } from '../contract/user-code.ts';
import { isToWorker, type ToPrimary } from './messages.ts';
import { shareOfPorts, workerPlace } from './worker-share.ts';
import { type WorkerExit, WorkerSlot } from './worker-slot.ts';

/** Clients that may wait for a worker; more are dropped. */
const WAITING_LIMIT = 1024;

export interface MultiprocessFTPServerOptions extends Omit<FTPServerOptions, 'counters' | 'proxyFrom'> {
  /** How many processes serve clients; default one for each core. */
  readonly workers?: number;
  /** Seconds a worker may take to end its sessions when the server is closed. Default 5. */
  readonly closeTimeout?: number;
}

/** A client on the way to a worker. */
interface Client {
  readonly socket: Socket;
  readonly address: string;
  readonly implicitTls: boolean;
}

/**
 * A server on several cores. The process that is started listens, counts and hands each client to one of its workers; a
 * worker is the same program, started again by `node:cluster`, in which the same server object only serves what it is
 * handed. So the program must come to the same `serveForever()` in both; what only the first process should do stands
 * behind {@link isPrimary}. One such server in a program.
 *
 * Hooks run in the workers. Limits hold over all of them. A worker that crashes takes its own sessions with it and is
 * started again, later and later when it keeps crashing. `passivePorts` of the handler are divided among the workers.
 * Unlike pyftpdlib's class of this name, processes are not made for each client, but before the first.
 *
 * @example
 * const server = new MultiprocessFTPServer({ port: 2121 }, Handler, { workers: 4 });
 * server.maxCons = 1000;
 * await server.serveForever();
 */
export class MultiprocessFTPServer {
  /** Most sessions at a time in all workers; 0 for no limit. */
  maxCons = 512;
  /** Most sessions at a time from one address in all workers; 0 for no limit. */
  maxConsPerIp = 0;
  readonly #addresses: readonly ListenAddress[];
  readonly #handler: typeof FTPHandler;
  readonly #options: MultiprocessFTPServerOptions;
  readonly #count = new ConnectionCount();
  readonly #refusals = new Refusals();
  readonly #finished: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #waiting: Client[] = [];
  readonly #listeners: Server[] = [];
  readonly #slots: WorkerSlot[] = [];
  #started = false;
  #running = 0;
  readonly #cycle = new LifeCycle();
  /** In a worker: what serves the clients it is handed. */
  #inner: FTPServer | undefined;

  /**
   * @param address Where to listen: one address, or several.
   * @param handler The class of the sessions.
   * @throws ServerError with code `LISTEN` in a worker of another cluster; TypeError for what is no address; RangeError for fewer than one worker, or an address to announce that is none; ServerError with code `LISTEN` when there are fewer passive ports than
   *   workers.
   */
  constructor(
    address: ServerAddress | readonly ServerAddress[],
    handler: typeof FTPHandler,
    options: MultiprocessFTPServerOptions = {},
  ) {
    const workers = options.workers ?? availableParallelism();
    if (!Number.isInteger(workers) || workers < 1) throw new RangeError(`${workers} processes cannot serve anybody`);
    if (cluster.isWorker && this.isPrimary) {
      throw new ServerError(
        'LISTEN',
        "this process is a worker of the program's own cluster: make a MultiprocessFTPServer in the first process, or an FTPServer in each",
      );
    }
    this.#addresses = addressList(address);
    AnnouncedAddresses.check([handler.masqueradeAddress, ...Object.values(handler.masqueradeAddressMap)]);
    this.#handler = handler;
    this.#options = options;
    const ports = options.passivePorts ?? handler.passivePorts;
    if (ports !== undefined) shareOfPorts(ports, 0, workers);
    for (let index = 0; index < workers && this.isPrimary; index += 1)
      this.#slots.push(new WorkerSlot(this.#slotOwner(), index, workers));
  }

  /** Whether this is the process that listens, and not a worker. */
  get isPrimary(): boolean {
    return workerPlace() === undefined;
  }

  /** Where the server listens; nothing in a worker. */
  get addresses(): AddressInfo[] {
    return boundAddresses(this.#listeners);
  }

  /** Clients connected now: of all workers, or in a worker its own. */
  get connections(): number {
    return this.#inner === undefined ? this.#count.total : this.#inner.sessions.size;
  }

  /** Process ids of the workers that run; of none in a worker. */
  get workerPids(): number[] {
    return this.#slots.map(({ pid }) => pid).filter((pid) => pid !== undefined);
  }

  /**
   * Serves until the server is closed, and comes back when every session and, in the first process, every worker has
   * ended.
   * @throws What {@link listen} throws.
   */
  async serveForever(options: ListenOptions = {}): Promise<void> {
    const place = workerPlace();
    if (place === undefined) {
      if (this.#cycle.isNew) await this.listen(options);
      await this.#finished.promise;
    } else if (!this.#cycle.isEnding) await this.#serveAsWorker(place.index, place.count);
  }

  /**
   * Listens on every address and starts the workers; comes back when they are ready. Does nothing in a worker. When it fails, it
   * can be tried again.
   * @throws ServerError with code `LISTEN` when an address cannot be listened on, or the server listens already, or has been
   *   closed. What the signal says when it is raised before that. Nothing is changed then.
   */
  async listen({ signal }: ListenOptions = {}): Promise<void> {
    if (!this.isPrimary) return;
    this.#cycle.begin(signal);
    try {
      await this.#handler.authorizer.check?.();
      this.#cycle.check(signal);
      for (const address of this.#addresses) {
        const listener = await listenOn(address, this.#options.backlog ?? 511, true);
        listener.on('connection', (socket) => this.#accept(socket, address.implicitTls === true));
        listener.on('close', () => this.#finishIfDone());
        this.#listeners.push(listener);
        this.#cycle.check(signal);
      }
      await this.#options.beforeServing?.(this.addresses);
      this.#cycle.check(signal);
    } catch (error) {
      this.stopListening();
      this.#listeners.length = 0;
      this.#dropWaiting();
      this.#cycle.failed();
      this.#finishIfDone();
      throw error;
    }
    this.#cycle.begun(signal, () => void this.close());
    for (const slot of this.#slots) {
      this.#running += 1;
      slot.start();
    }
    await Promise.all(this.#slots.map(({ settled }) => settled));
    this.#started = true;
    this.#handOverWaiting();
  }

  /** Takes no more clients; sessions go on. */
  stopListening(): void {
    for (const listener of this.#listeners) listener.close();
  }

  /**
   * Ends everything: listeners, sessions, workers; with `graceful`, what is under way first. In a worker, its sessions. Called
   * again, it may shorten the time.
   * @returns A promise that is fulfilled when all of it is gone. A worker that takes longer than `closeTimeout` is ended by force.
   * @throws RangeError for a time that is none; nothing is changed then.
   */
  async close(options: CloseOptions = {}): Promise<void> {
    const seconds = gracePeriod(options);
    if (this.#inner !== undefined) {
      await this.#inner.close(options);
      return;
    }
    this.#cycle.end();
    this.stopListening();
    this.#dropWaiting();
    this.#refusals.close();
    if (this.#running > 0) {
      const { signal } = options;
      if (seconds > 0 && signal?.aborted !== true) {
        for (const slot of this.#slots) slot.stop(seconds, this.#closeTimeout);
        await settledWithin(this.#finished.promise, seconds, signal);
      }
      for (const slot of this.#slots) slot.stop(0, this.#closeTimeout);
    }
    this.#finishIfDone();
    await this.#finished.promise;
  }

  /** As {@link close} with `graceful`. */
  closeGently(seconds: number): Promise<void> {
    return this.close({ graceful: seconds });
  }

  /** `await using server = …`: closes, and waits until everything is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** As `onError` of {@link FTPServer}. Called in the worker. */
  onError(error: Error, session: FTPHandler | undefined, about: FailureContext): Awaitable<void> {
    printFailure(error, session, about);
  }

  /** A client is refused because of a limit. Called in the first process. */
  onRefused(_remoteAddress: string, _limit: ConnectionLimit): Awaitable<void> {
    return;
  }

  /** A worker has ended without being told to; another follows. Called in the first process. */
  onWorkerExit(_exit: WorkerExit): Awaitable<void> {
    return;
  }

  get #closeTimeout(): number {
    return this.#options.closeTimeout ?? 5;
  }

  #dropWaiting(): void {
    for (const { socket, address } of this.#waiting.splice(0)) {
      socket.destroy();
      this.#count.remove(address);
    }
  }

  #slotOwner(): ConstructorParameters<typeof WorkerSlot>[0] {
    return {
      ready: () => this.#handOverWaiting(),
      ended: (address) => this.#count.remove(address),
      crashed: (exit) => notify('onWorkerExit', () => this.onWorkerExit(exit)),
      stopped: () => {
        this.#running -= 1;
        this.#finishIfDone();
      },
    };
  }

  #accept(socket: Socket, implicitTls: boolean): void {
    const address = normalizeAddress(socket.remoteAddress ?? '');
    if (address === undefined || this.#cycle.isEnding) {
      socket.destroy();
      return;
    }
    // Counted in this process: the answer is there.
    const limit = this.#count.enter(address, this);
    if (typeof limit === 'string') {
      notify('onRefused', () => this.onRefused(address, limit));
      // Who waits for a handshake cannot read what is said in clear.
      if (implicitTls) socket.destroy();
      else this.#refusals.refuse(socket, limit, this.#handler.catalogue);
      return;
    }
    this.#handOver({ socket, address, implicitTls });
  }

  /** Clients wait until all workers are there, so that the first of them does not get all. */
  #handOverWaiting(): void {
    if (!this.#started) return;
    for (const client of this.#waiting.splice(0)) this.#handOver(client);
  }

  /** Gives a client to the worker that has the fewest. */
  #handOver(client: Client): void {
    const { socket, address, implicitTls } = client;
    const [slot] = this.#slots
      .filter(({ ready }) => ready && this.#started)
      .toSorted((one, other) => one.clients - other.clients);
    if (slot !== undefined && !socket.destroyed) slot.take(socket, address, implicitTls);
    else if (slot === undefined && this.#waiting.length < WAITING_LIMIT) {
      // Who leaves again before there is a worker is found closed then.
      socket.on('error', () => socket.destroy());
      this.#waiting.push(client);
    } else {
      socket.destroy();
      this.#count.remove(address);
    }
  }

  async #serveAsWorker(index: number, count: number): Promise<void> {
    const { backlog: _, passivePorts = this.#handler.passivePorts, ...options } = this.#options;
    const inner = new FTPServer([], this.#handler, {
      ...options,
      ...(passivePorts === undefined ? {} : { passivePorts: shareOfPorts(passivePorts, index, count) }),
    });
    // The first process has counted them.
    inner.maxCons = 0;
    inner.onError = (error, session, about) => this.onError(error, session, about);
    this.#inner = inner;
    process.on('message', (message: unknown, handle: unknown) => {
      if (!isToWorker(message)) return;
      if (message.type === 'ftp:close') void inner.close({ graceful: message.graceful });
      else serveHanded(inner, handle, message.implicitTls, () => tell({ type: 'ftp:ended', id: message.id }));
    });
    await inner.listen();
    tell({ type: 'ftp:ready' });
    await inner.serveForever();
    cluster.worker?.disconnect();
  }

  #finishIfDone(): void {
    const listening = this.#listeners.some((listener) => listener.listening);
    if (this.#cycle.isEnding && !this.#cycle.isBeginning && !listening && this.#running === 0) this.#finished.resolve();
  }
}

/** Nobody is told any more when the first process has gone. */
function tell(message: ToPrimary): void {
  if (process.connected) process.send?.(message);
}

/** Serves a client that another process accepted. The socket is missing when the client has gone on the way. */
function serveHanded(server: FTPServer, handle: unknown, implicitTls: boolean, ended: () => void): void {
  if (!isSocket(handle)) {
    ended();
    return;
  }
  handle.once('close', ended);
  server.accept(handle, { implicitTls });
}

function isSocket(handle: unknown): handle is Socket {
  return typeof handle === 'object' && handle !== null && 'remoteAddress' in handle && 'destroy' in handle;
}
