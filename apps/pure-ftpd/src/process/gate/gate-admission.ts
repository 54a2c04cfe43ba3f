import type { Client, CommandResult, Judgement } from '@pure-ftpd/server';
import { end, type TlsHandover, toldError } from '@pure-ftpd/server/internal';

import type { TurnedAway, Who } from '../../events/event.ts';
import type { Denial } from '../../contract/admission.ts';
import type { Admission, PureFtpdSession } from '../../contract/session.ts';
import { askedName } from '../../login/asked-name.ts';
import type { ToChild } from '../messages/to-child.ts';
import type { MovingTls, Sent } from '../messages/to-monitor.ts';
import type { MonitorLink } from '../monitor-link.ts';
import { saidOf } from '../moving-state.ts';
import { Relays } from './relays.ts';

type Answer = ToChild<'judgement'>['kind'];
type Announced = ToChild<'announcedAddress'>['address'];

const GONE: Announced = { reason: 'the client has gone' };

/** Asks the monitor who may log in, and hands whom it admits over to it. Knows no account, and nothing of any. */
export class GateAdmission implements Admission {
  readonly #link: MonitorLink;
  /** Sessions that are here: the monitor knows them. */
  readonly #known = new Set<string>();
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  readonly #announced = new Map<string, (address: Announced) => void>();
  /** Connections that are protected here, and served elsewhere. */
  readonly relays = new Relays();

  constructor(link: MonitorLink) {
    this.#link = link;
  }

  /** A client is here. */
  arrived({ session, remoteAddress, remotePort, localAddress, localPort, proxy }: Who): void {
    this.#known.add(session);
    this.#link.sendLater({ type: 'arrived', session, remoteAddress, remotePort, localAddress, localPort, proxy });
  }

  /** Somebody has more connections than one address may have. */
  flooded(address: string): void {
    this.#link.sendSoon({ type: 'flooded', address });
  }

  /** A client was turned away. */
  turnedAway(reason: TurnedAway): void {
    this.#link.events.tell({ type: 'turnedAway', reason });
  }

  /** A session has come back, as the monitor knows. */
  cameBack(session: Client): void {
    this.#known.add(session.sessionId);
  }

  judge(session: PureFtpdSession, login: string, password: Uint8Array): Promise<Judgement> {
    const { sessionId, isSecured: encrypted } = session;
    return this.#ask(session, () =>
      this.#link.send({
        type: 'judge',
        session: sessionId,
        login,
        password: Buffer.from(password).toString('base64'),
        encrypted,
        serverName: askedName(session),
      }),
    );
  }

  judgeAnonymous(session: PureFtpdSession): Promise<Judgement> {
    return this.#ask(session, () => this.#link.send({ type: 'judgeAnonymous', session: session.sessionId }));
  }

  /** The address of `-P`, which only others can look up. */
  async announcedAddress({ sessionId }: PureFtpdSession): Promise<Announced> {
    if (!this.#known.has(sessionId)) return GONE;
    return new Promise((resolve) => {
      this.#announced.set(sessionId, resolve);
      this.#link.send({ type: 'announcedAddress', session: sessionId });
    });
  }

  /** The monitor has looked it up. */
  addressFound(sessionId: string, address: Announced): void {
    this.#announced.get(sessionId)?.(address);
    this.#announced.delete(sessionId);
  }

  /** The session has seen to it itself. */
  async clearControl(): Promise<void> {
    return;
  }

  /** Nobody logs in here, so nobody leaves. */
  async afterUser(_session: PureFtpdSession, result: CommandResult): Promise<CommandResult> {
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
    this.addressFound(sessionId, GONE);
  }

  async #ask(session: PureFtpdSession, send: () => void): Promise<Judgement> {
    const { sessionId, ending } = session;
    if (ending.aborted || !this.#known.has(sessionId)) return { kind: 'unavailable' };
    // Who has gone is not waited for: neither here nor where the login is judged.
    const hungUp = (): void => {
      this.#link.sendSoon({ type: 'hungUp', session: sessionId });
      this.answered(sessionId, 'unavailable');
    };
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.set(sessionId, resolve);
      ending.addEventListener('abort', hungUp, { once: true });
      send();
    });
    ending.removeEventListener('abort', hungUp);
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

  async #handOver(session: PureFtpdSession): Promise<CommandResult> {
    let detached: Awaited<ReturnType<PureFtpdSession['detach']>>;
    try {
      detached = await session.detach();
    } catch (error) {
      session.event({ type: 'error', error: toldError(error), command: 'PASS' });
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
        state: saidOf(session.portable()),
        unread: unread.toString('base64'),
        relayed: this.relays.has(sessionId),
        tls: tls === undefined ? undefined : movingTls(tls.handover),
      },
      descriptor,
    );
    return undefined;
  }
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
