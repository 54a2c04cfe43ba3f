import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A control connection that costs as little as it can, so that the server is measured and not the client. */
export class FtpSession {
  readonly #socket: Socket;
  #text = '';
  #wake: (() => void) | undefined;
  #failure: Error | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.#text += chunk;
      this.#wake?.();
    });
    socket.on('error', (error: Error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  static async open(port: number): Promise<FtpSession> {
    const socket = connect(port, '127.0.0.1');
    const session = new FtpSession(socket);
    await once(socket, 'connect');
    await session.expect('220');
    return session;
  }

  /** Opens a session and logs in. */
  static async login(port: number, user: string, password: string): Promise<FtpSession> {
    const session = await FtpSession.open(port);
    await session.command(`USER ${user}`, '331');
    await session.command(`PASS ${password}`, '230');
    return session;
  }

  async command(line: string, code: string): Promise<void> {
    this.#socket.write(`${line}\r\n`);
    await this.expect(code);
  }

  /** Sends many lines at once, and waits for as many replies of one line. */
  async pipeline(line: string, count: number, code: string): Promise<void> {
    this.#socket.write(`${line}\r\n`.repeat(count));
    for (let reply = 0; reply < count; reply++) await this.expect(code);
  }

  /** Takes the next reply. Throws an Error when it has another code. */
  async expect(code: string): Promise<void> {
    for (;;) {
      const end = this.#endOfReply();
      if (end !== -1) {
        const found = this.#text.slice(0, 3);
        const reply = this.#text.slice(0, end);
        this.#text = this.#text.slice(end);
        if (found !== code) throw new Error(`expected ${code}, the server said: ${reply.trim()}`);
        return;
      }
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async quit(): Promise<void> {
    await this.command('QUIT', '221');
    this.#socket.destroy();
  }

  close(): void {
    this.#socket.destroy();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  /** Where the first reply ends, or -1. */
  #endOfReply(): number {
    let at = 0;
    for (;;) {
      const end = this.#text.indexOf('\r\n', at);
      if (end === -1) return -1;
      const first = this.#text.slice(0, 3);
      if (this.#text[at + 3] !== '-' && this.#text.startsWith(first, at) && this.#text[at + 3] === ' ') return end + 2;
      at = end + 2;
    }
  }
}
