// Who is penalised, in the way of sshd's PerSourcePenalties: times add up, and nobody is served while more than a minimum is left.
import type { PenaltyCause, PenaltySettings } from '@pure-ftpd/options';
import { networkOf, Networks, parseNetwork } from '@pure-ftpd/protocol';

import type { KeptPenalty } from './penalty-file.ts';
import { type Penalty, SourceTable } from './penalty-sources.ts';

/** How many bits of an address are penalised together: a client has all of a /64. */
const BITS = { 4: 32, 6: 64 } as const;

/** Bans by an administrator: they make no room for others. */
const MOST_ORDERED = 10_000;

/** Why, in the words of the log. */
const REASONS: Readonly<Record<PenaltyCause, string>> = {
  crash: 'a process has crashed that served nobody else',
  authfail: 'wrong passwords',
  invaliduser: 'unknown users',
  noauth: 'connections without a login',
  'grace-exceeded': 'silence instead of a login',
  flood: 'too many connections',
  protocol: 'violations of the protocol',
};

/** A ban, as it is shown. */
export interface Ban {
  readonly network: string;
  readonly reason: string;
  /** When it ends, in milliseconds since 1970; undefined where it does not end by itself. */
  readonly until: number | undefined;
}

/** What becomes of bans. */
export interface BanEvents {
  /** Somebody is banned, or for longer. @param isNew Was not before. */
  banned(ban: Ban, isNew: boolean): void;
  /** Somebody is not banned any more. */
  lifted(network: string): void;
  /** Of these families nobody is served, or of those again. */
  denied(families: readonly (4 | 6)[]): void;
}

/** The penalties of a server, and the bans of its administrator. */
export class PenaltyTable {
  readonly #settings: PenaltySettings;
  readonly #exempt: Networks;
  readonly #events: BanEvents;
  readonly #sources: Readonly<Record<4 | 6, SourceTable>>;
  readonly #ordered = new Map<string, { readonly until: number | undefined; readonly reason: string }>();
  #denied: readonly (4 | 6)[] = [];

  /** @param exempt Networks that are not penalised. @throws RangeError for what is none. */
  constructor(settings: PenaltySettings, exempt: readonly string[], events: BanEvents) {
    this.#settings = settings;
    this.#exempt = new Networks(exempt);
    this.#events = events;
    const forgotten = (network: string, { isBan }: Penalty): void => {
      if (isBan && !this.#ordered.has(network)) events.lifted(network);
    };
    const { sources } = settings;
    this.#sources = { 4: new SourceTable(sources[4], forgotten), 6: new SourceTable(sources[6], forgotten) };
  }

  /** How many networks there are penalties for, banned or not. */
  get size(): number {
    return this.#sources[4].size + this.#sources[6].size;
  }

  /** Families of which nobody is served, since there is no room for their penalties. */
  get denied(): readonly (4 | 6)[] {
    return this.#denied;
  }

  /** Adds to what a client has. @param address As `normalizeAddress` writes it. */
  penalise(address: string, cause: PenaltyCause, now = Date.now()): void {
    const { causes, max, min } = this.#settings;
    const milliseconds = causes[cause] * 1000;
    if (milliseconds === 0 || this.#exempt.has(address)) return;
    const family = address.includes(':') ? 6 : 4;
    const sources = this.#sources[family];
    sources.expire(now);
    const network = networkOf(address, BITS[family]);
    const before = sources.get(network);
    if (before === undefined && sources.deniesAll) return;
    const until = Math.min((before?.until ?? now) + milliseconds, now + max * 1000);
    const isBan = before?.isBan === true || until - now > min * 1000;
    const penalty = { until, isBan, reason: REASONS[cause] };
    sources.set(network, penalty);
    if (isBan && sources.get(network) !== undefined) this.#tell(network, penalty, before?.isBan !== true);
    this.#tellDenied();
  }

  /** Forgets what has run down. To be called now and then. */
  expire(now = Date.now()): void {
    for (const sources of [this.#sources[4], this.#sources[6]]) sources.expire(now);
    for (const [network, { until }] of this.#ordered) if (until !== undefined && until <= now) this.lift(network);
    this.#tellDenied();
  }

  /** When {@link expire} has something to do while nobody is served: milliseconds since 1970. */
  get nextEnd(): number | undefined {
    const ends = [this.#sources[4].nextEnd, this.#sources[6].nextEnd].filter((end) => end !== undefined);
    return ends.length === 0 ? undefined : Math.min(...ends);
  }

  /** The bans that hold now. */
  *all(now = Date.now()): Iterable<Ban> {
    for (const [network, { until, reason }] of this.#ordered)
      if (until === undefined || until > now) yield { network, until, reason };
    for (const family of [4, 6] as const)
      for (const [network, { until, reason, isBan }] of this.#sources[family].entries())
        if (isBan && until > now && !this.#ordered.has(network)) yield { network, until, reason };
  }

  /**
   * Bans a network, whatever there was for it before; clients of it who are connected stay.
   * @param seconds How long; undefined for as long as nobody lifts it.
   * @returns Why it cannot be, in a line; undefined when it is done.
   */
  ban(text: string, seconds: number | undefined, reason: string, now = Date.now()): string | undefined {
    const network = parseNetwork(text)?.network;
    if (network === undefined) return `not a network: ${text}`;
    if (this.#ordered.size >= MOST_ORDERED && !this.#ordered.has(network))
      return `there are ${MOST_ORDERED} such bans already`;
    const ban = { until: seconds === undefined ? undefined : now + seconds * 1000, reason };
    this.#ordered.set(network, ban);
    this.#events.banned({ network, ...ban }, true);
    return undefined;
  }

  /** Lifts what there is for exactly this network. @returns Whether there was anything. */
  lift(text: string): boolean {
    const network = parseNetwork(text)?.network ?? '';
    const wasOrdered = this.#ordered.delete(network);
    const wasPenalised = this.#sources[4].delete(network) || this.#sources[6].delete(network);
    if (!wasOrdered && !wasPenalised) return false;
    this.#events.lifted(network);
    this.#tellDenied();
    return true;
  }

  /** All that is to be kept over a restart. */
  *kept(): Iterable<KeptPenalty> {
    for (const [network, { until, reason }] of this.#ordered) yield { network, until, reason, kind: 'ordered' };
    for (const family of [4, 6] as const)
      for (const [network, { until, reason, isBan }] of this.#sources[family].entries())
        yield { network, until, reason, kind: isBan ? 'ban' : 'penalty' };
  }

  /** Takes back what was kept, as far as it holds by the settings of now. */
  restore(kept: Iterable<KeptPenalty>, now = Date.now()): void {
    const last = now + this.#settings.max * 1000;
    for (const { network: text, until, reason, kind } of kept) {
      const parsed = parseNetwork(text);
      if (parsed === undefined || (until !== undefined && until <= now)) continue;
      const { network, family, bits } = parsed;
      if (kind === 'ordered') {
        if (this.#ordered.size >= MOST_ORDERED) continue;
        this.#ordered.set(network, { until, reason });
        this.#events.banned({ network, until, reason }, false);
      } else if (bits === BITS[family] && until !== undefined && !this.#sources[family].deniesAll) {
        const penalty = { until: Math.min(until, last), reason, isBan: kind === 'ban' };
        this.#sources[family].set(network, penalty);
        if (penalty.isBan && this.#sources[family].get(network) !== undefined) this.#tell(network, penalty, false);
      }
    }
    this.#tellDenied();
  }

  #tell(network: string, { until, reason }: Penalty, isNew: boolean): void {
    // What an administrator has ordered holds as it is.
    if (!this.#ordered.has(network)) this.#events.banned({ network, until, reason }, isNew);
  }

  #tellDenied(): void {
    const families = ([4, 6] as const).filter((family) => this.#sources[family].deniesAll);
    if (families.join(' ') === this.#denied.join(' ')) return;
    this.#denied = families;
    this.#events.denied(families);
  }
}
