import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

import { AsciiDecoder, AsciiEncoder } from '@pure-ftpd/protocol';

import { DataConnectionLost, DataConnectionTimeout, type ServerError, TransferAborted } from '../errors.ts';
import type { Bucket, Buckets } from '../contract/account.ts';
import type { VirtualFile } from '../contract/virtual-file.ts';
import type { DataTransferProcess, ReceiveOptions, SendOptions } from '../contract/data.ts';
import type { Session } from '../contract/session.ts';
import type { DataConnection } from '../sockets/data-connection.ts';
import { descriptorOf } from '../sockets/native-handle.ts';
import { callLater } from '../timers.ts';
import { buffers, LARGEST_BUFFER, sizeFor, SMALLEST_BUFFER, WAITING_BUFFER } from '../sockets/buffer-pool.ts';
import { pooledReads } from '../sockets/pooled-reads.ts';
import { ReadAhead } from './read-ahead.ts';
import { SendPace } from './send-pace.ts';

/** How long one transfer may go on without other sessions having their turn, in milliseconds. */
const TURN_MS = 5;

/**
 * How often the idle timer of a stream is refreshed for data that is sent past the stream, in milliseconds. A shorter timer is
 * refreshed more often.
 */
const WIND_MS = 1000;

/** How long a client may take to close a data connection that has been served, in milliseconds. */
const LINGER_MS = 10_000;

/**
 * One data connection, from its first byte to its end. It owns the connection: whatever happens, it is closed in the end.
 */
export class DTPHandler implements DataTransferProcess {
  /** Seconds without a byte moved after which the transfer is given up. */
  static timeout = 300;

  declare ['constructor']: typeof DTPHandler;
  /** The session the data is of. */
  readonly session: Session;
  /** Bytes moved over the wire so far. */
  transmittedBytes = 0;
  /** Bytes written to the file so far. */
  storedBytes = 0;
  /** Whether the client ended the data itself. Over TLS, an end without close_notify may be somebody else's. */
  endIsAuthentic: () => boolean = () => true;
  /** Bytes of an upload that may wait to be stored before the client is made to wait. */
  protected receiveLimit: number = 1024 * 1024;
  readonly #connection: DataConnection;
  readonly #started = performance.now();
  readonly #pace = new SendPace();
  /** When the timer of the stream was wound up for what it knows nothing of. */
  #wound = this.#started;
  #failure: ServerError | undefined;
  #closed = false;
  /** Seconds without a byte moved after which the transfer is given up. */
  #silenceLimit: number;
  /** The client has sent all it will send. */
  #hasEnded = false;
  /** What has arrived is being stored: the client waits for us. */
  #isStoring = false;
  /** The connection as a stream, from its first use on. */
  #stream: Socket | undefined;
  /** Wakes whoever waits for the socket: set while a send or receive waits. */
  #wake: (() => void) | undefined;

  constructor(connection: DataConnection, session: Session) {
    this.#connection = connection;
    this.session = session;
    this.#silenceLimit = this.constructor.timeout;
    // An error event without a listener would end the process.
    if (connection.isStream) this.#stream = this.#heard(true);
  }

  /** The connection as a stream. */
  get socket(): Socket {
    this.#stream ??= this.#heard(true);
    return this.#stream;
  }

  /** Whether TLS protects the connection. */
  get isSecured(): boolean {
    return this.#connection.isSecured;
  }

  /** Seconds since the connection was made. */
  get elapsedSeconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /** Gives the transfer up when no byte is moved for so many seconds, instead of those of the class. */
  limitSilence(seconds: number): void {
    this.#silenceLimit = seconds;
    this.restartTimer();
  }

  /** Whether the client has said that what was received is all: over TLS. */
  get endIsSaid(): boolean {
    return this.isSecured && this.endIsAuthentic();
  }

  /** Ends the transfer at once; whoever waits for it gets {@link TransferAborted}. */
  abort(): void {
    this.#fail(new TransferAborted());
  }

  /**
   * How many bytes may be moved now: all of them here. Overridden to limit bandwidth, by answering with fewer, or later.
   * Asked before each piece is sent, and before each piece received is stored.
   * @param bytes What is there to be moved, at least 1.
   * @returns From 1 to `bytes`.
   */
  pace(_direction: 'send' | 'receive', bytes: number): number | Promise<number> {
    return bytes;
  }

  /**
   * Moves no more than these buckets have, besides what {@link pace} allows. Other connections may take from them, too. Called before
   * anything is moved.
   */
  limitBy(buckets: Buckets): void {
    const own = this.pace.bind(this);
    this.pace = (direction, bytes) => {
      const bucket = buckets[direction];
      const allowed = own(direction, bytes);
      if (bucket === undefined) return allowed;
      if (typeof allowed === 'number') return this.takeFrom(bucket, direction, allowed);
      return allowed.then((most) => this.takeFrom(bucket, direction, most));
    };
    // Whatever is read ahead of what may be stored only takes memory: the client is made to wait at once.
    if (buckets.receive !== undefined) this.receiveLimit = 1;
  }

  /** Whether nothing limits how much is moved: {@link pace} need not be asked then. */
  protected get isUnlimited(): boolean {
    return this.pace === DTPHandler.prototype.pace;
  }

  /** Takes from a bucket, and waits where there is not enough for a piece. */
  protected takeFrom(bucket: Bucket, direction: 'send' | 'receive', bytes: number): number | Promise<number> {
    const taken = bucket.take(bytes);
    return taken > 0 ? taken : this.#filled(bucket, direction, bytes);
  }

  async #filled(bucket: Bucket, direction: 'send' | 'receive', bytes: number): Promise<number> {
    for (;;) {
      await sleep(bucket.millisecondsUntil(bytes), undefined, { ref: false });
      // Others may take all there is for long, and a client that has gone waits for nothing; what it had sent is still stored.
      if (direction === 'send') this.#throwIfFailed();
      this.restartTimer();
      const taken = bucket.take(bytes);
      if (taken > 0) return taken;
    }
  }

  /** For TYPE A. */
  #encoder(): AsciiEncoder {
    return new AsciiEncoder({ bare: this.session.settings.keepsCarriageReturns });
  }

  /** For TYPE A. */
  #decoder(): AsciiDecoder {
    return new AsciiDecoder({ cr: this.session.settings.keepsCarriageReturns ? 'pairs' : 'all' });
  }

  /**
   * Sends part of a file and ends the connection.
   * @returns Bytes of the file that were sent; fewer than asked for when the file has shrunk.
   */
  async sendFile(file: VirtualFile, options: SendOptions): Promise<number> {
    const encoder = options.ascii ? this.#encoder() : undefined;
    const isSmall = options.end - options.offset <= SMALLEST_BUFFER;
    let isDirect = encoder === undefined && !isSmall && !this.isSecured && file.sendTo !== undefined;
    let mayReadAhead = encoder === undefined;
    let position = options.offset;
    /** Bytes that may be sent and have not been. */
    let allowed = 0;
    let buffer: Buffer | undefined;
    let isSending = false;
    let turn = performance.now();
    try {
      while (position < options.end) {
        const left = options.end - position;
        if (allowed === 0) {
          const paced = this.pace('send', Math.min(isDirect ? LARGEST_BUFFER : this.#pace.size, left));
          allowed = typeof paced === 'number' ? paced : await paced;
        }
        this.#throwIfFailed();
        const ahead =
          mayReadAhead && this.#pace.isProven && this.isUnlimited
            ? ReadAhead.start(file, position, options.end)
            : undefined;
        if (ahead !== undefined) {
          const sent = await this.#sendAhead(ahead);
          mayReadAhead = sent > 0;
          position += sent;
          allowed = 0;
          turn = performance.now();
          continue;
        }
        if (isDirect) {
          const taken = this.#sendDirectly(file, position, allowed);
          this.#pace.took(taken, 0);
          position += taken;
          allowed -= taken;
          // Nothing was sent although the connection has room: the kernel cannot send this file.
          if (position === options.offset) isDirect = false;
          if (allowed === 0) {
            if (performance.now() - turn < TURN_MS) continue;
            await nextTurn();
            turn = performance.now();
            continue;
          }
        }
        // The kernel sends the file itself. A buffer serves only to wait until the connection has room again.
        buffer = isDirect ? (buffer ?? buffers.take(WAITING_BUFFER)) : fitting(buffer, Math.min(this.#pace.size, left));
        const read = file.read(buffer.subarray(0, allowed), position);
        const count = typeof read === 'number' ? read : await read;
        this.#throwIfFailed();
        if (count === 0) break;
        position += count;
        allowed -= count;
        const piece = buffer.subarray(0, count);
        const chunk = encoder === undefined && position >= options.end ? this.#finish(piece) : piece;
        if (chunk === undefined) return position - options.offset;
        const sent = this.#write(encoder === undefined ? chunk : encoder.push(chunk));
        const now = performance.now();
        if (sent === undefined) {
          this.#pace.took(count, 0);
          if (now - turn < TURN_MS) continue;
          await nextTurn();
        } else {
          isSending = true;
          await sent;
          isSending = false;
          this.#pace.took(count, performance.now() - now);
        }
        turn = performance.now();
      }
      await this.#end();
      return position - options.offset;
    } finally {
      // A buffer that is still being sent must not be filled with somebody else's bytes.
      const used = buffer;
      if (used !== undefined) {
        if (isSending && !this.#closed) this.socket.once('close', () => buffers.give(used));
        else buffers.give(used);
      }
    }
  }

  /** Sends pieces as they are made, and ends the connection. */
  async sendChunks(chunks: AsyncIterable<Buffer> | Iterable<Buffer>, ascii = false): Promise<void> {
    const encoder = ascii ? this.#encoder() : undefined;
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length;) {
        const paced = this.pace('send', chunk.length - at);
        const end = at + (typeof paced === 'number' ? paced : await paced);
        this.#throwIfFailed();
        const piece = chunk.subarray(at, end);
        const sent = this.#write(encoder === undefined ? piece : encoder.push(piece));
        if (sent !== undefined) await sent;
        at = end;
      }
    }
    await this.#end();
  }

  /**
   * Receives into a file until the client ends the connection.
   * @returns Bytes written to the file.
   * @throws DataConnectionLost when it broke instead of ending, DataConnectionTimeout, TransferAborted.
   */
  async receive(file: VirtualFile, options: ReceiveOptions): Promise<number> {
    const socket = (this.#stream ??= this.#heard(false));
    const decoder = options.ascii ? this.#decoder() : undefined;
    let queue: Piece[] = [];
    let queued = 0;
    let position = options.offset;
    /** Nothing waits to be stored, and nobody is at it. */
    let isFree = false;
    let failure: { readonly error: unknown } | undefined;
    const use = (bytes: Buffer): boolean => {
      if (decoder !== undefined || !isFree || !this.isUnlimited || queue.length > 0 || this.#failure !== undefined)
        return false;
      try {
        if (file.writeAtOnce?.(bytes, position) !== true) return false;
        this.transmittedBytes += bytes.length;
        position += bytes.length;
        this.storedBytes = position - options.offset;
      } catch (error) {
        failure = { error };
        isFree = false;
        this.#wake?.();
      }
      return true;
    };
    const take = (bytes: Buffer, buffer?: Buffer): boolean => {
      this.transmittedBytes += bytes.length;
      queue.push({ bytes, buffer });
      queued += bytes.length;
      this.#wake?.();
      return queued < this.receiveLimit;
    };
    socket.on('end', () => {
      this.#hasEnded = true;
      this.#wake?.();
    });
    // What came in one piece with the end of a handshake may have ended before anybody could hear of it.
    if (socket.readableEnded) this.#hasEnded = true;
    const reads = pooledReads(socket);
    if (reads === undefined) {
      socket.on('data', (chunk: Buffer) => {
        if (!take(chunk)) socket.pause();
      });
    } else {
      reads.begin({ use, take });
    }
    socket.resume();
    try {
      for (;;) {
        if (failure !== undefined) throw failure.error;
        if (queue.length === 0) {
          // What came before the failure is written first: an upload that is continued keeps it.
          this.#throwIfFailed();
          if (this.#hasEnded) {
            if (!this.endIsAuthentic() && this.session.settings.tlsTruncation === 'refuse')
              throw new DataConnectionLost();
            break;
          }
          if (this.#closed) throw new DataConnectionLost();
          isFree = true;
          await this.#waitForSocket();
          isFree = false;
          continue;
        }
        this.#isStoring = true;
        // After a failure there is nobody left to slow down.
        const paced = this.#failure === undefined ? this.pace('receive', queued) : queued;
        const count = typeof paced === 'number' ? paced : await paced;
        const taken = count < queued ? takeFirst(queue, count) : queue;
        if (count >= queued) queue = [];
        queued -= count;
        const chunks = taken.map(({ bytes }) => (decoder === undefined ? bytes : decoder.push(bytes)));
        const written = file.write(chunks, position);
        if (written !== undefined) await written;
        for (const chunk of chunks) position += chunk.length;
        this.storedBytes = position - options.offset;
        for (const { buffer } of taken) if (buffer !== undefined) buffers.give(buffer);
        this.#isStoring = false;
        if (queued < this.receiveLimit) socket.resume();
      }
    } finally {
      if (this.#hasEnded || this.#closed || socket.destroyed) reads?.end();
    }
    const rest = decoder?.end();
    if (rest !== undefined && rest.length > 0) {
      await file.write([rest], position);
      position += rest.length;
      this.storedBytes = position - options.offset;
    }
    if (this.isSecured) {
      socket.end(AFTER_HANDSHAKE);
      this.#linger();
    } else {
      // The client has ended its side, and everything was read: nothing is left to wait for.
      socket.destroy();
    }
    return position - options.offset;
  }

  /** The connection is not stalled, it is slow: the client has as long as ever for its next byte. */
  protected restartTimer(): void {
    if (this.#stream?.destroyed === false) this.#stream.setTimeout(this.#silenceLimit * 1000);
  }

  /** Closes the connection, whatever its state. */
  close(): void {
    this.#fail(new TransferAborted());
  }

  /** Has the kernel send part of a file; how many bytes it has taken. */
  #sendDirectly(file: VirtualFile, position: number, bytes: number): number {
    const { socket } = this;
    const descriptor = socket.writableLength > 0 || socket.destroyed ? undefined : descriptorOf(socket);
    const taken = descriptor === undefined ? 0 : (file.sendTo?.(descriptor, position, bytes) ?? 0);
    this.transmittedBytes += taken;
    // The stream knows nothing of it, and would take the connection for a stalled one.
    const timeout = this.#silenceLimit * 1000;
    if (taken > 0 && performance.now() - this.#wound > Math.min(WIND_MS, timeout / 4)) {
      this.#wound = performance.now();
      socket.setTimeout(timeout);
    }
    return taken;
  }

  /**
   * Sends what is read ahead, to its end or until the client is slow.
   * @returns Bytes that were sent.
   */
  async #sendAhead(ahead: ReadAhead): Promise<number> {
    let total = 0;
    let isSending = false;
    try {
      while (this.#pace.isProven && this.isUnlimited) {
        const piece = await ahead.next();
        this.#throwIfFailed();
        if (piece === undefined) break;
        const before = performance.now();
        isSending = true;
        const sent = this.#write(piece);
        if (sent !== undefined) await sent;
        isSending = false;
        total += piece.length;
        this.#pace.took(piece.length, performance.now() - before);
        ahead.sent();
      }
      return total;
    } finally {
      await ahead.close(isSending);
    }
  }

  /** Sends; undefined when the network has taken all of it at once. */
  #write(chunk: Buffer): Promise<void> | undefined {
    const { socket } = this;
    // The client has nothing to say here: what it sends is dropped, and its leaving is noticed.
    if (socket.readableFlowing !== true) socket.resume();
    this.transmittedBytes += chunk.length;
    let waiting: PromiseWithResolvers<void> | undefined;
    socket.write(chunk, (error) => {
      if (error === null || error === undefined) waiting?.resolve();
      else waiting?.reject(this.#failure ?? new DataConnectionLost({ cause: error }));
    });
    if (socket.writableLength === 0 && socket.errored === null && !socket.destroyed) return undefined;
    // Called later in any case.
    waiting = Promise.withResolvers();
    return waiting.promise;
  }

  /** Ends our side, and waits until everything has been handed to the network. */
  #end(): Promise<void> {
    if (this.#finish(NOTHING) === undefined) return Promise.resolve();
    const { socket } = this;
    return new Promise((resolve, reject) => {
      if (socket.destroyed || this.#failure !== undefined) {
        reject(this.#failure ?? new DataConnectionLost());
        return;
      }
      if (socket.writableLength === 0 && !this.isSecured) {
        // The network has everything: there is nothing to wait for.
        socket.end();
        this.#linger();
        resolve();
        return;
      }
      this.#wake = () => reject(this.#failure ?? new DataConnectionLost());
      // Called as well when the connection breaks before its end.
      socket.end(AFTER_HANDSHAKE, (error?: Error | null) => {
        this.#wake = undefined;
        if (error !== undefined && error !== null) {
          reject(this.#failure ?? new DataConnectionLost({ cause: error }));
          return;
        }
        this.#linger();
        resolve();
      });
    });
  }

  /** The client closes its side in its own time, but not for ever: not even one that goes on to send. */
  #linger(): void {
    const { socket } = this;
    const end = callLater(LINGER_MS / 1000, () => socket.destroy());
    socket.once('close', () => end.cancel());
  }

  /**
   * Sends the last piece and ends the connection, where that can be done at once.
   * @returns What is still to be sent; undefined when everything is done.
   */
  #finish(piece: Buffer): Buffer | undefined {
    // What was closed before, by whomever, has not been finished.
    if (this.#connection.isStream || this.#connection.destroyed) return piece;
    const taken = this.#connection.finish(piece);
    this.transmittedBytes += taken;
    if (!this.#connection.destroyed) return piece.subarray(taken);
    this.#closed = true;
    return undefined;
  }

  /** The stream of the connection, which is heard from now on. @param sends Whether pieces are sent on it, none of which may wait. */
  #heard(sends: boolean): Socket {
    const connection = this.#connection;
    const { socket } = connection;
    connection.poolReads();
    if (sends) socket.setNoDelay(true);
    socket.setTimeout(this.#silenceLimit * 1000);
    socket.on('error', (error) => this.#fail(new DataConnectionLost({ cause: error })));
    socket.on('timeout', () => void this.#silent());
    socket.on('close', () => {
      this.#closed = true;
      this.#wake?.();
    });
    return socket;
  }

  /** The timer has run out. */
  async #silent(): Promise<void> {
    const { transmittedBytes } = this;
    // Of a process that was busy itself the timer says nothing: what the client has sent meanwhile is still to be read.
    await nextTurn();
    await nextTurn();
    if (this.#isStoring || this.transmittedBytes !== transmittedBytes) this.restartTimer();
    else if (!this.#hasEnded) this.#fail(new DataConnectionTimeout());
  }

  #waitForSocket(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #fail(error: ServerError): void {
    this.#failure ??= error;
    this.#connection.destroy();
    this.#wake?.();
  }
}

const NOTHING = Buffer.alloc(0);

/**
 * Written last on a connection over TLS. Node ends one at once, before what the handshake still has to send, unless something
 * that was written has to go out first: who fetches an empty file would not see the end of the handshake.
 */
const AFTER_HANDSHAKE = NOTHING;

/** Bytes that were received, and the buffer of the pool that goes back once they are stored. */
interface Piece {
  readonly bytes: Buffer;
  readonly buffer: Buffer | undefined;
}

/** Takes so many bytes from the front of a queue that has more. */
function takeFirst(queue: Piece[], count: number): Piece[] {
  const taken: Piece[] = [];
  let left = count;
  while (left > 0) {
    const piece = queue.shift();
    if (piece === undefined) break;
    const { bytes, buffer } = piece;
    if (bytes.length > left) {
      queue.unshift({ bytes: bytes.subarray(left), buffer });
      taken.push({ bytes: bytes.subarray(0, left), buffer: undefined });
      break;
    }
    taken.push(piece);
    left -= bytes.length;
  }
  return taken;
}

/** A buffer for so many bytes, or as many of them as go into the largest: the one there is, where it will do. */
function fitting(buffer: Buffer | undefined, bytes: number): Buffer {
  const size = sizeFor(bytes);
  if (buffer?.length === size) return buffer;
  if (buffer !== undefined) buffers.give(buffer);
  return buffers.take(size);
}
