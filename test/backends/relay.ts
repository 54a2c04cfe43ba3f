// Between a server of accounts and whoever asks it: silent, slow or broken, as a test says.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * - `pass`: what comes goes on.
 * - `silent`: connections are accepted, and nothing is ever said.
 * - `hold`: answers wait for another mode.
 */
export type RelayMode = 'pass' | 'silent' | 'hold';

/** A relay on a port of its own. `await using` ends it. */
export class Relay implements AsyncDisposable {
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #held: { readonly to: Socket; readonly chunk: Buffer }[] = [];
  #mode: RelayMode = 'pass';
  #cutAfter = Infinity;
  readonly #asked: Buffer[] = [];

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (socket) => this.#accept(socket));
  }

  /** @param target Port of the server on 127.0.0.1. */
  static async start(target: number): Promise<Relay> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Relay(server, target);
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the relay is closed');
    return address.port;
  }

  /** Connections there are. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Answers that wait. */
  get held(): number {
    return this.#held.length;
  }

  /** All that the server was asked so far. */
  get asked(): Buffer {
    return Buffer.concat(this.#asked);
  }

  set mode(mode: RelayMode) {
    this.#mode = mode;
    if (mode === 'hold') return;
    for (const { to, chunk } of this.#held) to.write(chunk);
    this.#held = [];
  }

  /** Connections from now on end behind so many answers, each to something that was asked; for good with Infinity. */
  set cutAfter(answers: number) {
    this.#cutAfter = answers;
    this.cut();
  }

  /** Ends all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    await closed;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #accept(client: Socket): void {
    this.#keep(client);
    if (this.#mode === 'silent') {
      client.resume();
      return;
    }
    const server = connect({ port: this.#target, host: '127.0.0.1' });
    this.#keep(server);
    let answersLeft = this.#cutAfter;
    let isAsked = false;
    client.on('data', (chunk: Buffer) => {
      isAsked = true;
      this.#asked.push(chunk);
      server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => {
      if (this.#mode === 'hold') this.#held.push({ to: client, chunk });
      else client.write(chunk);
      if (isAsked) answersLeft -= 1;
      isAsked = false;
      // What was written goes out before the end.
      if (answersLeft <= 0) client.destroySoon();
    });
    client.once('close', () => server.destroy());
    server.once('close', () => client.destroySoon());
  }
}
