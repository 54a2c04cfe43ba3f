import { randomBytes } from 'node:crypto';

import { publicRandomBytes } from '../public-random.ts';

/** The keys that session tickets are sealed with. Whoever brings such a ticket is who was given it, or a thief of its memory. */
export class TicketKeys {
  /** All of it, as `Server.setTicketKeys` wants it: name, HMAC key, AES key. */
  readonly bytes: Buffer;

  /** @param bytes 48 bytes, random ones without it. */
  constructor(bytes: Buffer = randomBytes(48)) {
    if (bytes.length !== 48) throw new RangeError(`ticket keys are 48 bytes, not ${bytes.length}`);
    this.bytes = bytes;
  }

  get name(): Buffer {
    return this.bytes.subarray(0, 16);
  }

  get hmac(): Buffer {
    return this.bytes.subarray(16, 32);
  }

  get aes(): Buffer {
    return this.bytes.subarray(32);
  }
}

/** Which tickets a handshake takes, and gives. */
export interface TicketPolicy {
  /** The keys of the connection: new tickets are sealed with them. */
  keys(): TicketKeys;
  /** Whether it may get new ones. */
  readonly gives: boolean;
  /**
   * The keys of a ticket that the client brings.
   * @param name What tells keys from others, as the client has sent it.
   * @returns undefined when it cannot be resumed.
   */
  opens(name: Buffer): TicketKeys | undefined;
}

/** For a connection that is on its own. */
export const NO_TICKETS: TicketPolicy = { keys: () => new TicketKeys(), gives: false, opens: () => undefined };

/** What OpenSSL does with a ticket: none is given or this one is unknown, it is good, it is good and is to be renewed. */
const NONE = 0;
const GOOD = 1;
const RENEW = 2;

type TicketAnswer = readonly [verdict: number, hmac: Buffer, aes: Buffer, name: Buffer, iv: Buffer];

/** What is said with `NONE`, and not looked at. */
const NO_KEYS = new TicketKeys(Buffer.alloc(48));

interface NativeContext {
  enableTicketKeyCallback(): void;
  onticketkeycallback?: (name: Buffer, iv: Buffer, isSealing: boolean) => TicketAnswer;
}

/**
 * Decides about each ticket of a TLS server. Node has no documented way to renew tickets when they are used, and clients that
 * use each only once (as RFC 8446 advises) would soon have none; nor to give none where they harm; nor to take those of
 * several keys.
 * @param policy The policy of the handshake of now; undefined while there is none.
 * @returns False where this Node cannot: tickets are given by the keys of the server then, and not renewed.
 */
export function decideTickets(server: object, policy: () => TicketPolicy | undefined): boolean {
  const native = nativeContextOf(server);
  if (native === undefined) return false;
  native.onticketkeycallback = (name, iv, isSealing) => {
    const now = policy();
    const keys = isSealing ? now?.keys() : now?.opens(name);
    if (now === undefined || keys === undefined || (isSealing && !now.gives)) return answer(NONE, NO_KEYS, iv);
    if (isSealing) return answer(GOOD, keys, publicRandomBytes(16));
    return answer(now.gives ? RENEW : GOOD, keys, iv);
  };
  native.enableTicketKeyCallback();
  return true;
}

function answer(verdict: number, { hmac, aes, name }: TicketKeys, iv: Buffer): TicketAnswer {
  return [verdict, hmac, aes, name, iv];
}

function nativeContextOf(server: object): NativeContext | undefined {
  const shared: unknown = Reflect.get(server, '_sharedCreds');
  if (typeof shared !== 'object' || shared === null || !('context' in shared)) return undefined;
  const { context } = shared;
  return isNativeContext(context) ? context : undefined;
}

function isNativeContext(value: unknown): value is NativeContext {
  return (
    typeof value === 'object' &&
    value !== null &&
    'enableTicketKeyCallback' in value &&
    typeof value.enableTicketKeyCallback === 'function'
  );
}
