// The connection between the monitor and a process it has started: messages on one socket pair, descriptors on another.
//
// Node's own channel would do both, but it trusts its other end: in the privileged process it keeps a message of any length,
// and lines that are no JSON, or an acknowledgement of nothing, end that process. It also passes one descriptor at a time and
// waits for an answer.
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';

import { asError } from '@pure-ftpd/protocol';

import { receiveDescriptor, sendDescriptor } from '@pure-ftpd/posix';

import { MessageViolation } from '@pure-ftpd/server/internal';

/** Length of the payload, and whether a descriptor comes with it. */
const HEADER_BYTES = 5;

/** The largest message: what a client may have sent and nobody has executed, in base64, and some. */
export const MESSAGE_LIMIT = 2 * 1024 * 1024;

/** Bytes, and messages with descriptors, that may wait for a process that does not take them. */
const WAITING_BYTES = 16 * 1024 * 1024;
const WAITING_MESSAGES = 4096;

/** How long a message that can wait does so for another one, in milliseconds. */
const TOGETHER_MS = 5;

/** Milliseconds until a descriptor that could not be sent is tried again. */
const RETRY_MS = 2;

/** How messages travel. */
export interface Codec<Outgoing> {
  encode(message: Outgoing): Uint8Array;
  /** May throw whatever it likes: the sender is at fault then. */
  decode(bytes: Buffer): unknown;
}

export interface ChannelEvents {
  /**
   * A message has come.
   * @param descriptor What came with it: the receiver's to close.
   */
  message(message: unknown, descriptor: number | undefined): void;
  /** The other end is gone; or has broken the rules, and the error says how. Nothing comes after it. */
  closed(error: Error | undefined): void;
}

/** The two descriptors of an end. */
export interface ChannelDescriptors {
  readonly messages: number;
  readonly descriptors: number;
}

interface Waiting {
  readonly frame: Buffer;
  readonly descriptor: number | undefined;
}

/** One end. What it is given to send arrives whole and in order, with its descriptors, or the channel ends. */
export class Channel<Outgoing> {
  readonly #socket: Socket;
  readonly #descriptors: number;
  readonly #codec: Codec<Outgoing>;
  readonly #events: ChannelEvents;
  #received: Buffer = Buffer.alloc(0);
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #laterTimer: NodeJS.Timeout | undefined;
  #isFlushDue = false;
  #closed = false;

  /** @param descriptors Of this end; the channel's from now on. */
  constructor({ messages, descriptors }: ChannelDescriptors, codec: Codec<Outgoing>, events: ChannelEvents) {
    this.#codec = codec;
    this.#events = events;
    this.#descriptors = descriptors;
    this.#socket = new Socket({ fd: messages, readable: true, writable: true });
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    // What follows is the end.
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => this.#end(undefined));
  }

  /**
   * Sends a message.
   * @param descriptor Goes with it; closed here when it is sent, or cannot be.
   */
  send(message: Outgoing, descriptor?: number): void {
    if (this.#closed) {
      if (descriptor !== undefined) closeSync(descriptor);
      return;
    }
    this.#append(message, descriptor);
    this.flush();
  }

  /**
   * Sends a message with the next one, or at the end of this turn: each that is sent on its own costs both ends a system call,
   * and the other one a wake-up.
   */
  sendSoon(message: Outgoing): void {
    if (this.#closed) return;
    this.#append(message, undefined);
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    setImmediate(() => {
      this.#isFlushDue = false;
      this.flush();
    });
  }

  /** Sends a message with the next one, or in some milliseconds. */
  sendLater(message: Outgoing): void {
    if (this.#closed) return;
    this.#append(message, undefined);
    this.#laterTimer ??= setTimeout(() => this.flush(), TOGETHER_MS);
  }

  #append(message: Outgoing, descriptor: number | undefined): void {
    const payload = this.#codec.encode(message);
    const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
    frame.writeUInt32BE(payload.length, 0);
    frame[4] = descriptor === undefined ? 0 : 1;
    frame.set(payload, HEADER_BYTES);
    this.#waiting.push({ frame, descriptor });
  }

  /** Ends the channel once what was sent before has left; then the other end is told. */
  end(): void {
    this.flush();
    this.#socket.end();
  }

  /** Ends the channel at once; nobody is told here. */
  destroy(): void {
    if (this.#closed) return;
    this.#release();
  }

  /** Sends what waits, as far as the other end takes it. */
  flush(): void {
    clearTimeout(this.#laterTimer);
    this.#laterTimer = undefined;
    const isOne = this.#waiting.length < 2;
    if (!isOne) this.#socket.cork();
    for (let next = this.#waiting[0]; next !== undefined && !this.#closed; next = this.#waiting[0]) {
      if (next.descriptor !== undefined && !this.#pass(next.descriptor)) break;
      this.#waiting.shift();
      this.#socket.write(next.frame);
    }
    if (!isOne) this.#socket.uncork();
    if (this.#waiting.length > WAITING_MESSAGES || this.#socket.writableLength > WAITING_BYTES)
      this.#end(new MessageViolation('the process does not take its messages'));
  }

  /** Whether the descriptor is on its way: it always is before the message that names it. */
  #pass(descriptor: number): boolean {
    try {
      if (!sendDescriptor(this.#descriptors, descriptor)) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.flush();
        }, RETRY_MS);
        return false;
      }
    } catch {
      // Nobody is there any more, which the other socket tells.
      this.#socket.destroy();
      return false;
    }
    closeSync(descriptor);
    return true;
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    try {
      while (!this.#closed && this.#takeMessage());
    } catch (error) {
      this.#end(asError(error));
    }
  }

  #takeMessage(): boolean {
    if (this.#received.length < HEADER_BYTES) return false;
    const length = this.#received.readUInt32BE(0);
    const marker = this.#received[4];
    if (length > MESSAGE_LIMIT || (marker !== 0 && marker !== 1)) throw new MessageViolation('a malformed frame');
    if (this.#received.length < HEADER_BYTES + length) return false;
    const payload = this.#received.subarray(HEADER_BYTES, HEADER_BYTES + length);
    this.#received = this.#received.subarray(HEADER_BYTES + length);
    const descriptor = marker === 1 ? receiveDescriptor(this.#descriptors) : undefined;
    if (marker === 1 && descriptor === undefined) throw new MessageViolation('a descriptor is missing');
    let message: unknown;
    try {
      message = this.#codec.decode(payload);
    } catch (error) {
      if (descriptor !== undefined) closeSync(descriptor);
      throw new MessageViolation('a message that cannot be read', { cause: error });
    }
    this.#events.message(message, descriptor);
    return true;
  }

  #end(error: Error | undefined): void {
    if (this.#closed) return;
    this.#release();
    this.#events.closed(error);
  }

  #release(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#laterTimer);
    this.#socket.destroy();
    for (const { descriptor } of this.#waiting) if (descriptor !== undefined) closeSync(descriptor);
    this.#waiting = [];
    closeSync(this.#descriptors);
  }
}
