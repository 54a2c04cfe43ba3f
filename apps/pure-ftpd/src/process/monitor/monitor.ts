import { PassivePorts, ProxiedConnections } from '@pure-ftpd/server/internal';

import type { Ban } from '../../penalties/penalty-table.ts';
import type { SessionOrder } from '../../contract/session-order.ts';
import type { ServerScoreboard } from '../../scoreboard/server-scoreboard.ts';
import { sharedLimitsOf } from '../../limits/shared-bandwidth.ts';
import { tellRefusedProxy } from '../refused-proxies.ts';
import { BandwidthShares } from './bandwidth-shares.ts';
import { Generation, type GenerationParts, type SharedOptions, type SharedState } from './generation.ts';
import { type KnownSession, SessionBook } from './session-book.ts';

export interface MonitorOptions extends SharedOptions {
  readonly scoreboard: ServerScoreboard;
}

/** Configurations that sessions may go by at a time: each has a gate, and workers. */
const MOST_GENERATIONS = 16;

/** All sessions there are, of the configuration of now and of those before it, which end with their sessions. */
export class Monitor {
  readonly #options: MonitorOptions;
  readonly #book: SessionBook;
  /** Clients whom a server that was stopped still serves: their addresses. */
  readonly #earlier = new Map<string, string>();
  readonly #shared: SharedState;
  readonly #proxied: ProxiedConnections;
  readonly #ports: PassivePorts;
  readonly #bandwidth: BandwidthShares;
  readonly #generations = new Set<Generation>();
  readonly #ended: PromiseWithResolvers<void> = Promise.withResolvers();
  #current: Generation;
  #endsWithLast: boolean;
  #isStopped = false;
  #isClosing = false;

  /** @param parts Of the configuration of the start. */
  constructor(options: MonitorOptions, parts: GenerationParts) {
    this.#options = options;
    this.#endsWithLast = options.client !== undefined;
    this.#book = new SessionBook(parts.configuration.maxClients);
    const { passivePorts, proxyFrom } = parts.configuration;
    this.#proxied = new ProxiedConnections(proxyFrom, tellRefusedProxy(options.log));
    this.#ports = new PassivePorts(passivePorts, this.#proxied);
    this.#bandwidth = new BandwidthShares(sharedLimitsOf(parts.configuration));
    this.#shared = {
      book: this.#book,
      earlier: this.#earlier,
      ports: this.#ports,
      bandwidth: this.#bandwidth,
      arrived: (session, generation) => this.#elsewhere(generation, (current) => current.countElsewhere(session)),
      left: ({ id }, generation) => this.#elsewhere(generation, (current) => current.elsewhereEnded(id)),
      closed: (generation) => this.#forget(generation),
      endWithLast: () => this.#endWithLast(),
    };
    this.#current = new Generation(options, parts, this.#shared);
    this.#generations.add(this.#current);
  }

  /** @throws when the gate cannot be started. */
  start(): Promise<void> {
    const { scoreboard, listeners, journal } = this.#options;
    for (const { uid, gid, groups, ...upload } of journal.open())
      this.#current.removeLeft({ uid, gid, groups }, upload);
    scoreboard.watchEarlier(
      listeners.map(({ port }) => port),
      (id, address) => this.#earlier.set(id, address),
      (id) => {
        this.#earlier.delete(id);
        for (const generation of this.#generations) generation.elsewhereEnded(id);
      },
    );
    return this.#current.start();
  }

  /** The generation that serves who comes now. */
  get current(): Generation {
    return this.#current;
  }

  /** Why there can be no other configuration now; undefined where there can. */
  get whyNotNow(): string | undefined {
    if (this.#isStopped) return 'the server is about to end';
    if (this.#generations.size < MOST_GENERATIONS) return undefined;
    return `sessions still go by ${this.#generations.size} configurations: wait for some to end, or end them`;
  }

  /**
   * Serves who comes from now on by another configuration; sessions go on with what they have.
   * @throws when its gate cannot be started: nothing has changed then. The caller closes the parts.
   */
  async replace(parts: GenerationParts): Promise<void> {
    const before = this.#current;
    const next = new Generation(this.#options, parts, this.#shared);
    // It counts who comes meanwhile.
    this.#current = next;
    this.#generations.add(next);
    this.#book.allow(parts.configuration.maxClients);
    try {
      await next.start();
    } catch (error) {
      this.#generations.delete(next);
      this.#current = before;
      next.kill();
      throw error;
    }
    this.#bandwidth.change(sharedLimitsOf(parts.configuration));
    await before.retire();
  }

  /** Somebody is banned, or is not any more. */
  tellBans(set: readonly Ban[], lifted: readonly string[], denied?: readonly (4 | 6)[]): void {
    for (const generation of this.#generations) generation.tellBans(set, lifted, denied);
  }

  /** No uploads are to begin, or they may again. */
  holdUploads(isFull: boolean): void {
    for (const generation of this.#generations) generation.holdUploads(isFull);
  }

  /** Whether clients are accepted. */
  get isServing(): boolean {
    return !this.#isStopped && this.#current.isServing;
  }

  /** How many processes serve sessions. */
  get workers(): number {
    return [...this.#generations].reduce((sum, { workers }) => sum + workers, 0);
  }

  /** How many configurations sessions go by. */
  get configurations(): number {
    return this.#generations.size;
  }

  /** Has the process that has a session do what an administrator has ordered; also the one that it moves to. */
  order(id: string, order: SessionOrder): void {
    const session = this.#book.get(id);
    if (session === undefined) return;
    this.#book.order(session, order);
    this.#ownerOf(session)?.order(session, order);
  }

  /** Nobody new is accepted, while sessions go on. */
  stopListening(): void {
    this.#isStopped = true;
    for (const generation of this.#generations) generation.stopListening();
  }

  /** Ends when the last session has. */
  drain(): void {
    this.#endsWithLast = true;
    this.#endWithLast();
  }

  /** The end of everything. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Takes no more clients; sessions end when they are done, or after that time. */
  async close(seconds: number): Promise<void> {
    this.#isClosing = true;
    await Promise.all([...this.#generations].map((generation) => generation.close(seconds)));
    this.#proxied.close();
    this.#ports.close();
    this.#ended.resolve();
  }

  /** Ends everything at once. */
  kill(): void {
    for (const generation of this.#generations) generation.kill();
  }

  /** A generation that has retired has closed itself. */
  #forget(generation: Generation): void {
    if (!this.#isClosing) this.#generations.delete(generation);
  }

  /** Tells the generation of now what happens in another one. */
  #elsewhere(generation: Generation, tell: (current: Generation) => void): void {
    if (generation !== this.#current) tell(this.#current);
  }

  #ownerOf({ owner }: KnownSession): Generation | undefined {
    return owner instanceof Generation ? owner : undefined;
  }

  /** Nothing is left to do when the only client has gone, or the last one of a server that was stopped. */
  #endWithLast(): void {
    if (this.#endsWithLast && this.#book.isEmpty) void this.close(0);
  }
}
