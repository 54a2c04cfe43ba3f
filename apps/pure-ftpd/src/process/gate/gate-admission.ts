import type { CommandResult, FTPHandler } from '@pure-ftpd/server';
import type { TlsHandover } from '@pure-ftpd/server/internal';

import type { Admission, Denial, Judgement } from '../../login/admission.ts';
import { end } from '../../session/enter.ts';
import type { PureFtpdHandler } from '../../session/handler.ts';
import type { ToChild } from '../messages/to-child.ts';
import type { MovingTls, Sent } from '../messages/to-monitor.ts';
import type { MonitorLink } from '../monitor-link.ts';
import { Relays } from './relays.ts';

type Answer = ToChild<'judgement'>['kind'];

/** Asks the monitor who may log in, and hands whom it admits over to it. Knows no account, and nothing of any. */
export class GateAdmission implements Admission {
  readonly #link: MonitorLink;
  /** Sessions that are here: the monitor knows them. */
  readonly #known = new Set<string>();
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  /** Connections that are protected here, and served elsewhere. */
  readonly relays = new Relays();

  constructor(link: MonitorLink) {
    this.#link = link;
  }

  /** A client is here. */
  arrived(session: FTPHandler): void {
    this.#known.add(session.sessionId);
    this.#link.sendSoon({ type: 'arrived', session: session.sessionId, ...originOf(session) });
  }

  judge(session: PureFtpdHandler, login: string, password: Uint8Array): Promise<Judgement> {
    const { sessionId, isSecured: encrypted } = session;
    return this.#ask(session, () =>
      this.#link.send({
        type: 'judge',
        session: sessionId,
        ...originOf(session),
        login,
        password: Buffer.from(password).toString('base64'),
        encrypted,
        hostName: session.subject.host,
      }),
    );
  }

  judgeAnonymous(session: PureFtpdHandler): Promise<Judgement> {
    const { sessionId } = session;
    return this.#ask(session, () =>
      this.#link.send({
        type: 'judgeAnonymous',
        session: sessionId,
        ...originOf(session),
        hostName: session.subject.host,
      }),
    );
  }

  /** The session has seen to it itself. */
  async clearControl(): Promise<void> {
    return;
  }

  /** Nobody logs in here, so nobody leaves. */
  async afterUser(_session: PureFtpdHandler, result: CommandResult): Promise<CommandResult> {
    return result;
  }

  /** The monitor has judged. */
  answered(sessionId: string, answer: Answer): void {
    this.#waiting.get(sessionId)?.(answer);
    this.#waiting.delete(sessionId);
  }

  /** A session has ended here. */
  ended(sessionId: string): void {
    if (this.#known.delete(sessionId)) this.#link.sendSoon({ type: 'gone', session: sessionId });
    this.answered(sessionId, 'unavailable');
  }

  async #ask(session: PureFtpdHandler, send: () => void): Promise<Judgement> {
    const { sessionId } = session;
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.set(sessionId, resolve);
      send();
    });
    if (answer !== 'admitted') {
      const denial: Denial = { kind: answer };
      return denial;
    }
    return {
      kind: 'admitted',
      begin: () => this.#handOver(session),
      // The monitor hears of the end of the session.
      release: () => undefined,
    };
  }

  async #handOver(session: PureFtpdHandler): Promise<CommandResult> {
    let detached: Awaited<ReturnType<PureFtpdHandler['detach']>>;
    try {
      detached = await session.detach();
    } catch (error) {
      session.event({
        type: 'error',
        error: error instanceof Error ? error : new Error(String(error)),
        command: 'PASS',
      });
      return end(session, { name: 'serviceUnavailable', reason: 'authentication' });
    }
    if (detached === undefined) return undefined;
    const { descriptor, unread, tls } = detached;
    const { sessionId } = session;
    this.#known.delete(sessionId);
    if (tls !== undefined) this.relays.add(sessionId, tls.relay);
    this.#link.send(
      {
        type: 'move',
        session: sessionId,
        state: session.portable(),
        unread: unread.toString('base64'),
        relayed: this.relays.has(sessionId),
        tls: tls === undefined ? undefined : movingTls(tls.handover),
      },
      descriptor,
    );
    return undefined;
  }
}

function originOf({ remoteAddress, remotePort, localAddress, localPort }: FTPHandler): {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
} {
  return { remoteAddress, remotePort, localAddress, localPort };
}

function movingTls({ ticketKeys, sessions, identity, info }: TlsHandover): Sent<MovingTls> {
  const { authorities = [] } = identity;
  return {
    ticketKeys: ticketKeys.toString('base64'),
    sessions: Array.from(sessions, ([id, state]) => ({
      id: Buffer.from(id, 'hex').toString('base64'),
      state: state.toString('base64'),
    })),
    certificate: String(identity.certificate),
    key: String(identity.key),
    authorities: (typeof authorities === 'string' || Buffer.isBuffer(authorities) ? [authorities] : authorities).map(
      String,
    ),
    version: info.version,
    cipher: info.cipher,
    serverName: info.serverName ?? '',
    resumed: info.resumed,
  };
}
