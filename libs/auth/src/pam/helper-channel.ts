import { FrameError, FrameReader } from '../helper/frames.ts';
import type { HelperProcess } from '../helper/helper-process.ts';
import { decodeReply, encodeRequest, type PamReply, type PamRequest } from './messages.ts';

/** A helper did not answer: it was too slow, ended, or said what is no reply. One line for the log. */
export class PamHelperError extends Error {
  override readonly name = 'PamHelperError';
  readonly code = 'PAM_HELPER';
}

interface Pending {
  readonly resolve: (reply: PamReply) => void;
  readonly reject: (error: PamHelperError) => void;
}

/** One helper, and the one request that it may be busy with. */
export class HelperChannel {
  readonly #process: HelperProcess;
  readonly #reader = new FrameReader();
  #pending: Pending | undefined;
  #failure: string | undefined;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;

  constructor(process: HelperProcess) {
    this.#process = process;
    const { channel } = process;
    channel.on('data', (chunk: Buffer) => this.#receive(chunk));
    // What a broken channel is about, the end of the process tells.
    channel.on('error', () => this.#fail('the channel broke'));
    channel.on('close', () => this.#fail('the channel was closed'));
    this.ended = process.ended.then((how) => {
      this.#fail(`it ended: ${how}`);
      channel.destroy();
    });
  }

  /** Whether it can be asked no more. */
  get isBroken(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * Asks, when nothing else is asked.
   * @param timeout Milliseconds for the answer; then the helper is killed.
   * @throws PamHelperError (as a rejection).
   */
  async ask(request: PamRequest, timeout: number): Promise<PamReply> {
    if (this.#pending !== undefined) throw new Error('the helper is busy');
    if (this.#failure !== undefined) throw new PamHelperError(this.#failure);
    const { promise, resolve, reject } = Promise.withResolvers<PamReply>();
    this.#pending = { resolve, reject };
    const timer = setTimeout(() => this.#fail(`no answer in ${timeout / 1000} s`), timeout);
    const frame = encodeRequest(request);
    // The password is in it: it is wiped as soon as the kernel has it, or never will.
    this.#process.channel.write(frame, () => frame.fill(0));
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Lets it end by itself, having closed its sessions; killed when that takes longer than so many milliseconds. */
  async end(timeout: number): Promise<void> {
    const timer = setTimeout(() => this.#process.kill(), timeout);
    this.#process.channel.end();
    await this.ended;
    clearTimeout(timer);
  }

  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#reader.read(chunk)) {
        if (this.#pending === undefined) throw new FrameError('a reply to nothing');
        this.#pending.resolve(decodeReply(frame));
        this.#pending = undefined;
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#fail(error.message);
    }
  }

  #fail(reason: string): void {
    if (this.#failure !== undefined) return;
    this.#failure = reason;
    this.#pending?.reject(new PamHelperError(reason));
    this.#pending = undefined;
    this.#process.kill();
  }
}
