import type { UserLimits } from '../state/user-account.ts';

export type { UserAccount, UserLimits } from '../state/user-account.ts';

/** Bytes that may be moved, filled at a steady rate. */
export interface Bucket {
  /** Takes as many as there are, up to `bytes`; 0 when there is not enough for a piece worth moving. */
  take(bytes: number): number;
  /** When {@link take} is worth asking again, in milliseconds from now. */
  millisecondsUntil(bytes: number): number;
}

/** What data connections take from, by direction as the server sees it; nothing where it is not limited. */
export interface Buckets {
  readonly send?: Bucket;
  readonly receive?: Bucket;
}

/** What the sessions of one user have between them. */
export interface SessionShare {
  /** What their data connections take from; undefined where nothing is limited. */
  readonly buckets: Buckets | undefined;
}

/** The users who have sessions. */
export interface SessionShares {
  /** @returns undefined when the user has as many sessions as there may be. */
  enter(name: string, limits: UserLimits): SessionShare | undefined;
  leave(share: SessionShare): void;
}
