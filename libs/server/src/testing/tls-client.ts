import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';

import { RawClient, type RawReply } from '@pure-ftpd/testing';

export type TlsClientOptions = Pick<
  ConnectionOptions,
  'minVersion' | 'maxVersion' | 'cert' | 'key' | 'ALPNProtocols' | 'secureOptions' | 'servername'
> & {
  /** What the control connection resumes. */
  readonly session?: Buffer | undefined;
};

/** TCP below TLS, so that either can end without the other. */
export class Wire extends Duplex {
  readonly socket: Socket;
  /** Whether the end of TLS is that of the connection, too. */
  endsBoth = true;
  /** Told of what TLS sends. */
  onWrite: ((bytes: Buffer) => void) | undefined;

  constructor(socket: Socket) {
    super({ allowHalfOpen: true });
    this.socket = socket;
    socket.on('data', (chunk: Buffer | string) => {
      // Somebody has read text from it before.
      this.push(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    return;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.onWrite?.(chunk);
    this.socket.write(chunk, done);
  }

  override _final(done: () => void): void {
    if (this.endsBoth) this.socket.end(done);
    else done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.endsBoth) this.socket.destroy();
    done(error);
  }
}

/** A client of FTP over TLS that does exactly what it is told, and uses each ticket once. */
export class TlsClient {
  readonly port: number;
  readonly options: TlsClientOptions;
  /** The connection below TLS. */
  readonly socket: Socket;
  /** What can be resumed, the newest last. */
  readonly sessions: Buffer[] = [];
  #control: TLSSocket | undefined;
  #raw: RawClient | undefined;

  private constructor(port: number, socket: Socket, options: TlsClientOptions) {
    this.port = port;
    this.socket = socket;
    this.options = options;
  }

  /** Connects, hears the greeting, says AUTH and makes the handshake. */
  static async connect(port: number, options: TlsClientOptions = {}, auth = 'AUTH TLS'): Promise<TlsClient> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    const client = new TlsClient(port, socket, options);
    await textUntil(socket, /^220 .*\r\n/m);
    await client.auth(auth);
    return client;
  }

  /** Connects to where the handshake is the first thing, and hears the greeting. */
  static async implicit(port: number, options: TlsClientOptions = {}): Promise<TlsClient> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    const client = new TlsClient(port, socket, options);
    await client.#handshake();
    await client.reply();
    return client;
  }

  /** Connects and logs in; data connections are to be protected. */
  static async login(port: number, options: TlsClientOptions = {}): Promise<TlsClient> {
    const client = await TlsClient.connect(port, options);
    for (const line of ['USER user', 'PASS secret', 'PBSZ 0', 'PROT P', 'TYPE I']) {
      const reply = await client.command(line);
      if (reply.code >= 400) throw new Error(`${line}: ${reply.text}`);
    }
    return client;
  }

  /** Says AUTH in clear, and makes the handshake. */
  async auth(line = 'AUTH TLS'): Promise<void> {
    this.socket.write(`${line}\r\n`);
    await textUntil(this.socket, /^234 .*\r\n/m);
    await this.#handshake();
  }

  /** Goes on in clear on the same connection. */
  async inClear(options: { readonly notify: boolean }): Promise<RawClient> {
    const control = this.control;
    if (options.notify) {
      control.end();
      await once(control, 'finish');
    }
    this.socket.removeAllListeners('data');
    return RawClient.over(this.socket);
  }

  get control(): TLSSocket {
    if (this.#control === undefined) throw new Error('no TLS');
    return this.#control;
  }

  get raw(): RawClient {
    if (this.#raw === undefined) throw new Error('no TLS');
    return this.#raw;
  }

  command(line: string): Promise<RawReply> {
    return this.raw.command(line);
  }

  reply(): Promise<RawReply> {
    return this.raw.reply();
  }

  /** Opens a protected data connection; the handshake goes on by itself, once the server begins it. */
  async data(how: { readonly resume?: boolean; readonly keepsConnection?: boolean } = {}): Promise<TLSSocket> {
    const plain = await this.raw.passive();
    return this.protect(plain, how);
  }

  protect(plain: Socket, how: { readonly resume?: boolean; readonly keepsConnection?: boolean } = {}): TLSSocket {
    const wire = new Wire(plain);
    if (how.keepsConnection === true) wire.endsBoth = false;
    return this.#client(wire, how.resume === false ? undefined : this.#session());
  }

  /** Fetches over a protected data connection. */
  async receive(command: string, how: { readonly resume?: boolean } = {}): ReturnType<RawClient['receive']> {
    return this.raw.receive(command, await this.data(how));
  }

  /** Sends over a protected data connection. */
  async transmit(
    command: string,
    content: Uint8Array | string,
    how: { readonly resume?: boolean; readonly keepsConnection?: boolean } = {},
  ): Promise<RawReply> {
    const data = await this.data(how);
    data.resume();
    data.once('secureConnect', () => data.end(content));
    const first = await this.command(command);
    const last = first.code < 200 ? await this.reply() : first;
    if (last.code >= 300) data.destroy();
    return last;
  }

  close(): void {
    this.socket.destroy();
  }

  /** What the next connection resumes: TLS 1.2 has one session for all, TLS 1.3 a ticket for each. */
  #session(): Buffer | undefined {
    return this.control.getProtocol() === 'TLSv1.3' ? this.sessions.shift() : this.sessions.at(-1);
  }

  async #handshake(): Promise<void> {
    const wire = new Wire(this.socket);
    wire.endsBoth = false;
    const control = this.#client(wire, this.options.session);
    this.#control = control;
    await once(control, 'secureConnect');
    this.#raw = RawClient.over(control);
  }

  #client(wire: Wire, session: Buffer | undefined): TLSSocket {
    const tls = connectTls({
      servername: '',
      ...this.options,
      socket: wire,
      rejectUnauthorized: false,
      session,
    });
    tls.on('session', (ticket) => this.sessions.push(ticket));
    tls.on('error', () => undefined);
    return tls;
  }
}

/** Reads in clear until the text is there; answers all that was read. */
export async function textUntil(socket: Socket, pattern: RegExp): Promise<string> {
  let text = '';
  while (!pattern.test(text)) {
    const [chunk]: (Buffer | string)[] = await once(socket, 'data');
    text += chunk?.toString('latin1') ?? '';
  }
  return text;
}
