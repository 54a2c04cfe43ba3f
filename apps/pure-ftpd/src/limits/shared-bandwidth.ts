// `--user-total-bandwidth` and `--server-bandwidth`: what sessions have between them, besides what each has for itself.
import type { Account } from '@pure-ftpd/auth';
import type { Bandwidth, Configuration } from '@pure-ftpd/options';
import type { Bucket, Buckets } from '@pure-ftpd/server';
import { FairBucket, type Taker } from '@pure-ftpd/server/internal';

/** Bytes a second, each way: 0 for nothing at all, Infinity for no limit. */
export interface Rates {
  readonly upload: number;
  readonly download: number;
}

/** Nothing at all. */
export const NO_RATES: Rates = { upload: 0, download: 0 };

/** What sessions have between them, by the configuration. */
export interface SharedLimits {
  readonly user: Rates;
  readonly server: Rates;
}

/** A way of data. */
export type Way = keyof Rates;

/** What a session takes part in. */
export interface SharingSession {
  readonly sessionId: string;
  /** Undefined for who is no user of their own: anonymous. */
  readonly user: string | undefined;
  readonly limited: SharedLimits;
}

/** Hears of what a session takes: bytes, or 0 when it has to wait. */
export type UseListener = (sessionId: string, way: Way, bytes: number) => void;

/** The part of a session, until it is disposed of. */
export interface SharedPart extends Disposable {
  /** What one data connection takes from; undefined where nothing is limited. */
  buckets(): Buckets | undefined;
}

/** Of two rates the one that is said, else none. */
export function ratesOf(bandwidth: Bandwidth | undefined): Rates {
  return { upload: bandwidth?.upload ?? Infinity, download: bandwidth?.download ?? Infinity };
}

/** Whose sessions have something between them; undefined for anonymous users, who are nobody in particular. */
export function sharingUser({ method, login }: Pick<Account, 'method' | 'login'>): string | undefined {
  return method === 'anonymous' ? undefined : login;
}

/** What sessions have between them. */
export function sharedLimitsOf({
  userBandwidth,
  serverBandwidth,
}: Pick<Configuration, 'userBandwidth' | 'serverBandwidth'>): SharedLimits {
  return { user: ratesOf(userBandwidth), server: ratesOf(serverBandwidth) };
}

/** Both ways of a user or a server. */
class Lanes {
  readonly upload: FairBucket;
  readonly download: FairBucket;
  /** Sessions that take part. */
  sessions = 0;

  constructor({ upload, download }: Rates) {
    this.upload = new FairBucket(upload);
    this.download = new FairBucket(download);
  }

  set rates({ upload, download }: Rates) {
    this.upload.rate = upload;
    this.download.rate = download;
  }
}

/** The bandwidth that the sessions of a process have between them. Rates that change hold at once. */
export class SharedBandwidth {
  readonly #users = new Map<string, Lanes>();
  readonly #server: Lanes;
  readonly #used: UseListener | undefined;
  #rateOf: (user: string) => Rates;

  /** @param used Hears of what sessions take; undefined where nobody wants to know. */
  constructor({ user, server }: SharedLimits, used?: UseListener) {
    this.#server = new Lanes(server);
    this.#used = used;
    this.#rateOf = () => user;
  }

  /** Other rates, from now on. @param ofUser Those of a user. */
  change(server: Rates, ofUser: (user: string) => Rates): void {
    this.#server.rates = server;
    this.#rateOf = ofUser;
    for (const [user, lanes] of this.#users) lanes.rates = ofUser(user);
  }

  /** A session takes part. */
  join(session: SharingSession): SharedPart {
    const { user, limited } = session;
    const own = user === undefined ? undefined : (this.#users.get(user) ?? new Lanes(this.#rateOf(user)));
    if (own !== undefined && user !== undefined) {
      own.sessions += 1;
      this.#users.set(user, own);
    }
    const bucket = (way: Way): Bucket | undefined => {
      const takers = [
        ...(own === undefined || limited.user[way] === Infinity ? [] : [own[way].taker()]),
        ...(limited.server[way] === Infinity ? [] : [this.#server[way].taker()]),
      ];
      return takers.length === 0
        ? undefined
        : new SharedBucket(takers, (bytes) => this.#used?.(session.sessionId, way, bytes));
    };
    let isOver = false;
    return {
      buckets() {
        const receive = bucket('upload');
        const send = bucket('download');
        if (receive === undefined && send === undefined) return undefined;
        return { ...(receive === undefined ? {} : { receive }), ...(send === undefined ? {} : { send }) };
      },
      [Symbol.dispose]: () => {
        if (isOver || own === undefined || user === undefined) return;
        isOver = true;
        own.sessions -= 1;
        if (own.sessions === 0) this.#users.delete(user);
      },
    };
  }
}

/** Takes what all of several have. */
class SharedBucket implements Bucket {
  readonly #takers: readonly Taker[];
  readonly #used: (bytes: number) => void;

  constructor(takers: readonly Taker[], used: (bytes: number) => void) {
    this.#takers = takers;
    this.#used = used;
  }

  take(bytes: number): number {
    const all = this.#takers;
    let taken = bytes;
    for (const [index, taker] of all.entries()) {
      const got = taker.take(taken);
      for (const before of all.slice(0, index)) before.putBack(taken - got);
      taken = got;
      if (taken === 0) break;
    }
    this.#used(taken);
    return taken;
  }

  millisecondsUntil(bytes: number): number {
    return Math.max(...this.#takers.map((taker) => taker.millisecondsUntil(bytes)));
  }
}
