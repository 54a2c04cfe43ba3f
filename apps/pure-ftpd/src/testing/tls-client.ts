// A client of the daemon over TLS.
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';

import { RawClient } from '@pure-ftpd/testing';

/** A connection that is protected, and what came of the handshake. */
export interface SecuredClient {
  readonly client: RawClient;
  readonly socket: TLSSocket;
  /** Common name of the server's certificate. */
  readonly name: string | undefined;
}

async function untilLine(socket: Socket, pattern: RegExp): Promise<string> {
  let text = '';
  for (;;) {
    const [chunk]: unknown[] = await Promise.race([
      once(socket, 'data'),
      once(socket, 'close').then(() => Promise.reject(new Error(`closed after: ${text}`))),
    ]);
    text += String(chunk);
    if (pattern.test(text)) return text;
  }
}

async function handshake(socket: Socket, options: ConnectionOptions): Promise<SecuredClient> {
  const secured = connect({ socket, rejectUnauthorized: false, servername: '', ...options });
  await once(secured, 'secureConnect');
  const name = secured.getPeerX509Certificate()?.subject?.replace(/^CN=/, '');
  return { client: RawClient.over(secured), socket: secured, name };
}

/** Connects, says AUTH TLS, and makes the handshake. Rejects when it fails. */
export async function securedClient(port: number, options: ConnectionOptions = {}): Promise<SecuredClient> {
  const socket = connectTcp({ port, host: '127.0.0.1' });
  await untilLine(socket, /^220 .*\r\n/m);
  socket.write('AUTH TLS\r\n');
  await untilLine(socket, /^234 .*\r\n/m);
  return handshake(socket, options);
}

/** Connects to where connections begin with TLS, and hears the greeting. */
export async function implicitClient(port: number, options: ConnectionOptions = {}): Promise<SecuredClient> {
  const socket = connectTcp({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  const secured = await handshake(socket, options);
  await secured.client.reply();
  return secured;
}

/** Protects a data connection: the handshake is made when the server is told to use it. */
export function protectedData(socket: Socket, options: ConnectionOptions = {}): TLSSocket {
  const secured = connect({ socket, rejectUnauthorized: false, ...options });
  // A handshake that the server refuses shows in its reply.
  secured.on('error', () => undefined);
  return secured;
}
