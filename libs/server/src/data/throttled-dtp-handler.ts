import type { Session } from '../contract/session.ts';
import type { DataConnection } from '../sockets/data-connection.ts';
import { DTPHandler } from './dtp-handler.ts';
import { TokenBucket } from './token-bucket.ts';

/**
 * A data connection that moves no more than so many bytes in a second. Limits hold for each data connection by itself,
 * as in pyftpdlib; those of a session can be set by a subclass that knows its user:
 *
 * @example
 * class Slow extends ThrottledDTPHandler {
 *   static override writeLimit = 30 * 1024;
 * }
 */
export class ThrottledDTPHandler extends DTPHandler {
  /** Bytes received (uploads) in a second; 0 for no limit. */
  static readLimit = 0;
  /** Bytes sent (downloads, listings) in a second, counted before line ends are converted; 0 for no limit. */
  static writeLimit = 0;

  declare ['constructor']: typeof ThrottledDTPHandler;
  /** The limits of this connection. */
  readonly readLimit: number;
  readonly writeLimit: number;
  readonly #buckets: { readonly send?: TokenBucket; readonly receive?: TokenBucket };

  /**
   * @param limits Other limits than those of the class.
   * @throws RangeError for a limit below 0.
   */
  constructor(connection: DataConnection, session: Session, limits: { readLimit?: number; writeLimit?: number } = {}) {
    super(connection, session);
    this.readLimit = limits.readLimit ?? this.constructor.readLimit;
    this.writeLimit = limits.writeLimit ?? this.constructor.writeLimit;
    this.#buckets = {
      ...(this.writeLimit === 0 ? {} : { send: new TokenBucket(this.writeLimit) }),
      ...(this.readLimit === 0 ? {} : { receive: new TokenBucket(this.readLimit) }),
    };
    // Whatever is read ahead of what may be stored only takes memory: the client is made to wait at once.
    if (this.readLimit > 0) this.receiveLimit = 1;
  }

  override pace(direction: 'send' | 'receive', bytes: number): number | Promise<number> {
    const bucket = this.#buckets[direction];
    return bucket === undefined ? bytes : this.takeFrom(bucket, direction, bytes);
  }
}
