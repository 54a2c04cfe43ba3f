import { createHmac, randomBytes } from 'node:crypto';

import { publicRandomBytes } from '../public-random.ts';

import { TicketKeys } from './ticket-keys.ts';

/** How long keys are made of one secret, in milliseconds; for as long again, the tickets of these keys are still taken. */
export const SECRET_LIFETIME_MS = 60 * 60 * 1000;

/** What tells one secret from another, in the names of its keys. */
const TAG_BYTES = 4;
const NAME_BYTES = 16;

interface Secret {
  readonly tag: Buffer;
  readonly key: Buffer;
  readonly since: number;
}

/**
 * Ticket keys of control connections: each has its own, so that a data connection can prove whose it is; and all can be made
 * again of their names by who has the secret, so that the next control connection of a client need not begin from nothing.
 * A secret is of this process and of one certificate, is forgotten in time, and cannot be found from the keys that are made
 * of it.
 */
export class TicketSecrets {
  readonly #now: () => number;
  #current: Secret;
  #previous: Secret | undefined;

  /** @param now A clock in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#current = this.#make();
  }

  /** Keys that nobody has had. */
  issue(): TicketKeys {
    this.#renew();
    return keysOf(this.#current, Buffer.concat([this.#current.tag, publicRandomBytes(NAME_BYTES - TAG_BYTES)]));
  }

  /**
   * The keys of that name.
   * @param name As somebody has sent it: the keys of a made-up name open nothing that was ever sealed.
   * @returns undefined when they are of no secret that is still kept.
   */
  find(name: Buffer): TicketKeys | undefined {
    this.#renew();
    const secret = [this.#current, this.#previous].find((one) => one?.tag.equals(name.subarray(0, TAG_BYTES)));
    return secret === undefined || name.length !== NAME_BYTES ? undefined : keysOf(secret, name);
  }

  #renew(): void {
    const age = this.#now() - this.#current.since;
    if (age < SECRET_LIFETIME_MS) return;
    this.#previous = age < 2 * SECRET_LIFETIME_MS ? this.#current : undefined;
    this.#current = this.#make();
  }

  #make(): Secret {
    return { tag: randomBytes(TAG_BYTES), key: randomBytes(32), since: this.#now() };
  }
}

function keysOf({ key }: Secret, name: Buffer): TicketKeys {
  return new TicketKeys(Buffer.concat([name, createHmac('sha256', key).update(name).digest()]));
}
