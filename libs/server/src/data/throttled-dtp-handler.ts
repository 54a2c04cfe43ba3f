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
  readLimit = 0;
  writeLimit = 0;
  #send: TokenBucket | undefined;
  #receive: TokenBucket | undefined;

  /**
   * @param limits Other limits than those of the class.
   * @throws RangeError for a limit below 0.
   */
  constructor(connection: DataConnection, session: Session, limits: { readLimit?: number; writeLimit?: number } = {}) {
    super(connection, session);
    this.limit({
      readLimit: limits.readLimit ?? this.constructor.readLimit,
      writeLimit: limits.writeLimit ?? this.constructor.writeLimit,
    });
  }

  /**
   * Sets other limits, from now on; those that are left out stay.
   * @throws RangeError for a limit below 0.
   */
  limit({
    readLimit = this.readLimit,
    writeLimit = this.writeLimit,
  }: {
    readLimit?: number;
    writeLimit?: number;
  }): void {
    if (writeLimit !== this.writeLimit) this.#send = writeLimit === 0 ? undefined : new TokenBucket(writeLimit);
    if (readLimit !== this.readLimit) this.#receive = readLimit === 0 ? undefined : new TokenBucket(readLimit);
    this.writeLimit = writeLimit;
    this.readLimit = readLimit;
    // Whatever is read ahead of what may be stored only takes memory: the client is made to wait at once.
    if (readLimit > 0) this.receiveLimit = 1;
  }

  protected override get isUnlimited(): boolean {
    return this.pace === ThrottledDTPHandler.prototype.pace && this.#send === undefined && this.#receive === undefined;
  }

  override pace(direction: 'send' | 'receive', bytes: number): number | Promise<number> {
    const bucket = direction === 'send' ? this.#send : this.#receive;
    return bucket === undefined ? bytes : this.takeFrom(bucket, direction, bytes);
  }
}
