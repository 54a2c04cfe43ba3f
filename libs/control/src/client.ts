// Who asks: pure-ftpctl, pure-ftpwho, a program of the administrator.
import type { Socket } from 'node:net';

import { MessageViolation } from '@pure-ftpd/protocol/checks';

import {
  type AnswerLine,
  checkAnswer,
  type DoneOf,
  type ErrorCode,
  type Failure,
  type Greeting,
  greeting,
  type Items,
} from './answers.ts';
import { lineOf, LineReader } from './lines.ts';
import { type Asked, CONTROL_SOCKET, CONTROL_VERSION, type ControlRequestType } from './requests.ts';

/** Seconds that a server may take to say something. Kicks wait for sessions, and a reload reads files. */
const ANSWER_SECONDS = 60;

/**
 * Why nothing came of a request.
 * - `CONTROL_UNAVAILABLE`: nobody listens at the socket, or this user may not connect; `cause` is the system's error.
 * - `CONTROL_PROTOCOL`: who listens speaks another version, or something else, or has gone.
 * - `CONTROL_REFUSED`: the server has said no; `reason` has its code.
 */
export type ControlErrorCode = 'CONTROL_UNAVAILABLE' | 'CONTROL_PROTOCOL' | 'CONTROL_REFUSED';

/** A server could not be asked, or has said no. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly code: ControlErrorCode;
  /** What the server has said. */
  readonly reason: ErrorCode | undefined;
  /** What is wrong with a configuration, a line each. */
  readonly problems: readonly string[];

  constructor(code: ControlErrorCode, message: string, options?: ErrorOptions & { readonly failure?: Failure }) {
    super(message, options);
    this.code = code;
    this.reason = options?.failure?.code;
    this.problems = options?.failure?.problems ?? [];
  }
}

/** What a request is answered with: its items, and how it went. */
export interface Answer<Type extends ControlRequestType> {
  readonly items: readonly (Type extends keyof Items ? Items[Type] : never)[];
  readonly done: DoneOf<Type>;
}

/**
 * A connection to the control socket of a server.
 *
 * @example
 * await using control = await ControlClient.connect();
 * const { items } = await control.ask({ type: 'sessions' });
 */
export class ControlClient implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #path: string;
  readonly #lines: string[] = [];
  #wake: (() => void) | undefined;
  #ending: ControlError | undefined;
  #greeting: Greeting | undefined;

  private constructor(socket: Socket, path: string) {
    this.#socket = socket;
    this.#path = path;
    const reader = new LineReader();
    socket.on('data', (piece: Buffer) => {
      try {
        this.#lines.push(...reader.push(piece));
        this.#wake?.();
      } catch (error) {
        this.#end('it says more than any line may have', error);
      }
    });
    socket.on('error', (error) => this.#end(error.message, error));
    socket.on('close', () => this.#end('the server has closed the connection'));
    socket.setTimeout(ANSWER_SECONDS * 1000, () => this.#end(`nothing was said for ${ANSWER_SECONDS} seconds`));
  }

  /** Connects, and hears who is there. @throws ControlError */
  static async connect(path: string = CONTROL_SOCKET): Promise<ControlClient> {
    const socket = await connected(path);
    const client = new ControlClient(socket, path);
    try {
      const first = await client.#next();
      client.#refuse(first);
      const known = client.#read(() => greeting(first, 'greeting'));
      if (known.control !== CONTROL_VERSION)
        throw new ControlError(
          'CONTROL_PROTOCOL',
          `${path}: version ${known.control} is spoken there, ${CONTROL_VERSION} here`,
        );
      client.#greeting = known;
      return client;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  /** Who is there. */
  get server(): Greeting {
    if (this.#greeting === undefined) throw new ControlError('CONTROL_PROTOCOL', `${this.#path}: nobody has greeted`);
    return this.#greeting;
  }

  /** Asks, one at a time. @throws ControlError */
  async ask<Type extends ControlRequestType>(request: Asked<Type>): Promise<Answer<Type>> {
    const { type } = request;
    this.#socket.write(lineOf(request));
    const items: Answer<Type>['items'][number][] = [];
    for (;;) {
      const raw = await this.#next();
      const line = this.#read(() => checkAnswer(raw, type));
      if (!isOf(line, type)) throw new ControlError('CONTROL_PROTOCOL', `${this.#path}: no answer to ${type}`);
      if (line.type === 'error') throw new ControlError('CONTROL_REFUSED', line.message, { failure: line });
      if (line.type === 'done') return { items, done: line.done };
      items.push(line.item);
    }
  }

  /** When the server closes the connection: it has ended, as a rule. */
  async closed(): Promise<void> {
    this.#socket.setTimeout(0);
    if (this.#socket.destroyed) return;
    await new Promise<void>((resolve) => {
      this.#socket.once('close', () => resolve());
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.destroyed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.once('close', () => resolve());
    this.#socket.destroy();
    await promise;
  }

  async #next(): Promise<unknown> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) return this.#read(() => JSON.parse(line));
      if (this.#ending !== undefined) throw this.#ending;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  /** Instead of a greeting, why there is none. */
  #refuse(first: unknown): void {
    if (typeof first !== 'object' || first === null || !('type' in first) || first.type !== 'error') return;
    const said = this.#read(() => checkAnswer(first, 'health'));
    if (said.type === 'error') throw new ControlError('CONTROL_REFUSED', said.message, { failure: said });
  }

  #read<Value>(take: () => Value): Value {
    try {
      return take();
    } catch (error) {
      if (!(error instanceof MessageViolation || error instanceof SyntaxError)) throw error;
      throw new ControlError('CONTROL_PROTOCOL', `${this.#path}: what is said there makes no sense: ${error.message}`, {
        cause: error,
      });
    }
  }

  #end(why: string, cause?: unknown): void {
    this.#ending ??= new ControlError('CONTROL_PROTOCOL', `${this.#path}: ${why}`, { cause });
    this.#socket.destroy();
    this.#wake?.();
  }
}

/** Each line has just been checked by its type. */
function isOf<Type extends ControlRequestType>(
  line: ReturnType<typeof checkAnswer>,
  _type: Type,
): line is AnswerLine<Type> {
  return line.type !== 'item' || line.item !== undefined;
}

async function connected(path: string): Promise<Socket> {
  // Programs that could ask a server, and need not, start without it.
  const { connect } = await import('node:net');
  const socket = connect({ path });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const failed = (error: NodeJS.ErrnoException): void =>
    reject(
      new ControlError('CONTROL_UNAVAILABLE', `${path}: ${WHY[error.code ?? ''] ?? error.message}`, { cause: error }),
    );
  socket.once('connect', resolve);
  socket.once('error', failed);
  await promise;
  socket.off('error', failed);
  return socket;
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'no server has a control socket there',
  ECONNREFUSED: 'nobody listens there: the server has ended',
  EACCES: 'this user may not use it (see --control-group)',
};
