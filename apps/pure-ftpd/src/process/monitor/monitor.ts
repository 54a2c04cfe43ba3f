import { closeSync } from 'node:fs';

import { failureDelay, MAX_LOGIN_FAILURES, type SystemIdentity } from '@pure-ftpd/auth';
import type { CertificateAnswer, Certificates } from '@pure-ftpd/certificates';
import { errorText } from '@pure-ftpd/server/internal';

import type { Log } from '../../log/log.ts';
import type { TransferSink } from '../../log/transfer-logs.ts';
import type { Verdict } from '../../login/admission.ts';
import type { Judge } from '../../login/judge.ts';
import type { Configuration } from '../../options/configuration.ts';
import type { ServerScoreboard } from '../../scoreboard/server-scoreboard.ts';
import { findAnnouncedAddress } from '../../session/announced-address.ts';
import { pause } from '../../session/pause.ts';
import { takeTransfer } from './child-log.ts';
import type { CertificateProvider } from '../../tls/certificate-provider.ts';
import { DataConnections } from './data-connections.ts';
import { gateIdentity } from './gate-identity.ts';
import { GateLink, type GateRequest, type OnlyClient } from './gate-link.ts';
import type { BoundListener } from './listeners.ts';
import { type KnownSession, SessionBook } from './session-book.ts';
import type { WorkerLink, WorkerRequest } from './worker-link.ts';
import { WorkerPool } from './worker-pool.ts';

export interface MonitorOptions {
  readonly configuration: Configuration;
  readonly log: Log;
  readonly judge: Judge;
  readonly transfers: TransferSink;
  readonly scoreboard: ServerScoreboard;
  /** Stay the caller's. */
  readonly listeners: readonly BoundListener[];
  /** Who is served, and nobody else; undefined where all are who come. */
  readonly client: OnlyClient | undefined;
  /** Undefined where there is no TLS. */
  readonly certificates: CertificateProvider | undefined;
  /** The ids and groups of an account. */
  readonly identify: (ids: { readonly uid: number; readonly gid: number }) => Promise<SystemIdentity>;
}

/** How long the gate may take to end when all workers have, in milliseconds: clients close their connections. */
const GATE_MS = 6000;

/** Longer than a certificate daemon is given, in milliseconds. */
const CERTIFICATE_MS = 60_000;

type Request<Type extends GateRequest['type']> = Extract<GateRequest, { readonly type: Type }>;

/** Joins the gate, the judge and the workers: who is admitted at the gate goes on in the worker of the account. */
export class Monitor {
  readonly #options: MonitorOptions;
  readonly #log: Log;
  readonly #book = new SessionBook();
  readonly #gate: GateLink;
  readonly #workers: WorkerPool;
  readonly #data: DataConnections;
  /** Clients whom a server that was stopped still serves: their addresses. */
  readonly #earlier = new Map<string, string>();
  readonly #identities = new WeakMap<KnownSession, SystemIdentity>();
  readonly #ended: PromiseWithResolvers<void> = Promise.withResolvers();
  #endsWithLast: boolean;

  constructor(options: MonitorOptions) {
    const { configuration, log, listeners, client, certificates } = options;
    this.#options = options;
    this.#endsWithLast = client !== undefined;
    this.#log = log;
    this.#data = new DataConnections(configuration);
    const identity = gateIdentity();
    this.#gate = new GateLink({ listeners, client }, identity, log, {
      request: (request, descriptor) => this.#gateAsks(request, descriptor),
      phaseOf: (session) => this.#book.get(session)?.phase ?? 'unknown',
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
      lost: () => {
        // Workers go on with the sessions they serve; the others were the gate's.
        for (const session of this.#book.in('arrived', 'judging', 'refused', 'admitted')) this.#book.end(session);
        this.#endWithLast();
      },
    });
    this.#workers = new WorkerPool(configuration, log, {
      request: (worker, session, request, descriptor) => this.#workerAsks(worker, session, request, descriptor),
      lost: (_worker, sessions) => {
        for (const session of sessions) this.#endServed(session);
        this.#endWithLast();
      },
    });
  }

  /** Certificates have been replaced. */
  replaceCertificates(certificates: Certificates): void {
    this.#gate.send({ type: 'certificates', certificates });
  }

  /** @throws when the gate cannot be started. */
  start(): Promise<void> {
    const { scoreboard, listeners } = this.#options;
    scoreboard.watchEarlier(
      listeners.map(({ port }) => port),
      (id, address) => this.#earlier.set(id, address),
      (id) => {
        this.#earlier.delete(id);
        this.#gate.send({ type: 'ended', session: id });
      },
    );
    return this.#gate.start();
  }

  /** Nobody new is accepted, while sessions go on. */
  stopListening(): void {
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
    await this.#workers.close(seconds);
    const timer = setTimeout(() => this.#gate.kill(), GATE_MS);
    await gate;
    clearTimeout(timer);
    this.#data.close();
    this.#ended.resolve();
  }

  /** Ends everything at once. */
  kill(): void {
    this.#gate.kill();
    this.#workers.kill();
  }

  #gateAsks(request: GateRequest, descriptor: number | undefined): void {
    switch (request.type) {
      case 'arrived': {
        const { session: id, remoteAddress, remotePort, localAddress, localPort } = request;
        const session = this.#book.arrive(id, request);
        const pid = this.#gate.pid ?? process.pid;
        session.entry = this.#options.scoreboard.add({ remoteAddress, remotePort, localAddress, localPort, pid });
        return;
      }
      case 'judge':
        void this.#judge(request);
        return;
      case 'judgeAnonymous': {
        const session = this.#beginJudging(request);
        if (session === undefined) return;
        const { localAddress, hostName } = request;
        const verdict = this.#options.judge.judgeAnonymous(localAddress, { user: '?', host: hostName });
        void this.#answer(session, verdict);
        return;
      }
      case 'move':
        if (descriptor !== undefined) this.#move(request, descriptor);
        return;
      case 'gone': {
        const session = this.#book.get(request.session);
        if (session !== undefined) this.#book.end(session);
        this.#endWithLast();
        return;
      }
      case 'announcedAddress':
        void this.#tellAnnouncedAddress(request.request);
        return;
      case 'controlCleared':
        this.#workers.controlCleared(request.session);
        return;
      case 'certificate':
        void this.#tellCertificate(request);
    }
  }

  #beginJudging({ session: id, hostName }: Request<'judge' | 'judgeAnonymous'>): KnownSession | undefined {
    const session = this.#book.get(id);
    if (session === undefined) return undefined;
    session.phase = 'judging';
    session.hostName = hostName;
    return session;
  }

  async #judge(request: Request<'judge'>): Promise<void> {
    const session = this.#beginJudging(request);
    if (session === undefined) return;
    const { signal } = session.gone;
    const { login, password, localAddress, localPort, remoteAddress, encrypted, hostName } = request;
    // The gate ends a session in time; one that does not is not to be trusted.
    if (session.failures >= MAX_LOGIN_FAILURES) {
      password.fill(0);
      void this.#answer(session, { kind: 'unavailable' });
      return;
    }
    const delays = {
      refused: failureDelay(session.failures + 1),
      notServed: failureDelay(session.failures),
      isLast: session.failures + 1 >= MAX_LOGIN_FAILURES,
    };
    const attempt = { login, password, localAddress, localPort, clientAddress: remoteAddress, encrypted, signal };
    const subject = { user: '?', host: hostName };
    let verdict: Verdict;
    try {
      verdict = await this.#options.judge.judge(attempt, delays, subject, (milliseconds) =>
        pause(milliseconds, signal),
      );
    } catch (error) {
      this.#log.write('ERROR', `a login could not be judged: ${errorText(error)}`, subject);
      verdict = { kind: 'unavailable' };
    }
    password.fill(0);
    await this.#answer(session, verdict);
  }

  /** Tells the gate, unless the session is gone meanwhile; who is admitted has a worker to go to. */
  async #answer(session: KnownSession, verdict: Verdict): Promise<void> {
    if (verdict.kind !== 'admitted') {
      if (this.#book.get(session.id) !== session) return;
      if (verdict.kind === 'refused') session.failures += 1;
      session.phase = 'refused';
      this.#gate.send({ type: 'judgement', session: session.id, kind: verdict.kind });
      return;
    }
    const { admitted } = verdict;
    const { account } = admitted;
    const refusal = await this.#prepare(session, account);
    if (refusal !== undefined || this.#book.get(session.id) !== session) {
      admitted.release();
      if (refusal === undefined) return;
      this.#log.write('ERROR', `${refusal}: the session ends`, { user: account.login, host: session.hostName });
      await this.#answer(session, { kind: 'unavailable' });
      return;
    }
    session.admitted = admitted;
    session.phase = 'admitted';
    this.#gate.send({ type: 'judgement', session: session.id, kind: 'admitted' });
  }

  /** Why an account cannot be served just now. */
  async #prepare(
    session: KnownSession,
    account: { readonly uid: number; readonly gid: number },
  ): Promise<string | undefined> {
    if (account.uid === 0 || account.gid === 0) return 'nobody is served as root';
    try {
      const identity = await this.#options.identify(account);
      this.#identities.set(session, identity);
      return this.#workers.refusal(identity);
    } catch (error) {
      return `the groups of uid ${account.uid} are not known: ${errorText(error)}`;
    }
  }

  #move({ session: id, state, unread, relayed, tls }: Request<'move'>, descriptor: number): void {
    const session = this.#book.get(id);
    const identity = session === undefined ? undefined : this.#identities.get(session);
    if (session?.admitted === undefined || identity === undefined) {
      closeSync(descriptor);
      return;
    }
    const { account } = session.admitted;
    try {
      const worker = this.#workers.workerFor(identity);
      session.phase = 'served';
      session.entry?.servedBy(worker.pid);
      session.entry?.login(account.login);
      worker.serve(
        session,
        { type: 'serve', number: session.number, state, unread, account, relayed, tls },
        descriptor,
      );
    } catch (error) {
      closeSync(descriptor);
      this.#log.write('ERROR', `no worker can be started: ${errorText(error)}`, {
        user: account.login,
        host: session.hostName,
      });
      this.#endServed(session);
      this.#endWithLast();
    }
  }

  async #tellCertificate({ request, name }: Request<'certificate'>): Promise<void> {
    const ask = this.#options.certificates?.ask;
    const answer: CertificateAnswer =
      ask === undefined ? { kind: 'default' } : await ask(name, AbortSignal.timeout(CERTIFICATE_MS));
    this.#gate.send({ type: 'certificateAnswer', request, answer });
  }

  async #tellAnnouncedAddress(request: number): Promise<void> {
    const { announcedHost } = this.#options.configuration;
    const address =
      announcedHost === undefined ? { reason: 'there is none' } : await findAnnouncedAddress(announcedHost);
    this.#gate.send({ type: 'announcedAddress', request, address });
  }

  #workerAsks(worker: WorkerLink, session: KnownSession, request: WorkerRequest, descriptor: number | undefined): void {
    switch (request.type) {
      case 'ended':
        worker.forget(session);
        this.#endServed(session);
        this.#endWithLast();
        return;
      case 'transferred':
        takeTransfer(this.#options.transfers, session, request);
        return;
      case 'clearControl':
        this.#gate.send({ type: 'clearControl', session: session.id, written: request.written });
        return;
      case 'back':
        worker.forget(session);
        this.#endServed(session);
        if (descriptor !== undefined)
          this.#gate.send({ type: 'back', state: request.state, unread: request.unread }, descriptor);
        return;
      case 'connect':
      case 'reserve':
      case 'release':
        this.#data.request(worker, session, request);
    }
  }

  /** Nothing is left to do when the only client has gone, or the last one of a server that was stopped. */
  #endWithLast(): void {
    if (this.#endsWithLast && this.#book.isEmpty) void this.close(0);
  }

  /** A session that was served, or was about to be, is over. */
  #endServed(session: KnownSession): void {
    this.#data.sessionEnded(session);
    this.#book.end(session);
    this.#gate.send({ type: 'ended', session: session.id });
  }
}
