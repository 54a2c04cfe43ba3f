import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { hasEnd, MAX_REPLY_BYTES } from './reply.ts';

/** Times of the client, in milliseconds. */
export interface DaemonTimes {
  /** How long a daemon that is not there is waited for: it may be being restarted. */
  readonly connectMs: number;
  /** From the connection to the whole reply. */
  readonly replyMs: number;
}

/** Errors of connect(2) that may be over in a moment: the daemon is being restarted, or has its hands full. */
const PASSING = new Set(['ENOENT', 'ECONNREFUSED', 'EAGAIN', 'ECONNRESET']);
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;

/** How long a reply that has its end may go on, in milliseconds: programs do not all close their side. */
const AFTER_END_MS = 50;

/** Waits until a daemon takes a connection. @throws the error of the last attempt; AbortError. */
export async function connectToDaemon(path: string, { connectMs }: DaemonTimes, signal: AbortSignal): Promise<Socket> {
  const giveUpAt = performance.now() + connectMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await connectOnce(path, signal);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (!PASSING.has(code) || performance.now() + pause > giveUpAt) throw error;
      await sleep(pause, undefined, { ref: false, signal });
    }
  }
}

function connectOnce(path: string, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    const settle = (action: () => void): void => {
      socket.removeAllListeners();
      signal.removeEventListener('abort', onAbort);
      action();
    };
    const fail = (error: unknown): void =>
      settle(() => {
        socket.destroy();
        reject(error);
      });
    const onAbort = (): void => fail(signal.reason);
    socket.once('connect', () => settle(() => resolve(socket)));
    socket.once('error', fail);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * Sends a request and hears the reply: until the daemon ends, has said `end` and pauses, or has said too much. The socket is
 * closed then.
 * @returns At most one byte more than a reply may have.
 * @throws Error when the time is over, the connection breaks or the signal is raised.
 */
export function exchange(
  socket: Socket,
  request: Buffer,
  { replyMs }: DaemonTimes,
  signal: AbortSignal,
): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  let reply = Buffer.alloc(0);
  const timer = setTimeout(() => reject(new Error(`no reply in ${replyMs / 1000} s`)), replyMs);
  timer.unref();
  let pause: NodeJS.Timeout | undefined;
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  socket.on('data', (chunk: Buffer) => {
    reply = Buffer.concat([reply, chunk.subarray(0, MAX_REPLY_BYTES + 1 - reply.length)]);
    clearTimeout(pause);
    if (reply.length > MAX_REPLY_BYTES) resolve(reply);
    else if (hasEnd(reply)) pause = setTimeout(() => resolve(reply), AFTER_END_MS);
  });
  socket.once('end', () => resolve(reply));
  socket.once('error', reject);
  socket.once('close', () => reject(new Error('the connection was closed')));
  // The writing side stays open: the daemon knows the end of the request by its last line.
  socket.write(request, () => request.fill(0));
  return promise.finally(() => {
    clearTimeout(timer);
    clearTimeout(pause);
    signal.removeEventListener('abort', onAbort);
    socket.removeAllListeners().on('error', () => undefined);
    socket.destroy();
  });
}
