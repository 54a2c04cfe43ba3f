import { closeSync } from 'node:fs';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { MAX_LOGIN_FAILURES, refusalDelays, type SystemIdentity } from '@pure-ftpd/auth';
import type { CertificateAnswer, Certificates } from '@pure-ftpd/certificates';
import type { Configuration } from '@pure-ftpd/options';
import { Networks } from '@pure-ftpd/protocol';
import { errorText } from '@pure-ftpd/server/internal';

import type { EventStream } from '../../events/event-stream.ts';
import type { SessionOrder } from '../../contract/session-order.ts';
import type { Log, Subject } from '../../log/log.ts';
import type { Verdict } from '../../contract/admission.ts';
import type { Ban, PenaltyTable } from '../../penalties/penalty-table.ts';
import type { MessageToGate } from '../messages/to-child.ts';
import type { Judge } from '../../login/judge.ts';
import type { UnfinishedUpload } from '../../unfinished/unfinished-upload.ts';
import type { UploadJournal } from '../../unfinished/upload-journal.ts';
import type { UploadEvents } from '../uploads/upload-events.ts';
import { findAnnouncedAddress } from '../../features/announced-address.ts';
import { ANONYMOUS } from '../../login/anonymous-account.ts';
import { pause } from '../../login/pause.ts';
import { MessageViolation, type PassivePorts } from '@pure-ftpd/server/internal';
import { CERTIFICATE_REQUESTS } from '../messages/to-monitor.ts';
import { passOn } from './child-log.ts';
import type { CertificateProvider } from '../../tls/certificate-provider.ts';
import type { BandwidthShares } from './bandwidth-shares.ts';
import { DataConnections } from './data-connections.ts';
import { gateIdentity } from './gate-identity.ts';
import { GateLink, type GateRequest, type OnlyClient } from './gate-link.ts';
import type { BoundListener } from './listeners.ts';
import { type KnownSession, movedSession, type SessionBook, subjectOf, whoOf } from './session-book.ts';
import { SpareWorkers } from './spare-workers.ts';
import { StorageProcesses } from './storage-processes.ts';
import { StoredUploads } from './stored-uploads.ts';
import type { WorkerLink, WorkerRequest } from './worker-link.ts';
import { WorkerPool } from './worker-pool.ts';

/** What all sessions of a server have in common, whichever configuration they go by. */
export interface SharedOptions {
  readonly log: Log;
  /** Who hears of what happens in sessions. */
  readonly events: EventStream;
  /** Keeps what workers may leave when they are killed. */
  readonly journal: UploadJournal;
  /** Writes down what is uploaded; undefined where nobody does. The caller closes it. */
  readonly uploads: UploadEvents | undefined;
  /** The caller closes them. */
  readonly listeners: readonly BoundListener[];
  /** Who is served, and nobody else; undefined where all are who come. */
  readonly client: OnlyClient | undefined;
  /** Undefined where nobody is penalised. */
  readonly penalties: PenaltyTable | undefined;
  /** The ids and groups of an account. */
  readonly identify: (ids: { readonly uid: number; readonly gid: number }) => Promise<SystemIdentity>;
}

/** What one configuration comes to. */
export interface GenerationParts {
  readonly configuration: Configuration;
  readonly judge: Judge;
  /** Undefined where there is no TLS. */
  readonly certificates: CertificateProvider | undefined;
  /** Ends what only these sessions have needed. Called once, when the last of them is over. */
  readonly close: () => Promise<void>;
}

/** What a generation has of the server. */
export interface SharedState {
  readonly book: SessionBook;
  /** Clients whom a server that was stopped still serves: their addresses. */
  readonly earlier: ReadonlyMap<string, string>;
  /** Passive ports of the configured range. */
  readonly ports: PassivePorts;
  readonly bandwidth: BandwidthShares;
  /** A client has come to this generation. */
  arrived(session: KnownSession, generation: Generation): void;
  /** A session of this generation is over. */
  left(session: KnownSession, generation: Generation): void;
  /** All of a generation is gone. */
  closed(generation: Generation): void;
  /** Something has ended: perhaps it was the last. */
  endWithLast(): void;
}

/** How long the gate may take to end when all workers have, in milliseconds: clients close their connections. */
const GATE_MS = 6000;

/** How long a gate may take to say that it accepts nobody any more, in milliseconds. */
const QUIET_MS = 10_000;

/** Bans in one message: no message may be longer than the channel allows. */
const BANS_AT_ONCE = 4096;

/** Longer than a certificate daemon is given, in milliseconds. */
const CERTIFICATE_MS = 60_000;

type Request<Type extends GateRequest['type']> = Extract<GateRequest, { readonly type: Type }>;
type ForSession = Request<'judge' | 'judgeAnonymous' | 'hungUp' | 'move' | 'gone' | 'announcedAddress'>;
type OfWorker<Type extends WorkerRequest['type']> = Extract<WorkerRequest, { readonly type: Type }>;

/**
 * The sessions of one configuration, from the first to the last: joins the gate, the judge and the workers. Who is admitted at the gate
 * goes on in the worker of the account.
 */
export class Generation {
  readonly #options: SharedOptions;
  readonly #parts: GenerationParts;
  readonly #shared: SharedState;
  readonly #log: Log;
  readonly #events: EventStream;
  readonly #book: SessionBook;
  readonly #gate: GateLink;
  readonly #spares: SpareWorkers;
  readonly #workers: WorkerPool;
  readonly #data: DataConnections;
  readonly #stored: StoredUploads;
  readonly #storage: StorageProcesses;
  /** Who may say in whose name a connection comes. */
  readonly #proxies: Networks;
  /** Names that the certificate daemon is being asked for, by the gate's numbers. */
  readonly #asked = new Set<number>();
  /** Sessions that the gate has been told to go on with in clear. */
  readonly #clearing = new Set<string>();
  /** Sessions that it has. */
  #sessions = 0;
  /** Set when it has retired: fulfilled when nobody new can come to it. */
  #quiet: PromiseWithResolvers<void> | undefined;
  #isQuiet = false;
  #closed: Promise<void> | undefined;

  constructor(options: SharedOptions, parts: GenerationParts, shared: SharedState) {
    const { log, listeners, client } = options;
    const { configuration, certificates } = parts;
    this.#options = options;
    this.#parts = parts;
    this.#shared = shared;
    this.#log = log;
    this.#events = options.events;
    this.#book = shared.book;
    this.#proxies = new Networks(configuration.proxyFrom);
    this.#data = new DataConnections(configuration, shared.ports);
    this.#stored = new StoredUploads(options.uploads, log);
    const identity = gateIdentity();
    this.#gate = new GateLink({ listeners, client }, identity, log, {
      request: (request, descriptor) => this.#gateAsks(request, descriptor),
      told: (session, event, pid) => passOn(this.#events, session, event, pid),
      session: (id) => this.#own(id),
      startMessage: () => ({
        type: 'startGate',
        monitor: process.pid,
        configuration,
        identity,
        tls:
          certificates === undefined
            ? undefined
            : { certificates: certificates.certificates, asks: certificates.ask !== undefined },
        served: [
          ...this.#book
            .in('arrived', 'judging', 'refused', 'admitted', 'served')
            .filter(({ phase, owner }) => phase === 'served' || owner !== this)
            .map(({ id, remoteAddress }) => ({ session: id, address: remoteAddress })),
          ...(client?.others ?? []).map((address, index) => ({ session: `inetd ${index}`, address })),
          ...Array.from(shared.earlier, ([session, address]) => ({ session, address })),
        ],
      }),
      furtherMessages: () => bansFor(options.penalties),
      lost: (isCrash) => {
        if (isCrash) this.#events.tell(undefined, { type: 'crashed', process: 'gate' });
        // Workers go on with the sessions they serve; the others were the gate's.
        const sessions = this.#book
          .in('arrived', 'judging', 'refused', 'admitted')
          .filter(({ owner }) => owner === this);
        this.#penaliseCrash(sessions);
        for (const session of sessions) this.#end(session);
        this.#asked.clear();
        this.#clearing.clear();
        this.#becomeQuiet();
        shared.endWithLast();
      },
    });
    this.#storage = new StorageProcesses(configuration.storage, {
      identity,
      log,
      events: this.#events,
      lost: (ids) => {
        // What they know of their homes, and what was charged, is gone with it.
        for (const id of ids) {
          const session = this.#own(id);
          if (session !== undefined) this.order(session, { kind: 'kick' });
        }
      },
    });
    // Of who is there for one client alone there is one worker.
    this.#spares = new SpareWorkers(client === undefined ? configuration.spareWorkers : 0, configuration, log, () =>
      this.#events.tell(undefined, { type: 'crashed', process: 'spare' }),
    );
    this.#workers = new WorkerPool(configuration, log, options.journal, this.#spares, {
      request: (worker, session, request, descriptor) => this.#workerAsks(worker, session, request, descriptor),
      told: (session, event, pid) => passOn(this.#events, session, event, pid),
      lost: (sessions, isCrash) => {
        if (isCrash) this.#events.tell(undefined, { type: 'crashed', process: 'worker' });
        this.#penaliseCrash(sessions);
        for (const session of sessions) this.#endServed(session);
        shared.endWithLast();
      },
    });
    if (options.uploads?.isFull === true) this.holdUploads(true);
  }

  get configuration(): Configuration {
    return this.#parts.configuration;
  }

  /** Those of now; undefined where there is no TLS. */
  get certificates(): Certificates | undefined {
    return this.#parts.certificates?.certificates;
  }

  /** Whether there is a gate, which accepts clients. */
  get isServing(): boolean {
    return this.#gate.isReady;
  }

  /** Certificates have been replaced. */
  replaceCertificates(certificates: Certificates): void {
    this.#gate.send({ type: 'certificates', certificates });
  }

  /** No uploads are to begin, or they may again. */
  holdUploads(isFull: boolean): void {
    this.#workers.holdUploads(isFull);
  }

  /** Somebody is banned, or is not any more. */
  tellBans(set: readonly Ban[], lifted: readonly string[], denied?: readonly (4 | 6)[]): void {
    const bans = set.map(({ network, until }) => [network, until ?? Infinity] as const);
    this.#gate.send({ type: 'bans', set: bans, lifted, ...(denied === undefined ? {} : { denied }) });
  }

  /** @throws when the gate cannot be started. */
  async start(): Promise<void> {
    this.#storage.start();
    await this.#gate.start();
    this.#spares.start();
  }

  /** Has what uploads of an ended server have left removed. */
  removeLeft(identity: SystemIdentity, upload: UnfinishedUpload): void {
    this.#workers.removeLeft(identity, [upload]);
  }

  /** Has the process that has a session do what an administrator has ordered. */
  order(session: KnownSession, order: SessionOrder): void {
    if (session.phase === 'served') this.#workers.order(session.id, order);
    else this.#gate.send({ type: 'order', session: session.id, order });
  }

  /** How many processes serve sessions. */
  get workers(): number {
    return this.#workers.size;
  }

  /** Counts a session that another generation has. */
  countElsewhere({ id, remoteAddress }: KnownSession): void {
    this.#gate.send({ type: 'elsewhere', session: id, address: remoteAddress });
  }

  /** A session that this one has counted, and that others have served, is over. */
  elsewhereEnded(session: string): void {
    this.#gate.send({ type: 'ended', session });
  }

  /** Nobody new is accepted, while sessions go on. */
  stopListening(): void {
    this.#spares.kill();
    this.#gate.stopListening();
  }

  /** Others serve those who come from now on: it ends with its last session. Comes back when nobody new can come to it. */
  retire(): Promise<void> {
    this.#quiet = Promise.withResolvers();
    this.#spares.kill();
    this.#workers.retire();
    if (!this.#gate.stopListening()) this.#becomeQuiet();
    // A gate that was taken over may say nothing.
    return Promise.race([this.#quiet.promise, sleep(QUIET_MS, undefined, { ref: false })]);
  }

  /** Its gate accepts nobody any more, and all whom it has accepted are known. */
  #becomeQuiet(): void {
    if (this.#quiet === undefined) return;
    this.#isQuiet = true;
    this.#quiet.resolve();
    this.#endIfDone();
  }

  /** Takes no more clients; sessions end when they are done, or after that time. Comes back when all is gone. */
  close(seconds: number): Promise<void> {
    this.#closed ??= this.#close(seconds);
    return this.#closed;
  }

  async #close(seconds: number): Promise<void> {
    // Over TLS, sessions need the gate as long as they last.
    const gate = this.#gate.close();
    const spares = this.#spares.close();
    await this.#workers.close(seconds);
    const timer = setTimeout(() => this.#gate.kill(), GATE_MS);
    await gate;
    clearTimeout(timer);
    await spares;
    this.#storage.kill();
    await this.#parts.close();
    this.#shared.closed(this);
  }

  /** Ends everything at once. */
  kill(): void {
    this.#gate.kill();
    this.#spares.kill();
    this.#workers.kill();
    this.#storage.kill();
  }

  #endIfDone(): void {
    if (this.#isQuiet && this.#sessions === 0) void this.close(0);
  }

  /** A session of this generation: of others its processes know nothing. */
  #own(id: string): KnownSession | undefined {
    const session = this.#book.get(id);
    return session?.owner === this ? session : undefined;
  }

  #gateAsks(request: GateRequest, descriptor: number | undefined): void {
    switch (request.type) {
      case 'arrived': {
        if (request.proxy !== undefined && !this.#proxies.has(request.proxy.address))
          throw new MessageViolation('arrived: nobody believes that proxy');
        const session = this.#book.arrive(request.session, request, this);
        this.#sessions += 1;
        this.#shared.arrived(session, this);
        this.#events.tell(whoOf(session), { type: 'arrived' }, this.#gate.pid);
        return;
      }
      case 'named':
        this.#name(request);
        return;
      case 'flooded':
        this.#options.penalties?.penalise(request.address, 'flood');
        return;
      case 'stopped':
        this.#becomeQuiet();
        return;
      case 'controlCleared':
        if (!this.#clearing.delete(request.session))
          throw new MessageViolation('controlCleared: nobody has asked for it');
        this.#workers.controlCleared(request.session);
        return;
      case 'certificate':
        if (this.#asked.has(request.request)) throw new MessageViolation('certificate: the number is in use');
        if (this.#asked.size >= CERTIFICATE_REQUESTS) throw new MessageViolation('certificate: too many at a time');
        this.#asked.add(request.request);
        void this.#tellCertificate(request);
        return;
      case 'judge':
      case 'judgeAnonymous':
      case 'hungUp':
      case 'move':
      case 'gone':
      case 'announcedAddress': {
        const session = this.#own(request.session);
        if (session !== undefined) this.#gateAsksFor(session, request, descriptor);
      }
    }
  }

  #gateAsksFor(session: KnownSession, request: ForSession, descriptor: number | undefined): void {
    switch (request.type) {
      case 'judge':
        void this.#judge(session, request);
        return;
      case 'judgeAnonymous':
        this.#beginJudging(session, ANONYMOUS);
        void this.#answerWith(session, (judge, subject) => judge.judgeAnonymous(session.localAddress, subject));
        return;
      case 'hungUp':
        this.#book.hungUp(session);
        return;
      case 'move':
        if (descriptor !== undefined) this.#move(session, request, descriptor);
        return;
      case 'gone':
        this.#end(session);
        this.#shared.endWithLast();
        return;
      case 'announcedAddress':
        if (session.isAsking) throw new MessageViolation('announcedAddress: it is being looked up');
        session.isAsking = true;
        void this.#tellAnnouncedAddress(session);
    }
  }

  /** A client's name is known, or that it has none: its log begins. */
  #name({ session: id, hostName }: Request<'named'>): void {
    const session = this.#own(id);
    if (session !== undefined) {
      if (session.isNamed) throw new MessageViolation('named: said twice');
      if (isIP(hostName) !== 0 && hostName !== session.remoteAddress)
        throw new MessageViolation('named: the address of somebody else');
      session.isNamed = true;
      session.hostName = hostName;
      this.#events.tell(whoOf(session), { type: 'introduced' });
    } else this.#log.write('INFO', `New connection from ${hostName}`);
  }

  #beginJudging(session: KnownSession, login: string): void {
    session.phase = 'judging';
    session.login = login;
  }

  async #judge(session: KnownSession, { login, password, encrypted, serverName }: Request<'judge'>): Promise<void> {
    this.#beginJudging(session, login);
    const { signal } = session.gone;
    const { localAddress, localPort, remoteAddress } = session;
    // The gate ends a session in time; one that does not is not to be trusted.
    if (session.failures >= MAX_LOGIN_FAILURES) {
      password.fill(0);
      void this.#answer(session, { kind: 'unavailable' });
      return;
    }
    const delays = refusalDelays(session.failures);
    const clientAddress = remoteAddress;
    const attempt = { login, password, localAddress, localPort, clientAddress, encrypted, serverName, signal };
    await this.#answerWith(session, (judge, subject) =>
      judge
        .judge(attempt, delays, subject, (milliseconds) => pause(milliseconds, signal))
        .finally(() => password.fill(0)),
    );
  }

  /** Answers with what the judge says, or that it cannot say anything. */
  async #answerWith(session: KnownSession, ask: (judge: Judge, subject: Subject) => Promise<Verdict>): Promise<void> {
    const subject = subjectOf(session);
    let verdict: Verdict;
    try {
      verdict = await ask(this.#parts.judge, subject);
    } catch (error) {
      this.#log.write('ERROR', `a login could not be judged: ${errorText(error)}`, subject);
      verdict = { kind: 'unavailable' };
    }
    // Whoever has hung up meanwhile has tried all the same.
    if ('isUnknown' in verdict)
      this.#events.tell(whoOf(session), { type: 'loginRefused', isUnknown: verdict.isUnknown });
    await this.#answer(session, verdict);
  }

  /** Tells the gate, unless nobody waits any more; who is admitted has a worker to go to. */
  async #answer(session: KnownSession, verdict: Verdict): Promise<void> {
    const { signal } = session.gone;
    if (verdict.kind !== 'admitted') {
      if (signal.aborted) return;
      if (verdict.kind === 'refused') session.failures += 1;
      session.phase = 'refused';
      this.#gate.send({ type: 'judgement', session: session.id, kind: verdict.kind });
      return;
    }
    const { admitted: login } = verdict;
    const identity = await this.#identify(login.account);
    if (signal.aborted) {
      login.release();
      return;
    }
    const refusal = typeof identity === 'string' ? identity : this.#workers.refusal(identity);
    if (refusal !== undefined || typeof identity === 'string') {
      login.release();
      this.#refuse(session, login.account, refusal);
      await this.#answer(session, { kind: 'unavailable' });
      return;
    }
    session.admitted = { login, identity };
    session.failures = 0;
    session.phase = 'admitted';
    this.#gate.send({ type: 'judgement', session: session.id, kind: 'admitted' });
  }

  #refuse({ hostName: host }: KnownSession, { login: user }: { readonly login: string }, reason = ''): void {
    this.#log.write('ERROR', `${reason}: the session ends`, { user, host });
  }

  /** Whom a worker has to become for an account, or why nobody can. */
  async #identify(account: { readonly uid: number; readonly gid: number }): Promise<SystemIdentity | string> {
    if (account.uid === 0 || account.gid === 0) return 'nobody is served as root';
    try {
      return await this.#options.identify(account);
    } catch (error) {
      return `the groups of uid ${account.uid} are not known: ${errorText(error)}`;
    }
  }

  #move(session: KnownSession, { state, unread, relayed, tls }: Request<'move'>, descriptor: number): void {
    if (session.admitted === undefined) {
      closeSync(descriptor);
      return;
    }
    const { identity, login } = session.admitted;
    const { account } = login;
    session.phase = 'served';
    session.relayedBy = relayed ? this.#gate.pid : undefined;
    try {
      const refusal = this.#workers.refusal(identity);
      if (refusal !== undefined) throw new Error(refusal);
      const worker = this.#workers.workerFor(identity);
      this.#events.tell(whoOf(session), { type: 'served' }, worker.pid);
      this.#events.tell(whoOf(session), { type: 'loggedIn' });
      const moved = movedSession(session, state);
      const home = this.#storage.open(session);
      if (home !== undefined) worker.reach(session, home);
      worker.serve(session, { type: 'serve', state: moved, unread, account, relayed, tls }, descriptor);
      for (const order of session.orders.values()) worker.order({ type: 'order', session: session.id, order });
    } catch (error) {
      closeSync(descriptor);
      this.#refuse(session, account, `no worker can serve it: ${errorText(error)}`);
      this.#endServed(session);
      this.#shared.endWithLast();
    }
  }

  async #tellCertificate({ request, name }: Request<'certificate'>): Promise<void> {
    const answer = await this.#certificate(name);
    this.#asked.delete(request);
    this.#gate.send({ type: 'certificateAnswer', request, answer });
  }

  async #certificate(name: string): Promise<CertificateAnswer> {
    const ask = this.#parts.certificates?.ask;
    if (ask === undefined) return { kind: 'default' };
    try {
      return await ask(name, AbortSignal.timeout(CERTIFICATE_MS));
    } catch (error) {
      return { kind: 'failed', reason: errorText(error) };
    }
  }

  async #tellAnnouncedAddress(session: KnownSession): Promise<void> {
    const { announcedHost } = this.#parts.configuration;
    const address =
      announcedHost === undefined ? { reason: 'there is none' } : await findAnnouncedAddress(announcedHost);
    session.isAsking = false;
    this.#gate.send({ type: 'announcedAddress', session: session.id, address });
  }

  #workerAsks(worker: WorkerLink, session: KnownSession, request: WorkerRequest, descriptor: number | undefined): void {
    switch (request.type) {
      case 'ended':
        worker.forget(session);
        this.#endServed(session);
        this.#shared.endWithLast();
        return;
      case 'clearControl':
        this.#clearControl(session, request);
        return;
      case 'back':
        if (descriptor !== undefined) this.#takeBack(worker, session, request, descriptor);
        return;
      case 'stored':
        this.#stored.record(worker, session, request);
        return;
      case 'wants':
        this.#shared.bandwidth.wants(worker, session, request.way, request.bytes);
        return;
      case 'connect':
      case 'reserve':
      case 'release':
        this.#data.request(worker, session, request);
    }
  }

  #clearControl(session: KnownSession, { written }: OfWorker<'clearControl'>): void {
    if (session.relayedBy === undefined) throw new MessageViolation('clearControl: nobody protects this session');
    if (session.isCleared) throw new MessageViolation('clearControl: said twice');
    session.isCleared = true;
    // Who relays it may be gone, and its connection with it.
    if (session.relayedBy !== this.#gate.pid) return;
    this.#clearing.add(session.id);
    this.#gate.send({ type: 'clearControl', session: session.id, written });
  }

  /** The user of a session has left: the gate goes on with it, where there is one. */
  #takeBack(worker: WorkerLink, session: KnownSession, { state, unread }: OfWorker<'back'>, descriptor: number): void {
    worker.forget(session);
    this.#data.sessionEnded(session);
    this.#storage.leave(session);
    this.#shared.bandwidth.ended(session);
    this.#book.userLeft(session);
    this.#events.tell(whoOf(session), { type: 'loggedOut' });
    this.#events.tell(whoOf(session), { type: 'served' }, this.#gate.pid);
    const isHeard = this.#gate.send({ type: 'back', state: movedSession(session, state), unread }, descriptor);
    for (const order of isHeard ? session.orders.values() : [])
      this.#gate.send({ type: 'order', session: session.id, order });
    if (isHeard) return;
    this.#end(session);
    this.#shared.endWithLast();
  }

  /** A process has ended unasked: if all whom it served came from one address, that is where to look. */
  #penaliseCrash(sessions: Iterable<KnownSession>): void {
    const addresses = new Set(Array.from(sessions, ({ remoteAddress }) => remoteAddress));
    const [address] = addresses;
    if (address !== undefined && addresses.size === 1) this.#options.penalties?.penalise(address, 'crash');
  }

  #end(session: KnownSession): void {
    this.#events.tell(whoOf(session), { type: 'left' });
    this.#book.end(session);
    this.#sessions -= 1;
    this.#shared.left(session, this);
    this.#endIfDone();
  }

  /** A session that was served, or was about to be, is over. */
  #endServed(session: KnownSession): void {
    this.#data.sessionEnded(session);
    this.#storage.leave(session);
    this.#shared.bandwidth.ended(session);
    this.#end(session);
    this.#gate.send({ type: 'ended', session: session.id });
  }
}

/** Who is banned, for a gate that begins: so many in a message. */
function* bansFor(penalties: PenaltyTable | undefined): Generator<MessageToGate> {
  const bans = Array.from(penalties?.all() ?? [], ({ network, until }) => [network, until ?? Infinity] as const);
  for (let at = 0; at < bans.length; at += BANS_AT_ONCE)
    yield { type: 'bans', set: bans.slice(at, at + BANS_AT_ONCE), lifted: [] };
  if (penalties !== undefined && penalties.denied.length > 0)
    yield { type: 'bans', set: [], lifted: [], denied: penalties.denied };
}
