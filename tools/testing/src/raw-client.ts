import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface RawReply {
  readonly code: number;
  /** As they came, without line ends. */
  readonly lines: readonly string[];
  /** All lines, with `\n` between them. */
  readonly text: string;
}

/** A client that says exactly what it is told, byte for byte (strings are latin1), and hears every reply. */
export class RawClient {
  readonly socket: Socket;
  #text = '';
  /** Lines of a reply that is not whole yet, and how much of the text they were: a long reply comes in many pieces. */
  #lines: string[] = [];
  #read = 0;
  #ended = false;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.#text += chunk;
      this.#wake?.();
    });
    socket.on('error', () => this.#end());
    socket.on('close', () => this.#end());
    socket.on('end', () => this.#end());
  }

  /** Connects, without waiting for the greeting. */
  static async connect(port: number, host = '127.0.0.1', localAddress?: string): Promise<RawClient> {
    const socket = connect({ port, host, ...(localAddress === undefined ? {} : { localAddress }) });
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** On a connection that is there already, such as one over TLS. */
  static over(socket: Socket): RawClient {
    return new RawClient(socket);
  }

  /** Connects, hears the greeting and logs in. */
  static async login(port: number, user: string, password: string, host = '127.0.0.1'): Promise<RawClient> {
    const client = await RawClient.connect(port, host);
    await client.reply();
    await client.command(`USER ${user}`);
    const reply = await client.command(`PASS ${password}`);
    if (reply.code !== 230) throw new Error(`login failed: ${reply.text}`);
    return client;
  }

  /** Sends bytes as they are. */
  send(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** Sends a line and hears its reply. */
  command(line: string): Promise<RawReply> {
    this.send(`${line}\r\n`);
    return this.reply();
  }

  /** The next reply, whole. Fails when the connection ends first. */
  async reply(): Promise<RawReply> {
    for (;;) {
      const reply = this.#takeReply();
      if (reply !== undefined) return reply;
      if (this.#ended) throw new Error(`connection closed, after: ${JSON.stringify(this.#text)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Waits for the end of the connection; answers what came before it and was not heard. */
  async end(): Promise<string> {
    while (!this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#text;
  }

  /** Opens a passive data connection. */
  async passive(command = 'EPSV'): Promise<Socket> {
    const reply = await this.command(command);
    const extended = /\(\|\|\|(\d+)\|\)/.exec(reply.text);
    const classic = /\((\d+,\d+,\d+,\d+),(\d+),(\d+)\)/.exec(reply.text);
    if (extended === null && classic === null) throw new Error(`no data connection: ${reply.text}`);
    const port = classic === null ? Number(extended?.[1]) : Number(classic[2]) * 256 + Number(classic[3]);
    const host = classic?.[1]?.replaceAll(',', '.') ?? this.socket.remoteAddress ?? '127.0.0.1';
    const socket = connect({ port, host });
    await once(socket, 'connect');
    return socket;
  }

  /** Listens for one active data connection, and tells the server where. */
  async active(): Promise<{ readonly reply: RawReply; readonly connection: Promise<Socket>; close(): void }> {
    const server = createServer();
    server.listen(0, this.socket.localAddress ?? '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    const connection = once(server, 'connection').then(([socket]: Socket[]) => {
      if (socket === undefined) throw new Error('no connection');
      return socket;
    });
    const family = address.family === 'IPv6' ? 2 : 1;
    const reply = await this.command(`EPRT |${family}|${address.address}|${address.port}|`);
    return { reply, connection, close: () => server.close() };
  }

  /** RETR, LIST and their like: what came over the data connection, and the last reply. */
  async receive(command: string, data?: Socket): Promise<{ readonly data: Buffer; readonly reply: RawReply }> {
    const socket = data ?? (await this.passive());
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A data connection that breaks shows in the reply.
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const first = await this.command(command);
    if (first.code >= 200) {
      socket.destroy();
      return { data: Buffer.alloc(0), reply: first };
    }
    const reply = await this.reply();
    if (reply.code >= 300) socket.destroy();
    await closed;
    return { data: Buffer.concat(chunks), reply };
  }

  /** STOR and its like: sends the bytes, and answers the last reply. */
  async transmit(command: string, content: Uint8Array | string, data?: Socket): Promise<RawReply> {
    const socket = data ?? (await this.passive());
    socket.on('error', () => undefined);
    const first = await this.command(command);
    if (first.code >= 200) {
      socket.destroy();
      return first;
    }
    socket.resume();
    socket.end(typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
    const reply = await this.reply();
    if (reply.code >= 300) socket.destroy();
    return reply;
  }

  /** Drops the connection. */
  close(): void {
    this.socket.destroy();
  }

  #end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  #takeReply(): RawReply | undefined {
    const lines = this.#lines;
    for (;;) {
      const end = this.#text.indexOf('\r\n', this.#read);
      if (end === -1) return undefined;
      const line = this.#text.slice(this.#read, end);
      this.#read = end + 2;
      lines.push(line);
      const [first = line] = lines;
      if (!/^\d\d\d[ -]/.test(first)) throw new Error(`not a reply: ${JSON.stringify(first)}`);
      const code = first.slice(0, 3);
      if (line.startsWith(`${code} `)) {
        this.#text = this.#text.slice(this.#read);
        this.#read = 0;
        this.#lines = [];
        return { code: Number(code), lines, text: lines.join('\n') };
      }
    }
  }
}
