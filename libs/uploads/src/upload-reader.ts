import { Socket } from 'node:net';

import { openPipe, UPLOAD_PIPE } from './private-node.ts';
import { RecordParser } from './upload-record.ts';
import type { UploadRecord } from './upload-record.ts';

/** Which FIFO is read. */
export interface UploadReaderOptions {
  readonly pipe?: string;
  /** User id that the FIFO must belong to: root, 0, unless told. */
  readonly owner?: number;
}

/**
 * Hears of finished uploads from the FIFO, of our server or the C one [spec quota-upload-auth-cert.md §2.3].
 *
 * It takes one record at a time, byte by byte, and none before it is asked for: what it was not asked for is still in the
 * pipe, for the next reader, when this one is killed.
 */
export class UploadReader {
  readonly #socket: Socket;
  readonly #parser = new RecordParser();
  #wanted: PromiseWithResolvers<UploadRecord | undefined> | undefined;
  #failure: Error | undefined;
  #closed = false;

  private constructor(pipe: number) {
    const byte = Buffer.alloc(1);
    this.#socket = new Socket({
      fd: pipe,
      readable: true,
      writable: false,
      onread: { buffer: byte, callback: () => this.#take(byte[0] ?? 0) },
    });
    this.#socket.pause();
    this.#socket.on('error', (error) => this.#end(error));
  }

  /**
   * Opens the FIFO, and makes it when it is missing: it does not matter who is started first. The process may give up its
   * rights after that.
   *
   * @throws {UploadPipeError}
   */
  static open(options: UploadReaderOptions = {}): UploadReader {
    return new UploadReader(openPipe(options.pipe ?? UPLOAD_PIPE, options.owner ?? 0));
  }

  /**
   * Takes the next upload from the pipe, and waits for one if need be. Ask again only after an answer.
   *
   * @returns undefined when the reader has been closed.
   * @throws when the pipe cannot be read.
   */
  next(): Promise<UploadRecord | undefined> {
    if (this.#wanted !== undefined) throw new TypeError('asked twice at once');
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#closed) return Promise.resolve(undefined);
    const wanted = Promise.withResolvers<UploadRecord | undefined>();
    this.#wanted = wanted;
    this.#socket.resume();
    return wanted.promise;
  }

  /** Gives the FIFO back; who waits is answered. What is in the pipe stays there while a server has it open. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    this.#end(undefined);
  }

  /** @returns Whether to go on reading. */
  #take(byte: number): boolean {
    const upload = this.#parser.push(byte);
    if (upload === undefined) return true;
    const wanted = this.#wanted;
    this.#wanted = undefined;
    wanted?.resolve(upload);
    return false;
  }

  #end(failure: Error | undefined): void {
    this.#failure ??= failure;
    const wanted = this.#wanted;
    this.#wanted = undefined;
    if (failure === undefined) wanted?.resolve(undefined);
    else wanted?.reject(failure);
  }
}
