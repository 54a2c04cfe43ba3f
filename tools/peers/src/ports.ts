import { once } from 'node:events';
import { type Socket, connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const LOOPBACK = '127.0.0.1';

/** A port of 127.0.0.1 on which nothing listens. The kernel gives them out in turn, so it stays free for a while. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return address.port;
}

async function firstBytes(socket: Socket, signal: AbortSignal): Promise<string> {
  try {
    await once(socket, 'connect', { signal });
    const [chunk]: unknown[] = await once(socket, 'data', { signal });
    return String(chunk);
  } finally {
    socket.destroy();
  }
}

/**
 * Waits until an FTP server greets on a port of 127.0.0.1; resolves with the first bytes it says. Connects again and again
 * until somebody listens, and gives up when the signal says so.
 */
export async function untilGreeting(port: number, signal: AbortSignal): Promise<string> {
  for (;;) {
    try {
      return await firstBytes(connect(port, LOOPBACK), signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason instanceof Error ? signal.reason : error;
      // Nobody listens yet, or the listener of before was just going.
      await delay(5, undefined, { signal }).catch(() => {}); // the next turn reports the abort
    }
  }
}
