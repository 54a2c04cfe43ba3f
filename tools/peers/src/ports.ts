import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Socket, connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const LOOPBACK = '127.0.0.1';

/** Ports that the kernel gives to nobody on its own: neither to who connects, nor to who listens on any port. */
const FIRST_PORT = 12_000;
const LAST_PORT = 32_000;

/**
 * Keeps a port of 127.0.0.1 for this process until it ends; false when another has it. Two processes that look for a port at
 * the same time never get the same one: the port of the same number of UDP is what they compete for.
 */
async function reserve(port: number): Promise<boolean> {
  const reservation = createSocket('udp4').unref();
  try {
    reservation.bind({ port, address: LOOPBACK, exclusive: true });
    await once(reservation, 'listening');
    return true;
  } catch {
    reservation.close();
    return false;
  }
}

/** Whether a TCP server can listen at a port of 127.0.0.1. */
async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, LOOPBACK);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}

/** A range of ports of 127.0.0.1 on which nothing listens; they are kept for this process until it ends. */
export async function freePorts(count: number): Promise<readonly [first: number, last: number]> {
  for (;;) {
    const first = randomInt(FIRST_PORT, LAST_PORT - count + 2);
    const range = Array.from({ length: count }, (_, index) => first + index);
    const areFree = await Promise.all(range.map(async (port) => (await reserve(port)) && (await canListen(port))));
    if (areFree.every(Boolean)) return [first, first + count - 1];
  }
}

/** A port of 127.0.0.1 on which nothing listens; it is kept for this process until that ends. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port;
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
