import { randomBytes } from 'node:crypto';

/**
 * The keys that session tickets of one control connection are sealed with. Whoever brings such a ticket is the client of that
 * connection, or a thief of its memory.
 */
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

/** What OpenSSL does with a ticket: none is given or this one is unknown, it is good, it is good and is to be renewed. */
const NONE = 0;
const GOOD = 1;
const RENEW = 2;

type TicketAnswer = readonly [verdict: number, hmac: Buffer, aes: Buffer, name: Buffer, iv: Buffer];

interface NativeContext {
  enableTicketKeyCallback(): void;
  onticketkeycallback?: (name: Buffer, iv: Buffer, isSealing: boolean) => TicketAnswer;
}

/**
 * Decides about each ticket of a TLS server. Node has no documented way to renew tickets when they are used, and clients that
 * use each only once (as RFC 8446 advises) would soon have none; nor to give none where they harm.
 * @param keys The keys of now.
 * @param gives Whether the connection of now may get tickets.
 * @returns False where this Node cannot: tickets are given by the keys of the server then, and not renewed.
 */
export function decideTickets(server: object, keys: () => TicketKeys, gives: () => boolean): boolean {
  const native = nativeContextOf(server);
  if (native === undefined) return false;
  native.onticketkeycallback = (name, _iv, isSealing) => {
    const current = keys();
    const verdict = isSealing ? (gives() ? GOOD : NONE) : !name.equals(current.name) ? NONE : gives() ? RENEW : GOOD;
    return [verdict, current.hmac, current.aes, current.name, isSealing ? randomBytes(16) : _iv];
  };
  native.enableTicketKeyCallback();
  return true;
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
