// Answering questions over a Unix socket: the daemons that stand between the server and an administrator's program.
import { chmodSync, lstatSync, statSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';

/** What a server of questions is made of. */
export interface QuestionServerOptions {
  /** The socket. */
  readonly path: string;
  /**
   * Answers a question. What it answers is sent, and the connection closed; nothing is sent for an empty one.
   * @param lines The lines of the question up to the one that begins with `end`, without their ends.
   * @param signal Raised when the server closes, and when who asks has gone.
   */
  readonly answer: (lines: readonly Buffer[], signal: AbortSignal) => Promise<Buffer>;
  /** Bytes of a question; a longer one is not answered. */
  readonly maxQuestion: number;
  /** Milliseconds for the whole question to come. */
  readonly questionMs: number;
  /** Questions that are answered at a time. */
  readonly maxAtOnce: number;
  /** Connections that may wait for that; more are closed. */
  readonly maxWaiting: number;
}

/** The socket cannot be had. The step is the C daemons' name for what failed; the cause is the system's error. */
export class SocketError extends Error {
  override readonly name = 'SocketError';
  readonly code = 'SOCKET';

  constructor(step: keyof typeof STEPS, cause: unknown) {
    super(STEPS[step], { cause });
  }
}

/** The C daemons' words. */
const STEPS = {
  path: 'Socket path too long',
  bind: 'Unable to bind a local socket',
  'change perms on': 'Unable to change perms on a local socket',
} as const;

/** Connections that may wait to be accepted: a burst of clients must not be told that the daemon is busy. */
const BACKLOG = 511;
const LINE_FEED = 0x0a;
const END = Buffer.from('end');

/** Takes questions on a Unix socket that only its owner may connect to. */
export class QuestionServer {
  readonly #options: QuestionServerOptions;
  readonly #server: Server;
  readonly #connections = new Set<Socket>();
  readonly #closing = new AbortController();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: QuestionServerOptions) {
    this.#options = options;
    // Who asks may end its side and still wait for the answer.
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket));
    this.#server.maxConnections = options.maxAtOnce + options.maxWaiting;
  }

  /**
   * Begins to listen. A socket that nobody listens on any more is replaced; a file that is none never is. The umask of the
   * process must keep others out of new files: `umask(077)`.
   * @throws SocketError
   */
  async listen(): Promise<void> {
    const { path } = this.#options;
    requireFolder(path);
    await removeStaleSocket(path);
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => reject(new SocketError('bind', error)));
      this.#server.listen({ path, backlog: BACKLOG }, resolve);
    });
    this.#server.removeAllListeners('error');
    // An accept that fails (too many descriptors) costs that connection, not the server.
    this.#server.on('error', () => undefined);
    try {
      chmodSync(path, 0o600);
    } catch (error) {
      await this.close();
      throw new SocketError('change perms on', error);
    }
  }

  /** Ends everything, answers under way too, and removes the socket. Comes back when all of it is gone. */
  async close(): Promise<void> {
    this.#closing.abort();
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const socket of this.#connections) socket.destroy();
    await closed;
  }

  #serve(socket: Socket): void {
    this.#connections.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#connections.delete(socket));
    void this.#converse(socket);
  }

  async #converse(socket: Socket): Promise<void> {
    const lines = await this.#question(socket);
    if (lines === undefined) {
      socket.destroy();
      return;
    }
    await this.#turn();
    try {
      const answer = socket.destroyed ? undefined : await this.#options.answer(lines, this.#gone(socket));
      socket.end(answer ?? '');
    } finally {
      // Passwords may be in it.
      for (const line of lines) line.fill(0);
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
    // The asker has what it wanted; one that does not close its side is not waited for.
    socket.setTimeout(this.#options.questionMs, () => socket.destroy());
    socket.resume();
  }

  /** Raised when nobody waits for an answer any more. */
  #gone(socket: Socket): AbortSignal {
    const gone = new AbortController();
    socket.once('close', () => gone.abort());
    // Who has ended its side may still listen. Where the other side is closed, sending fails, even of nothing.
    const probe = (): void => void socket.write('');
    if (socket.readableEnded) probe();
    else socket.once('end', probe).resume();
    return AbortSignal.any([gone.signal, this.#closing.signal]);
  }

  /** Waits until this one may be answered. */
  async #turn(): Promise<void> {
    while (this.#running >= this.#options.maxAtOnce) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      await promise;
    }
    this.#running += 1;
  }

  /** Reads a question; undefined when it does not come, is too long, or ends before its end. */
  #question(socket: Socket): Promise<Buffer[] | undefined> {
    const { maxQuestion, questionMs } = this.#options;
    const { promise, resolve } = Promise.withResolvers<Buffer[] | undefined>();
    let bytes: Buffer = Buffer.alloc(0);
    const timer = setTimeout(() => resolve(undefined), questionMs);
    const onData = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk.subarray(0, maxQuestion + 1 - bytes.length)]);
      const lines = bytes.length > maxQuestion ? undefined : linesToEnd(bytes);
      if (lines !== undefined || bytes.length > maxQuestion) resolve(lines);
    };
    const onGone = (): void => resolve(undefined);
    socket.on('data', onData);
    socket.once('end', onGone);
    socket.once('close', onGone);
    return promise.finally(() => {
      clearTimeout(timer);
      socket.off('data', onData);
      socket.off('end', onGone);
      socket.off('close', onGone);
    });
  }
}

/** The complete lines, once there is one that begins with `end`. */
function linesToEnd(bytes: Buffer): Buffer[] | undefined {
  const lines: Buffer[] = [];
  for (let at = 0, end = bytes.indexOf(LINE_FEED); end !== -1; at = end + 1, end = bytes.indexOf(LINE_FEED, at)) {
    const line = bytes.subarray(at, end);
    lines.push(line);
    if (line.subarray(0, END.length).equals(END)) return lines;
  }
  return undefined;
}

/** Where the folder is missing, Node would say that it is not permitted. */
function requireFolder(path: string): void {
  try {
    statSync(dirname(path));
  } catch (error) {
    throw new SocketError('bind', error);
  }
}

/**
 * Removes the socket that a daemon has left that ended unexpectedly.
 * @throws SocketError when there is something else, or somebody listens.
 */
async function removeStaleSocket(path: string): Promise<void> {
  try {
    if (!lstatSync(path).isSocket()) throw Object.assign(new Error('File exists'), { code: 'EEXIST', syscall: 'bind' });
    if (await isServed(path)) throw Object.assign(new Error('in use'), { code: 'EADDRINUSE', syscall: 'bind' });
    unlinkSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw new SocketError('bind', error);
  }
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = connect({ path });
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => {
      // Busy is served, too.
      if (error.code === 'EAGAIN') resolve(true);
      else if (error.code === 'ECONNREFUSED') resolve(false);
      else reject(error);
    });
  });
}
