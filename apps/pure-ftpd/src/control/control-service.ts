// What is done on the orders of administrators.
import {
  type BanItem,
  type ControlRequest,
  type DoneOf,
  type ErrorCode,
  type RequestOf,
  type SessionItem,
  type Target,
} from '@pure-ftpd/control';

import type { SessionOrder } from '../contract/session-order.ts';
import { ANONYMOUS } from '../login/anonymous-account.ts';
import type { Log } from '../log/log.ts';
import { VERSION } from '../version.ts';
import type { BanTable } from './ban-table.ts';
import type { ControlledServer } from './controlled-server.ts';
import type { SessionTable, TableSession } from './session-table.ts';

/** How long who has kicked waits for sessions to end, in milliseconds: clients have five seconds to close their connections. */
const KICKED_MS = 7000;

const UNLIMITED = { upload: undefined, download: undefined };

/** Says no. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly code: ErrorCode;
  readonly problems: readonly string[] | undefined;

  constructor(code: ErrorCode, message: string, problems?: readonly string[]) {
    super(message);
    this.code = code;
    this.problems = problems;
  }
}

/** What a request is answered with: items as they come, then the rest. */
export interface Reply {
  readonly items?: Iterable<SessionItem | BanItem>;
  readonly done: Readonly<Record<string, unknown>>;
}

/** What a service of orders works with. */
export interface ControlServiceOptions {
  readonly server: ControlledServer;
  readonly sessions: SessionTable;
  /** Undefined where there are no bans. */
  readonly bans: BanTable | undefined;
  readonly log: Pick<Log, 'write'>;
}

/** Does what is asked for on the control socket. */
export class ControlService {
  readonly #server: ControlledServer;
  readonly #sessions: SessionTable;
  readonly #bans: BanTable | undefined;
  readonly #log: Pick<Log, 'write'>;
  readonly #startedAt = Date.now();

  constructor({ server, sessions, bans, log }: ControlServiceOptions) {
    this.#server = server;
    this.#sessions = sessions;
    this.#bans = bans;
    this.#log = log;
  }

  /**
   * Does it.
   * @param who Who asks, for the log.
   * @throws RequestRefused
   */
  async answer(request: ControlRequest, who: string): Promise<Reply> {
    switch (request.type) {
      case 'sessions':
        return { items: this.#sessions.items(), done: {} };
      case 'kick':
        return this.#kick(request, who);
      case 'throttle':
        return this.#throttle(request, who);
      case 'verbosity':
        this.#order(this.#found(request), { kind: 'verbosity', level: request.level });
        this.#tell(who, `logs session ${request.session} as -d ${request.level} times`);
        return { done: {} };
      case 'drain':
        return this.#drain(request, who);
      case 'reload':
        return this.#reload(request, who);
      case 'limits':
        return { done: this.#limits() };
      case 'bans':
        return { items: bansOf(this.#table()), done: {} };
      case 'ban':
        return this.#ban(request, who);
      case 'unban':
        return this.#unban(request, who);
      case 'health':
        return { done: this.#health() };
      default:
        return request satisfies never;
    }
  }

  async #kick(request: RequestOf<'kick'>, who: string): Promise<Reply> {
    const sessions = this.#found(request);
    this.#tell(who, `ends ${counted(sessions.length)} of ${targetText(request)}`);
    this.#order(sessions, { kind: 'kick' });
    const left = await this.#sessions.gone(
      sessions.map(({ id }) => id),
      KICKED_MS,
    );
    const done: DoneOf<'kick'> = { sessions: sessions.length, left: left.map(({ id, pid }) => ({ session: id, pid })) };
    return { done };
  }

  #throttle(request: RequestOf<'throttle'>, who: string): Reply {
    const { upload, download } = request;
    const sessions = this.#found(request);
    this.#order(sessions, { kind: 'throttle', upload, download });
    for (const { id } of sessions) this.#sessions.throttled(id, { upload, download });
    this.#tell(who, `sets the bandwidth of ${counted(sessions.length)} of ${targetText(request)}`);
    const done: DoneOf<'throttle'> = { sessions: sessions.length };
    return { done };
  }

  #drain({ seconds }: RequestOf<'drain'>, who: string): Reply {
    if (this.#server.health.state === 'draining') throw new RequestRefused('failed', 'the server is draining already');
    this.#tell(who, `drains the server${seconds === undefined ? '' : `, for ${seconds} s at most`}`);
    const done: DoneOf<'drain'> = { sessions: this.#sessions.size };
    // The answer is on its way before the last connection may be gone.
    setImmediate(() => this.#server.drain(seconds));
    return { done };
  }

  async #reload({ words }: RequestOf<'reload'>, who: string): Promise<Reply> {
    this.#tell(who, words === undefined ? 'reloads the configuration' : 'hands over another command line');
    const reloaded = await this.#server.reload(words);
    if (reloaded.kind === 'refused')
      throw new RequestRefused('refused', 'the configuration is not taken: nothing has changed', reloaded.problems);
    const done: DoneOf<'reload'> = { changed: [...reloaded.changed], restart: [...reloaded.restart] };
    return { done };
  }

  #ban({ network, seconds, reason = '' }: RequestOf<'ban'>, who: string): Reply {
    const why = this.#table().ban(network, seconds, reason);
    if (why !== undefined) throw new RequestRefused('failed', why);
    this.#tell(who, `bans ${network}${seconds === undefined ? '' : ` for ${seconds} s`}`);
    return { done: {} };
  }

  #unban({ network }: RequestOf<'unban'>, who: string): Reply {
    const lifted = this.#table().lift(network);
    if (!lifted) throw new RequestRefused('notFound', `${network} is not banned`);
    this.#tell(who, `lifts the ban of ${network}`);
    const done: DoneOf<'unban'> = { lifted };
    return { done };
  }

  #limits(): DoneOf<'limits'> {
    const { sessions, perAddress, perUser, anonymous, bandwidth, userBandwidth, serverBandwidth } = this.#server.limits;
    const byAddress = new Map<string, number>();
    const byUser = new Map<string, number>();
    for (const { address, user } of this.#sessions.all()) {
      byAddress.set(address, (byAddress.get(address) ?? 0) + 1);
      if (user !== undefined) byUser.set(user, (byUser.get(user) ?? 0) + 1);
    }
    const ofAnonymous = byUser.get(ANONYMOUS) ?? 0;
    byUser.delete(ANONYMOUS);
    return {
      sessions: { limit: sessions, used: this.#sessions.size },
      perAddress: { limit: perAddress, used: most(byAddress) },
      perUser: { limit: perUser, used: most(byUser) },
      anonymous: { limit: anonymous, used: ofAnonymous },
      bandwidth: bandwidth ?? UNLIMITED,
      userBandwidth: userBandwidth ?? UNLIMITED,
      serverBandwidth: serverBandwidth ?? UNLIMITED,
    };
  }

  #health(): DoneOf<'health'> {
    return {
      ...this.#server.health,
      version: VERSION,
      pid: process.pid,
      startedAt: this.#startedAt,
      sessions: this.#sessions.size,
      bans: this.#bans === undefined ? undefined : Array.from(this.#bans.all()).length,
    };
  }

  /** The sessions that are meant. @throws RequestRefused when there are none. */
  #found(target: Target): TableSession[] {
    const found = [...this.#sessions.all()].filter(
      ({ id, user, address }) =>
        id === target.session || address === target.address || (user !== undefined && user === target.user),
    );
    if (found.length === 0) throw new RequestRefused('notFound', `there is no session of ${targetText(target)}`);
    return found;
  }

  #order(sessions: readonly TableSession[], order: SessionOrder): void {
    for (const { id } of sessions) this.#server.order(id, order);
  }

  /** @throws RequestRefused where there are no bans. */
  #table(): BanTable {
    if (this.#bans === undefined) throw new RequestRefused('unsupported', 'this server bans nobody');
    return this.#bans;
  }

  #tell(who: string, what: string): void {
    this.#log.write('NOTICE', `control: ${who} ${what}`);
  }
}

function* bansOf(table: BanTable): Iterable<BanItem> {
  for (const { network, reason, until } of table.all()) yield { network, reason, until };
}

function counted(sessions: number): string {
  return sessions === 1 ? '1 session' : `${sessions} sessions`;
}

function targetText({ session, user, address }: Target): string {
  if (session !== undefined) return `the id ${session}`;
  return user === undefined ? `the address ${address}` : `the user ${user}`;
}

function most(counts: ReadonlyMap<string, number>): number {
  let highest = 0;
  for (const count of counts.values()) highest = Math.max(highest, count);
  return highest;
}
