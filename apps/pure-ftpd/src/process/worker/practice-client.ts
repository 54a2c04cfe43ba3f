// The client that a spare worker practises with: does what clients do, and goes on whatever it is told. A thread.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { parentPort } from 'node:worker_threads';

import type { PracticeNews, PracticeOrder } from './practice.ts';

const HOST = '127.0.0.1';
const CONTENT = Buffer.alloc(1024, 'All work and no play. ');

/** Waits for an order, and executes it. */
export async function runPracticeClient(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this is no thread');
  const tell = (news: PracticeNews): void => port.postMessage(news);
  const ordered = once(port, 'message');
  tell({ type: 'loaded' });
  const [order]: PracticeOrder[] = await ordered;
  if (order === undefined) return;
  for (let session = 0; session < order.sessions; session += 1) await practiceSession(order, tell);
  port.close();
}

async function practiceSession({ port, files }: PracticeOrder, tell: (news: PracticeNews) => void): Promise<void> {
  const socket = connect({ host: HOST, port, noDelay: true });
  await once(socket, 'connect');
  tell({ type: 'connected', port: socket.localPort ?? 0 });
  const client = new Client(socket);
  try {
    await client.reply();
    for (const line of ['SYST', 'FEAT', 'PWD', 'NOOP', 'TYPE A']) await client.command(line);
    await client.transfer('LIST');
    await client.transfer('NLST');
    await client.command('TYPE I');
    await client.transfer('MLSD');
    for (let file = 0; file < files; file += 1) await client.transfer(`STOR file${file}`, CONTENT);
    await client.transfer('LIST');
    await client.transfer('MLSD');
    for (let file = 0; file < files; file += 1) await client.transfer(`RETR file${file}`);
    for (const line of ['SIZE file0', 'MDTM file0', 'RNFR file0', 'RNTO file', 'RNFR file', 'RNTO file0'])
      await client.command(line);
    for (const line of ['MKD folder', 'CWD folder', 'CDUP', 'RMD folder']) await client.command(line);
    for (let file = 0; file < files; file += 1) await client.command(`DELE file${file}`);
    await client.command('QUIT');
  } finally {
    socket.destroy();
  }
}

/** A session. An end of its connection ends the practice. */
class Client {
  readonly #socket: Socket;
  #text = '';
  #heard: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (text: string) => {
      this.#text += text;
      this.#heard.resolve();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => this.#heard.reject(new Error('the session has ended')));
    this.#heard.promise.catch(() => undefined);
  }

  /** The last line of the next reply. */
  async reply(): Promise<string> {
    for (;;) {
      const [whole = '', last] = /^(?:.*\r\n)*?(\d{3} .*)\r\n/.exec(this.#text) ?? [];
      if (last !== undefined) {
        this.#text = this.#text.slice(whole.length);
        return last;
      }
      await this.#heard.promise;
      this.#heard = Promise.withResolvers();
      this.#heard.promise.catch(() => undefined);
    }
  }

  command(line: string): Promise<string> {
    this.#socket.write(`${line}\r\n`);
    return this.reply();
  }

  /** A command with a data connection, to which the content is sent, or whose bytes are read and forgotten. */
  async transfer(line: string, content?: Buffer): Promise<void> {
    const [, high, low] = /,(\d+),(\d+)\)/.exec(await this.command('PASV')) ?? [];
    if (high === undefined || low === undefined) return;
    const data = connect({ host: HOST, port: Number(high) * 256 + Number(low), noDelay: true });
    const closed = new Promise<void>((resolve) => data.once('close', () => resolve()));
    data.on('error', () => undefined).resume();
    const begun = await this.command(line);
    if (begun.startsWith('1')) {
      if (content !== undefined) data.end(content);
      await this.reply();
    }
    data.destroy();
    await closed;
  }
}
