import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { PATIENCE } from '@pure-ftpd/testing';

/** A client that counts replies instead of keeping them, for floods. */
export class ReplyCounter {
  readonly socket: Socket;
  /** Whole replies heard. */
  replies = 0;
  /** Code of the last reply. */
  lastCode = '';
  /** Replies of a code heard. */
  readonly byCode = new Map<string, number>();
  #rest = '';
  /** Code of a reply of several lines that has not ended. */
  #open: string | undefined;
  #closed = false;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.#hear(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#closed = true;
      this.#wake?.();
    });
  }

  /** Connects and hears the greeting. */
  static async connect(port: number, host = '127.0.0.1'): Promise<ReplyCounter> {
    const socket = connect({ port, host });
    await once(socket, 'connect');
    const client = new ReplyCounter(socket);
    await client.heard(1);
    return client;
  }

  /**
   * Waits for so many replies since the connection was made.
   * @throws Error when the connection ends before, or none comes in time.
   */
  async heard(count: number): Promise<void> {
    while (this.replies < count) {
      if (this.#closed) throw new Error(`closed after ${this.replies} of ${count} replies, the last ${this.lastCode}`);
      const before = this.replies;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, PATIENCE);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      if (this.replies === before && !this.#closed)
        throw new Error(`silence after ${this.replies} of ${count} replies, the last ${this.lastCode}`);
    }
  }

  #hear(chunk: string): void {
    const lines = (this.#rest + chunk).split('\r\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const code = /^[1-5]\d\d(?=[ -])/.exec(line)?.[0];
      if (this.#open === undefined) {
        if (code === undefined) throw new Error(`not a reply: ${JSON.stringify(line)}`);
        if (line[3] === '-') this.#open = code;
        else this.#count(code);
      } else if (code === this.#open && line[3] === ' ') {
        this.#open = undefined;
        this.#count(code);
      }
    }
    this.#wake?.();
  }

  #count(code: string): void {
    this.replies += 1;
    this.lastCode = code;
    this.byCode.set(code, (this.byCode.get(code) ?? 0) + 1);
  }
}
