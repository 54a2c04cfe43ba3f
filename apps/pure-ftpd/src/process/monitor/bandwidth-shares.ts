import { type Rates, type SharedLimits, sharingUser, type Way } from '../../limits/shared-bandwidth.ts';
import type { ToChild } from '../messages/to-child.ts';
import type { KnownSession } from './session-book.ts';

/** How often shares change at most, in milliseconds. */
const PERIOD_MS = 200;

/** A process that is told of its share. */
export interface Sharer {
  answer(message: ToChild<'bandwidth'>): void;
}

/** What a session wants, one way. */
interface Claim {
  readonly sharer: Sharer;
  readonly session: KnownSession;
  readonly user: string | undefined;
  /** Bytes a second. */
  wants: number;
}

/** What a process may have. */
interface Share {
  readonly server: Record<Way, number>;
  readonly users: Map<string, Record<Way, number>>;
}

/**
 * Shares the bandwidth of users and of the server out among the processes that serve sessions: by session, so that nobody has more than
 * its part, however much its process says that it wants.
 */
export class BandwidthShares {
  #limits: SharedLimits;
  readonly #claims: Record<Way, Map<string, Claim>> = { upload: new Map(), download: new Map() };
  /** What each was told last. */
  readonly #told = new Map<Sharer, string>();
  #timer: NodeJS.Timeout | undefined;
  #sharedAt = -Infinity;

  constructor(limits: SharedLimits) {
    this.#limits = limits;
  }

  /** Other limits, from now on. */
  change(limits: SharedLimits): void {
    this.#limits = limits;
    this.#shareSoon();
  }

  /** A session wants so many bytes a second, one way: 0 for nothing any more. */
  wants(sharer: Sharer, session: KnownSession, way: Way, bytes: number): void {
    const claims = this.#claims[way];
    if (bytes === 0) claims.delete(session.id);
    else if (session.admitted !== undefined) {
      const user = sharingUser(session.admitted.login.account);
      claims.set(session.id, { sharer, session, user, wants: bytes });
    }
    this.#shareSoon();
  }

  /** A session is over, or its user has left. */
  ended({ id }: KnownSession): void {
    const { upload, download } = this.#claims;
    const hadUpload = upload.delete(id);
    if (download.delete(id) || hadUpload) this.#shareSoon();
  }

  #shareSoon(): void {
    if (this.#timer !== undefined) return;
    const share = (): void => {
      this.#timer = undefined;
      this.#sharedAt = performance.now();
      this.#share();
    };
    this.#timer = setTimeout(share, Math.max(0, this.#sharedAt + PERIOD_MS - performance.now())).unref();
  }

  #share(): void {
    const shares = new Map<Sharer, Share>();
    // Who has nothing any more is told so.
    for (const sharer of this.#told.keys()) shares.set(sharer, nothing());
    this.#divide('upload', shares);
    this.#divide('download', shares);
    const { user, server } = this.#limits;
    for (const [sharer, share] of shares) {
      const message: ToChild<'bandwidth'> = {
        type: 'bandwidth',
        server: within(server, share.server),
        users: new Map(Array.from(share.users, ([name, rates]) => [name, within(user, rates)])),
        others: within(user, { upload: 0, download: 0 }),
      };
      const text = JSON.stringify([message.server, [...message.users], message.others]);
      if (this.#told.get(sharer) !== text) sharer.answer(message);
      if (isNothing(share)) this.#told.delete(sharer);
      else this.#told.set(sharer, text);
    }
  }

  /** Adds what each session has, one way, to what its process has. */
  #divide(way: Way, shares: Map<Sharer, Share>): void {
    const claims = [...this.#claims[way].values()];
    const byUser = Map.groupBy(claims, ({ user }) => user);
    const most = new Map<Claim, number>();
    for (const [user, own] of byUser) {
      const parts = divided(user === undefined ? Infinity : this.#limits.user[way], own);
      for (const [index, claim] of own.entries()) most.set(claim, parts[index] ?? 0);
    }
    const ofServer = divided(
      this.#limits.server[way],
      claims.map((claim) => ({ wants: Math.min(claim.wants, most.get(claim) ?? 0) })),
    );
    for (const [index, claim] of claims.entries()) {
      const share = shares.get(claim.sharer) ?? nothing();
      shares.set(claim.sharer, share);
      share.server[way] += ofServer[index] ?? 0;
      if (claim.user === undefined) continue;
      const ofUser = share.users.get(claim.user) ?? { upload: 0, download: 0 };
      share.users.set(claim.user, ofUser);
      ofUser[way] += most.get(claim) ?? 0;
    }
  }
}

function nothing(): Share {
  return { server: { upload: 0, download: 0 }, users: new Map() };
}

function isNothing({ server }: Share): boolean {
  return server.upload === 0 && server.download === 0;
}

/** Whole bytes, and no limit where there is none. */
function within(limits: Rates, { upload, download }: Rates): Rates {
  return {
    upload: limits.upload === Infinity ? Infinity : Math.ceil(upload),
    download: limits.download === Infinity ? Infinity : Math.ceil(download),
  };
}

/**
 * Divides a rate: nobody has more than who wants more, as long as somebody does not have what it wants; what nobody wants all have
 * in equal parts, so that they can grow.
 */
export function divided(total: number, claims: readonly { readonly wants: number }[]): number[] {
  const parts = Array.from(claims, () => total);
  if (total === Infinity) return parts;
  let left = total;
  let waiting = claims.length;
  const byWish = [...claims.entries()].toSorted(([, a], [, b]) => a.wants - b.wants);
  for (const [index, { wants }] of byWish) {
    const part = Math.min(wants, left / waiting);
    parts[index] = part;
    left -= part;
    waiting -= 1;
  }
  return parts.map((part) => part + left / claims.length);
}
