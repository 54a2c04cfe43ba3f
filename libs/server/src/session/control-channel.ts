import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

import { duplicateDescriptor } from '@pure-ftpd/posix';

import { readInto } from '../sockets/pooled-reads.ts';
import { descriptorOf } from '../sockets/native-handle.ts';
import { takeArrived } from '../sockets/proxied-connections.ts';
import { TlsCarrier } from '../tls/tls-carrier.ts';
import { writeAtOnce } from '../sockets/write-at-once.ts';
import { quickTurns } from './quick-turns.ts';

/**
 * What control connections are read into, one after the other: of what comes a copy is made, and Node would take a new block of
 * this size for each line.
 */
const input = Buffer.allocUnsafeSlow(16 * 1024);

/** What a session is told of its control connection. */
export interface ControlEvents {
  /** The client has said something. */
  data(chunk: Buffer): void;
  /**
   * The client will say nothing more.
   * @param isConnection Whether the connection itself has ended, on the client's side; otherwise only TLS has.
   */
  ended(isConnection: boolean): void;
  /** The connection is gone. */
  closed(reason: string): void;
  /** Nothing was said for as long as {@link ControlChannel.setTimeout} allows. */
  idle(): void;
  /** What was written has been sent. */
  drained(): void;
}

/** A control connection: what is said on it, in clear or over TLS, and the change from one to the other. */
export class ControlChannel {
  readonly #socket: Socket;
  #events: ControlEvents;
  #carrier: TlsCarrier | undefined;
  #tls: TLSSocket | undefined;
  #handshaking = false;
  #listening = false;
  /** Writes that are not done. */
  #unsent = 0;
  /** Who waits for them. */
  readonly #flushing: (() => void)[] = [];
  /** What is said meanwhile goes out as one. */
  #held: Buffer[] | undefined;
  #heldBytes = 0;
  #written = 0;

  /** @param socket The connection, which is the channel's until it is closed. */
  constructor(socket: Socket, events: ControlEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on('error', (error) => this.#events.closed(error.message));
    socket.on('close', () => {
      this.#carrier?.destroy();
      this.#events.closed('the client has gone');
    });
    socket.on('timeout', () => this.#events.idle());
    socket.on('end', () => {
      this.#carrier?.inputEnded();
      if (this.#tls === undefined && !this.#handshaking) this.#events.ended(true);
    });
  }

  /** Tells somebody else from now on. */
  tellInstead(events: ControlEvents): void {
    this.#events = events;
  }

  /** Begins to read what the client says. */
  listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    // What came before is in the stream already, and what comes after it has to wait there, too.
    if (!readInto(this.#socket, { next: () => input, arrived: (count) => this.#arrived(count) })) {
      this.#socket.on('data', (chunk: Buffer) => this.#received(chunk));
      return;
    }
    this.#socket.resume();
  }

  #arrived(count: number): boolean {
    this.#received(Buffer.from(input.subarray(0, count)));
    return true;
  }

  #received(chunk: Buffer): void {
    quickTurns.heard(this);
    const clear = this.#carrier === undefined ? chunk : this.#carrier.receive(chunk);
    if (clear === undefined) return;
    this.#dropCarrier();
    this.#events.data(clear);
  }

  /** Whether what is said is protected. */
  get isSecured(): boolean {
    return this.#tls !== undefined;
  }

  /** Whether nothing can be said, since a handshake is under way or has failed. */
  get isHandshaking(): boolean {
    return this.#handshaking;
  }

  /** The TLS connection, while there is one. */
  get tls(): TLSSocket | undefined {
    return this.#tls;
  }

  /** Bytes that have arrived and that nobody has been told of yet. */
  get unheard(): number {
    return this.#socket.readableLength;
  }

  get writableLength(): number {
    return this.#heldBytes + this.#socket.writableLength + (this.#tls === undefined ? 0 : this.#tls.writableLength);
  }

  /** Bytes that were said and sent, or wait to be, since the beginning; what is held does not count yet. */
  get written(): number {
    return this.#written;
  }

  get writableEnded(): boolean {
    return (this.#tls ?? this.#socket).writableEnded;
  }

  write(bytes: Buffer): void {
    if (this.#held === undefined) {
      this.#send(bytes);
      return;
    }
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
  }

  /** Keeps what is said from now on, so that it goes out as one with {@link flush}. */
  hold(): void {
    this.#held ??= [];
  }

  /** Sends what was held. */
  flush(): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    this.#heldBytes = 0;
    const [first] = held;
    if (first !== undefined) this.#send(held.length === 1 ? first : Buffer.concat(held));
  }

  pause(): void {
    (this.#tls ?? this.#socket).pause();
  }

  resume(): void {
    (this.#tls ?? this.#socket).resume();
  }

  /** Reads nothing more of the connection below TLS until that is left by {@link clear}. */
  pauseConnection(): void {
    this.#socket.pause();
  }

  /** How long the connection may be silent, in milliseconds; 0 for ever. */
  setTimeout(milliseconds: number): void {
    this.#socket.setTimeout(milliseconds);
  }

  /** Ends what is said, once everything has been sent; over TLS, by saying so. */
  end(): void {
    this.flush();
    (this.#tls ?? this.#socket).end();
  }

  destroy(): void {
    this.flush();
    this.#socket.destroy();
  }

  /** Waits until everything that was written has been sent, or cannot be. */
  async flushed(): Promise<void> {
    this.flush();
    if (this.#unsent === 0) return;
    await new Promise<void>((resolve) => {
      this.#flushing.push(resolve);
    });
  }

  /**
   * Gives the connection away: nothing is said or heard here any more. Not over TLS, which cannot be moved.
   * @returns A descriptor of it, the caller's to close, and what has arrived and nobody was told of.
   * @throws SystemError when there are too many descriptors; nothing is changed then.
   */
  detach(): { readonly descriptor: number; readonly unheard: Buffer } {
    this.flush();
    const own = descriptorOf(this.#socket);
    if (own === undefined || this.#tls !== undefined) throw new Error('this connection cannot be moved');
    const descriptor = duplicateDescriptor(own);
    const socket = this.#socket;
    socket.removeAllListeners();
    socket.on('error', () => undefined);
    socket.pause();
    const unheard = takeArrived(socket);
    // Another descriptor is open: the client notices nothing.
    socket.destroy();
    return { descriptor, unheard };
  }

  /**
   * Protects what is said from now on.
   * @param handshake Makes TLS of what carries it.
   * @throws What the handshake throws; nothing more can be said then.
   */
  async secure(handshake: (carrier: TlsCarrier) => Promise<TLSSocket>): Promise<void> {
    this.flush();
    const carrier = new TlsCarrier(this.#socket);
    this.#carrier = carrier;
    this.#handshaking = true;
    // Whoever makes the handshake hears of it.
    carrier.on('error', () => undefined);
    this.listen();
    const tls = await handshake(carrier);
    this.#handshaking = false;
    this.#tls = tls;
    tls.on('error', (error) => {
      if (this.#tls === tls) this.#events.closed(error.message);
    });
    tls.on('close', () => {
      if (this.#tls === tls) this.#socket.destroy();
    });
    tls.on('data', (chunk: Buffer) => this.#events.data(chunk));
    tls.on('end', () => {
      if (this.#tls === tls) this.#events.ended(carrier.endSeen);
    });
  }

  /** Says that TLS ends here, and goes on in clear. */
  async clear(): Promise<void> {
    const tls = this.#tls;
    if (tls === undefined) return;
    this.flush();
    this.#carrier?.detach();
    this.#tls = undefined;
    await new Promise<void>((resolve) => {
      tls.once('close', resolve);
      tls.end(resolve);
    });
    tls.resume();
    this.#socket.resume();
  }

  #send(bytes: Buffer): void {
    this.#written += bytes.length;
    quickTurns.replied(this);
    const sent = this.#tls === undefined && this.#unsent === 0 ? writeAtOnce(this.#socket, bytes) : 0;
    if (sent === bytes.length) return;
    this.#unsent += 1;
    // Called as well when they cannot be sent.
    (this.#tls ?? this.#socket).write(sent === 0 ? bytes : bytes.subarray(sent), () => {
      this.#unsent -= 1;
      if (this.#unsent > 0) return;
      for (const told of this.#flushing.splice(0)) told();
      this.#events.drained();
    });
  }

  /** TLS has ended on the client's side, too. */
  #dropCarrier(): void {
    this.#carrier?.destroy();
    this.#carrier = undefined;
  }
}
