import { FrameError, FrameReader } from '../helper/frames.ts';
import type { HelperProcess, StartHelper } from '../helper/helper-process.ts';
import type { LoginMethod } from '../method.ts';
import { decodeReply, encodeRequest, type RemoteAnswer, type RemoteRequest } from './messages.ts';

/** Milliseconds in which a helper has to be ready. */
const OPEN_MS = 15_000;

/** What becomes of a helper. */
export interface HelperLinkEvents {
  /** It has read its file and given up its rights. */
  opened(): void;
  /** @throws FrameError for what makes no sense: the helper is killed then. */
  answered(answer: RemoteAnswer): void;
  /** It is of no use any more: it has ended, lied or could not begin. Heard once, and not after `kill`. */
  lost(reason: string): void;
}

/** A helper that was started for one backend: what it says is checked, and it is killed when that makes no sense. */
export class HelperLink {
  readonly #helper: HelperProcess;
  readonly #events: HelperLinkEvents;
  #hasOpened = false;
  readonly #opening: NodeJS.Timeout;
  #isOver = false;

  /** @throws what `start` throws. */
  constructor(start: StartHelper, method: LoginMethod, events: HelperLinkEvents) {
    this.#helper = start();
    this.#events = events;
    const { channel, ended } = this.#helper;
    const reader = new FrameReader();
    channel.on('data', (chunk: Buffer) => this.#read(reader, chunk));
    channel.on('error', () => this.#lose('the channel broke'));
    channel.on('close', () => this.#lose('the channel was closed'));
    this.#opening = setTimeout(() => this.#lose(`it was not ready in ${OPEN_MS / 1000} s`), OPEN_MS);
    void ended.then((how) => this.#lose(`it ended: ${how}`));
    this.send({ kind: 'open', method: method.name, path: method.path });
  }

  /** Whether it has ever been ready to be asked. */
  get hasOpened(): boolean {
    return this.#hasOpened;
  }

  /** @throws NameError for a login that stands for no bytes. */
  send(request: RemoteRequest): void {
    if (this.#isOver) return;
    const frame = encodeRequest(request);
    // The password is in it: it is wiped as soon as the kernel has it, or never will.
    this.#helper.channel.write(frame, () => frame.fill(0));
  }

  /** Ends it. @returns When it is gone. May be called again. */
  async kill(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#opening);
    this.#helper.kill();
    this.#helper.channel.destroy();
    await this.#helper.ended;
  }

  #read(reader: FrameReader, chunk: Buffer): void {
    try {
      for (const frame of reader.read(chunk)) {
        if (this.#isOver) return;
        const reply = decodeReply(frame);
        if (reply.kind === 'opened') this.#open();
        else if (reply.kind === 'failed')
          throw new FrameError(this.#hasOpened ? 'failed when it was open' : reply.reason);
        else if (this.#hasOpened) this.#events.answered(reply);
        else throw new FrameError('an answer to nothing');
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#lose(error.message);
    }
  }

  #open(): void {
    if (this.#hasOpened) throw new FrameError('opened twice');
    this.#hasOpened = true;
    clearTimeout(this.#opening);
    this.#events.opened();
  }

  #lose(reason: string): void {
    if (this.#isOver) return;
    void this.kill();
    this.#events.lost(reason);
  }
}
