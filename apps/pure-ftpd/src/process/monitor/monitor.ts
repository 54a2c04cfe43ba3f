import { closeSync } from 'node:fs';
import { isIP } from 'node:net';

import { MAX_LOGIN_FAILURES, refusalDelays, type SystemIdentity } from '@pure-ftpd/auth';
import type { CertificateAnswer, Certificates } from '@pure-ftpd/certificates';
import type { Configuration } from '@pure-ftpd/options';
import { Networks } from '@pure-ftpd/protocol';
import { errorText } from '@pure-ftpd/server/internal';

import type { EventStream } from '../../events/event-stream.ts';
import type { SessionOrder } from '../../contract/session-order.ts';
import type { Log, Subject } from '../../log/log.ts';
import type { Verdict } from '../../contract/admission.ts';
import type { Judge } from '../../login/judge.ts';
import type { ServerScoreboard } from '../../scoreboard/server-scoreboard.ts';
import type { UploadJournal } from '../../unfinished/upload-journal.ts';
import type { Ban, PenaltyTable } from '../../penalties/penalty-table.ts';
import { findAnnouncedAddress } from '../../features/announced-address.ts';
import { ANONYMOUS } from '../../login/anonymous-account.ts';
import { pause } from '../../login/pause.ts';
import { MessageViolation } from '@pure-ftpd/server/internal';
import type { MessageToGate } from '../messages/to-child.ts';
import { CERTIFICATE_REQUESTS } from '../messages/to-monitor.ts';
import { passOn } from './child-log.ts';
import type { CertificateProvider } from '../../tls/certificate-provider.ts';
import { DataConnections } from './data-connections.ts';
import { gateIdentity } from './gate-identity.ts';
import { GateLink, type GateRequest, type OnlyClient } from './gate-link.ts';
import type { BoundListener } from './listeners.ts';
import { type KnownSession, movedSession, SessionBook, subjectOf, whoOf } from './session-book.ts';
import { SpareWorkers } from './spare-workers.ts';
import type { WorkerLink, WorkerRequest } from './worker-link.ts';
import { WorkerPool } from './worker-pool.ts';

export interface MonitorOptions {
  readonly configuration: Configuration;
  readonly log: Log;
  readonly judge: Judge;
  /** Who hears of what happens in sessions. */
  readonly events: EventStream;
  readonly scoreboard: ServerScoreboard;
  /** Keeps what workers may leave when they are killed. */
  readonly journal: UploadJournal;
  /** The caller closes them. */
  readonly listeners: readonly BoundListener[];
  /** Who is served, and nobody else; undefined where all are who come. */
  readonly client: OnlyClient | undefined;
  /** Undefined where there is no TLS. */
  readonly certificates: CertificateProvider | undefined;
  /** Undefined where nobody is penalised. */
  readonly penalties: PenaltyTable | undefined;
  /** The ids and groups of an account. */
  readonly identify: (ids: { readonly uid: number; readonly gid: number }) => Promise<SystemIdentity>;
}

/** How long the gate may take to end when all workers have, in milliseconds: clients close their connections. */
const GATE_MS = 6000;

/** Longer than a certificate daemon is given, in milliseconds. */
const CERTIFICATE_MS = 60_000;

/** Bans in one message: no message may be longer than the channel allows. */
const BANS_AT_ONCE = 4096;

type Request<Type extends GateRequest['type']> = Extract<GateRequest, { readonly type: Type }>;
type ForSession = Request<'judge' | 'judgeAnonymous' | 'hungUp' | 'move' | 'gone' | 'announcedAddress'>;
type OfWorker<Type extends WorkerRequest['type']> = Extract<WorkerRequest, { readonly type: Type }>;

/** Joins the gate, the judge and the workers: who is admitted at the gate goes on in the worker of the account. */
export class Monitor {
  readonly #options: MonitorOptions;
  readonly #log: Log;
  readonly #events: EventStream;
  readonly #book: SessionBook;
  readonly #gate: GateLink;
  readonly #spares: SpareWorkers;
  readonly #workers: WorkerPool;
  readonly #data: DataConnections;
  /** Who may say in whose name a connection comes. */
  readonly #proxies: Networks;
  /** Clients whom a server that was stopped still serves: their addresses. */
  readonly #earlier = new Map<string, string>();
  /** Names that the certificate daemon is being asked for, by the gate's numbers. */
  readonly #asked = new Set<number>();
  /** Sessions that the gate has been told to go on with in clear. */
  readonly #clearing = new Set<string>();
  readonly #ended: PromiseWithResolvers<void> = Promise.withResolvers();
  #endsWithLast: boolean;

  constructor(options: MonitorOptions) {
    const { configuration, log, listeners, client, certificates } = options;
    this.#options = options;
    this.#endsWithLast = client !== undefined;
    this.#log = log;
    this.#events = options.events;
    this.#book = new SessionBook(configuration.maxClients);
    this.#proxies = new Networks(configuration.proxyFrom);
    this.#data = new DataConnections(configuration, log);
    const identity = gateIdentity();
    this.#gate = new GateLink({ listeners, client }, identity, log, {
      request: (request, descriptor) => this.#gateAsks(request, descriptor),
      told: (session, event, pid) => passOn(this.#events, session, event, pid),
      session: (id) => this.#book.get(id),
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
          ...this.#book.in('served').map(({ id, remoteAddress }) => ({ session: id, address: remoteAddress })),
          ...(client?.others ?? []).map((address, index) => ({ session: `inetd ${index}`, address })),
          ...Array.from(this.#earlier, ([session, address]) => ({ session, address })),
        ],
      }),
      furtherMessages: () => bansFor(options.penalties),
      lost: () => {
        // Workers go on with the sessions they serve; the others were the gate's.
        const sessions = this.#book.in('arrived', 'judging', 'refused', 'admitted');
        this.#penaliseCrash(sessions);
        for (const session of sessions) this.#end(session);
        this.#asked.clear();
        this.#clearing.clear();
        this.#endWithLast();
      },
    });
    // Of who is there for one client alone there is one worker.
    this.#spares = new SpareWorkers(client === undefined ? configuration.spareWorkers : 0, configuration, log);
    this.#workers = new WorkerPool(configuration, log, options.journal, this.#spares, {
      request: (worker, session, request, descriptor) => this.#workerAsks(worker, session, request, descriptor),
      told: (session, event, pid) => passOn(this.#events, session, event, pid),
      lost: (_worker, sessions) => {
        this.#penaliseCrash(sessions);
        for (const session of sessions) this.#endServed(session);
        this.#endWithLast();
      },
    });
  }

  /** Certificates have been replaced. */
  replaceCertificates(certificates: Certificates): void {
    this.#gate.send({ type: 'certificates', certificates });
  }

  /** Somebody is banned, or is not any more. */
  tellBans(set: readonly Ban[], lifted: readonly string[], denied?: readonly (4 | 6)[]): void {
    const bans = set.map(({ network, until }) => [network, until ?? Infinity] as const);
    this.#gate.send({ type: 'bans', set: bans, lifted, ...(denied === undefined ? {} : { denied }) });
  }

  /** @throws when the gate cannot be started. */
  async start(): Promise<void> {
    const { scoreboard, listeners, journal } = this.#options;
    for (const { uid, gid, groups, ...upload } of journal.open())
      this.#workers.removeLeft({ uid, gid, groups }, [upload]);
    scoreboard.watchEarlier(
      listeners.map(({ port }) => port),
      (id, address) => this.#earlier.set(id, address),
      (id) => {
        this.#earlier.delete(id);
        this.#gate.send({ type: 'ended', session: id });
      },
    );
    await this.#gate.start();
    this.#spares.start();
  }

  /** Has the process that has a session do what an administrator has ordered; also the one that it moves to. */
  order(id: string, order: SessionOrder): void {
    const session = this.#book.get(id);
    if (session === undefined) return;
    this.#book.order(session, order);
    if (session.phase === 'served') this.#workers.order(id, order);
    else this.#gate.send({ type: 'order', session: id, order });
  }

  /** How many processes serve sessions. */
  get workers(): number {
    return this.#workers.size;
  }

  /** Nobody new is accepted, while sessions go on. */
  stopListening(): void {
    this.#spares.kill();
    this.#gate.stopListening();
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
    // Over TLS, sessions need the gate as long as they last.
    const gate = this.#gate.close();
    const spares = this.#spares.close();
    await this.#workers.close(seconds);
    const timer = setTimeout(() => this.#gate.kill(), GATE_MS);
    await gate;
    clearTimeout(timer);
    await spares;
    this.#data.close();
    this.#ended.resolve();
  }

  /** Ends everything at once. */
  kill(): void {
    this.#gate.kill();
    this.#spares.kill();
    this.#workers.kill();
  }

  #gateAsks(request: GateRequest, descriptor: number | undefined): void {
    switch (request.type) {
      case 'arrived': {
        if (request.proxy !== undefined && !this.#proxies.has(request.proxy.address))
          throw new MessageViolation('arrived: nobody believes that proxy');
        const session = this.#book.arrive(request.session, request);
        this.#events.tell(whoOf(session), { type: 'arrived' }, this.#gate.pid);
        return;
      }
      case 'named':
        this.#name(request);
        return;
      case 'controlCleared':
        if (!this.#clearing.delete(request.session))
          throw new MessageViolation('controlCleared: nobody has asked for it');
        this.#workers.controlCleared(request.session);
        return;
      case 'flooded':
        this.#options.penalties?.penalise(request.address, 'flood');
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
        const session = this.#book.get(request.session);
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
        this.#endWithLast();
        return;
      case 'announcedAddress':
        if (session.isAsking) throw new MessageViolation('announcedAddress: it is being looked up');
        session.isAsking = true;
        void this.#tellAnnouncedAddress(session);
    }
  }

  /** A client's name is known, or that it has none: its log begins. */
  #name({ session: id, hostName }: Request<'named'>): void {
    const session = this.#book.get(id);
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
  async #answerWith(
    session: KnownSession,
    ask: (judge: MonitorOptions['judge'], subject: Subject) => Promise<Verdict>,
  ): Promise<void> {
    const subject = subjectOf(session);
    let verdict: Verdict;
    try {
      verdict = await ask(this.#options.judge, subject);
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
      worker.serve(session, { type: 'serve', state: moved, unread, account, relayed, tls }, descriptor);
      for (const order of session.orders.values()) worker.order({ type: 'order', session: session.id, order });
    } catch (error) {
      closeSync(descriptor);
      this.#refuse(session, account, `no worker can serve it: ${errorText(error)}`);
      this.#endServed(session);
      this.#endWithLast();
    }
  }

  async #tellCertificate({ request, name }: Request<'certificate'>): Promise<void> {
    const answer = await this.#certificate(name);
    this.#asked.delete(request);
    this.#gate.send({ type: 'certificateAnswer', request, answer });
  }

  async #certificate(name: string): Promise<CertificateAnswer> {
    const ask = this.#options.certificates?.ask;
    if (ask === undefined) return { kind: 'default' };
    try {
      return await ask(name, AbortSignal.timeout(CERTIFICATE_MS));
    } catch (error) {
      return { kind: 'failed', reason: errorText(error) };
    }
  }

  async #tellAnnouncedAddress(session: KnownSession): Promise<void> {
    const { announcedHost } = this.#options.configuration;
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
        this.#endWithLast();
        return;
      case 'clearControl':
        this.#clearControl(session, request);
        return;
      case 'back':
        if (descriptor !== undefined) this.#takeBack(worker, session, request, descriptor);
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
    this.#book.userLeft(session);
    this.#events.tell(whoOf(session), { type: 'loggedOut' });
    this.#events.tell(whoOf(session), { type: 'served' }, this.#gate.pid);
    const isHeard = this.#gate.send({ type: 'back', state: movedSession(session, state), unread }, descriptor);
    for (const order of isHeard ? session.orders.values() : [])
      this.#gate.send({ type: 'order', session: session.id, order });
    if (isHeard) return;
    this.#end(session);
    this.#endWithLast();
  }

  /** A process has ended unasked: if all whom it served came from one address, that is where to look. */
  #penaliseCrash(sessions: Iterable<KnownSession>): void {
    const addresses = new Set(Array.from(sessions, ({ remoteAddress }) => remoteAddress));
    const [address] = addresses;
    if (address !== undefined && addresses.size === 1) this.#options.penalties?.penalise(address, 'crash');
  }

  /** Nothing is left to do when the only client has gone, or the last one of a server that was stopped. */
  #endWithLast(): void {
    if (this.#endsWithLast && this.#book.isEmpty) void this.close(0);
  }

  #end(session: KnownSession): void {
    this.#events.tell(whoOf(session), { type: 'left' });
    this.#book.end(session);
  }

  /** A session that was served, or was about to be, is over. */
  #endServed(session: KnownSession): void {
    this.#data.sessionEnded(session);
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
