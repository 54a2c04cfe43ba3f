// Clients who begin TLS and mean no good. Each does one thing to a server, once, and resolves when its connection is gone.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import tls from 'node:tls';

/** A place to attack, and the address to come from. */
export interface Target {
  readonly port: number;
  readonly from: string;
  /** Seconds a client waits in the middle of what it does. */
  readonly dally: number;
}

type Attack = (socket: Socket, target: Target) => Promise<void>;

/** The record of a ClientHello as Node makes it. */
const clientHello = await makeClientHello();

async function makeClientHello(): Promise<Buffer> {
  const { Duplex } = await import('node:stream');
  return new Promise((resolve) => {
    const wire = new Duplex({
      read() {
        return undefined;
      },
      write(chunk: Buffer, _encoding, done) {
        resolve(chunk);
        done();
      },
    });
    // What was wanted of it has been said when it is given up.
    const client = tls.connect({ socket: wire });
    client.on('error', () => undefined);
    wire.once('close', () => client.destroy());
    setImmediate(() => wire.destroy());
  });
}

/** Reads replies until the one to AUTH, or until there is nothing more to read. */
async function askForTls(socket: Socket): Promise<boolean> {
  socket.write('AUTH TLS\r\n');
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.includes('\n234 ') || text.startsWith('234 ')) return true;
    if (/(?:^|\n)(?:431|421) /.test(text)) return false;
  }
  return false;
}

function over(socket: Socket, version: tls.SecureVersion): tls.TLSSocket {
  const client = tls.connect({ socket, rejectUnauthorized: false, minVersion: version, maxVersion: version });
  client.on('error', () => undefined);
  return client;
}

const ATTACKS: readonly Attack[] = [
  // Random bytes, and random bytes in the shape of a record.
  async (socket) => void socket.write(randomBytes(600)),
  async (socket) => void socket.write(Buffer.concat([Buffer.from([22, 3, 1, 2, 0]), randomBytes(512)])),
  // Half a ClientHello, and nothing more; or the end.
  async (socket, { dally }) => {
    socket.write(clientHello.subarray(0, clientHello.length >> 1));
    await pause(dally * 1000);
  },
  async (socket) => void socket.end(clientHello.subarray(0, 40)),
  // A ClientHello, and whatever the server says remains unanswered.
  async (socket, { dally }) => {
    socket.write(clientHello);
    await pause(dally * 1000);
  },
  // A ClientHello with some of its bytes changed.
  async (socket) => {
    const changed = Buffer.from(clientHello);
    for (const at of randomBytes(8)) changed[9 + (at % (changed.length - 9))] = at;
    socket.write(changed);
    await pause(20);
  },
  // A handshake that is broken off by a reset.
  async (socket) => {
    socket.write(clientHello);
    await pause(1);
    socket.resetAndDestroy();
  },
  // A handshake to its end, and another one in it, which is refused.
  async (socket) => {
    const client = over(socket, 'TLSv1.2');
    await Promise.race([once(client, 'secureConnect'), once(client, 'close')]);
    if (!client.destroyed) client.renegotiate({}, () => undefined);
    await pause(50);
  },
  // Garbage where records should be, after the handshake.
  async (socket) => {
    const client = over(socket, 'TLSv1.3');
    await Promise.race([once(client, 'secureConnect'), once(client, 'close')]);
    socket.write(randomBytes(100));
    await pause(20);
  },
];

/** Does one of the things, chosen by number. */
export async function attack(target: Target, number: number): Promise<void> {
  const socket = connect({ port: target.port, host: '127.0.0.1', localAddress: target.from });
  socket.on('error', () => undefined);
  try {
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    const chosen = ATTACKS[number % ATTACKS.length];
    if (socket.destroyed || chosen === undefined || !(await askForTls(socket))) return;
    await chosen(socket, target);
  } catch {
    return; // the server has ended it, as it may
  } finally {
    socket.destroy();
  }
}
