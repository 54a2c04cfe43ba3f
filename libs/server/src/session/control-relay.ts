import { closeSync } from 'node:fs';
import { Socket } from 'node:net';

import { socketpair } from '@pure-ftpd/posix';

import { callLater, type DelayedCall } from '../timers.ts';
import type { ControlChannel } from './control-channel.ts';

/** How long a client may take to close a connection we have ended, in milliseconds. */
const CLOSING_MS = 5000;

/** Bytes of replies that may wait for a client that does not take them; more wait at their server. */
const WAITING_LIMIT = 64 * 1024;

/** The last line of a client that is to go on in clear. */
const LEAVES_TLS = /(?:^|\n)(?:CCC|REIN) *\r?\n$/i;

/** As many bytes of it as are looked at. */
const LAST_LINE_BYTES = 16;

/**
 * Passes on what is said on a control connection that another process serves and this one protects: TLS cannot be moved. Of what
 * it passes on it looks at the last line alone, to tell a client that leaves TLS from one that leaves.
 */
export class ControlRelay {
  readonly #channel: ControlChannel;
  readonly #near: Socket;
  readonly #ended: PromiseWithResolvers<void> = Promise.withResolvers();
  /** Bytes of the other process that were passed on. */
  #passed = 0;
  /** What is to be done when so many were. */
  #clearAfter: { readonly bytes: number; readonly done: PromiseWithResolvers<void> } | undefined;
  /** The end of what the client has said. */
  #lastLine: Buffer = Buffer.alloc(0);
  /** Ends the connection of a client that has left TLS and is not let out of it. */
  #leaving: DelayedCall | undefined;
  /** When the other process has said everything. */
  #serverEnded: number | undefined;
  #over = false;

  private constructor(channel: ControlChannel, near: Socket) {
    this.#channel = channel;
    this.#near = near;
    near.on('data', (chunk: Buffer) => this.#fromServer(chunk));
    near.on('end', () => this.#serverHasEnded());
    near.on('drain', () => channel.resume());
    near.on('error', () => undefined);
    near.on('close', () => this.#serverHasEnded());
  }

  /**
   * Begins to relay. The caller's own reading of the channel is over.
   * @returns The relay, and the descriptor that is the control connection of the other process, the caller's to hand over.
   * @throws SystemError when there are too many descriptors; nothing is changed then.
   */
  static start(channel: ControlChannel): { readonly relay: ControlRelay; readonly descriptor: number } {
    const [near, far] = socketpair();
    let socket: Socket;
    try {
      socket = new Socket({ fd: near, readable: true, writable: true, allowHalfOpen: true });
    } catch (error) {
      closeSync(near);
      closeSync(far);
      throw error;
    }
    const relay = new ControlRelay(channel, socket);
    channel.setTimeout(0);
    channel.tellInstead({
      data: (chunk) => relay.#fromClient(chunk),
      ended: (isConnection) => relay.#clientHasEnded(isConnection),
      closed: () => relay.#end(),
      // Before the end, the other process looks after the time.
      idle: () => relay.#end(),
      // Reading goes on when everything has been sent.
      drained: () => undefined,
    });
    // What waited while the session was handed over.
    channel.resume();
    return { relay, descriptor: far };
  }

  /** The end of the connection, or of its being relayed. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /**
   * The connection goes on in clear (CCC, REIN), once so many bytes of the other process were passed on: the reply that says so
   * is the last that is protected. The other process says nothing more before it hears that this is done.
   */
  async clearAfter(bytes: number): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.#clearAfter = { bytes, done };
    this.#clearIfDue();
    await Promise.race([done.promise, this.#ended.promise]);
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#end();
  }

  /**
   * Who is told that TLS may end (CCC) ends it at once: perhaps before this process has heard that it may, and nothing is over
   * then. What is said next is in clear, and waits.
   */
  #clientHasEnded(isConnection: boolean): void {
    if (isConnection || !LEAVES_TLS.test(this.#lastLine.toString('latin1'))) {
      this.#near.end();
      return;
    }
    this.#channel.pauseConnection();
    this.#leaving ??= callLater(CLOSING_MS / 1000, () => this.#end());
  }

  #fromClient(chunk: Buffer): void {
    this.#lastLine = Buffer.concat([this.#lastLine, chunk.subarray(-LAST_LINE_BYTES)]).subarray(-LAST_LINE_BYTES);
    if (this.#serverEnded === undefined) {
      if (!this.#near.write(chunk)) this.#channel.pause();
    } else if (performance.now() - this.#serverEnded > CLOSING_MS) {
      // Each byte resets the timer, and none keeps the connection for longer.
      this.#end();
    }
  }

  #fromServer(chunk: Buffer): void {
    this.#channel.write(chunk);
    this.#passed += chunk.length;
    if (this.#channel.writableLength > WAITING_LIMIT) {
      this.#near.pause();
      void this.#channel.flushed().then(() => this.#near.resume());
    }
    this.#clearIfDue();
  }

  #clearIfDue(): void {
    const due = this.#clearAfter;
    if (due === undefined || this.#passed < due.bytes) return;
    this.#clearAfter = undefined;
    this.#leaving?.cancel();
    this.#channel.clear().then(due.done.resolve, due.done.reject);
  }

  #serverHasEnded(): void {
    if (this.#over) return;
    this.#serverEnded ??= performance.now();
    this.#channel.end();
    this.#channel.setTimeout(CLOSING_MS);
    // Nobody is left to wait for, whatever the client says.
    this.#channel.resume();
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#leaving?.cancel();
    this.#channel.destroy();
    this.#near.destroy();
    this.#ended.resolve();
  }
}
