// What the sessions of each user have between them: how many there are, and the bandwidth of all their data connections.
import type { Buckets, UserLimits } from '../contract/account.ts';
import { TokenBucket } from '../data/token-bucket.ts';

/** The sessions of one user on one server, as long as there are any. */
export class UserShare {
  readonly name: string;
  sessions = 0;
  #send: TokenBucket | undefined;
  #receive: TokenBucket | undefined;
  #sendRate = 0;
  #receiveRate = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** The limits of whoever has logged in last hold for what begins from now on. */
  limit({ downloadRate = 0, uploadRate = 0 }: UserLimits): void {
    if (downloadRate !== this.#sendRate) this.#send = downloadRate > 0 ? new TokenBucket(downloadRate) : undefined;
    if (uploadRate !== this.#receiveRate) this.#receive = uploadRate > 0 ? new TokenBucket(uploadRate) : undefined;
    this.#sendRate = downloadRate;
    this.#receiveRate = uploadRate;
  }

  /** What all data connections of the user take from; undefined where nothing is limited. */
  get buckets(): Buckets | undefined {
    const send = this.#send;
    const receive = this.#receive;
    if (send === undefined && receive === undefined) return undefined;
    return { ...(send === undefined ? {} : { send }), ...(receive === undefined ? {} : { receive }) };
  }
}

/** The users of one server who have sessions. */
export class UserShares {
  readonly #shares = new Map<string, UserShare>();

  /**
   * Counts one more session of a user.
   * @returns undefined when there are as many as there may be; else {@link leave} must be called once.
   */
  enter(name: string, limits: UserLimits): UserShare | undefined {
    const share = this.#shares.get(name) ?? new UserShare(name);
    const { sessions = 0 } = limits;
    if (sessions > 0 && share.sessions >= sessions) return undefined;
    share.sessions += 1;
    share.limit(limits);
    this.#shares.set(name, share);
    return share;
  }

  /** A session that was counted is this user's no more. */
  leave(share: UserShare): void {
    share.sessions -= 1;
    if (share.sessions === 0) this.#shares.delete(share.name);
  }
}
