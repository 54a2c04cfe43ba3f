import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { PATIENCE, RawClient, type RawReply } from '@pure-ftpd/testing';
import type { Observation, Section } from '../../support/differential.ts';

const SENDS = /^(?:stor|appe|stou)\b/i;
const RECEIVES = /^(?:retr|list|nlst|mlsd)\b/i;

/** What every upload of a script sends: both line ends. */
const UPLOAD = 'one\r\ntwo\n';

/** A line that should be ignored is followed by this, so that nobody has to wait for what does not come. */
const FENCE = 'NOOP';

function unescape(line: string): string {
  return line.replaceAll(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function sixNumbers(port: number): string {
  return `127,0,0,1,${port >> 8},${port & 255}`;
}

/** One session in which the lines of a section are sent. */
class ScriptedSession {
  readonly #client: RawClient;
  readonly #port: number;
  /** Where the server listens for the next transfer. */
  #passivePort: number | undefined;
  /** Where we do. */
  readonly #listener: Server;
  #accepted: Promise<Socket> | undefined;

  readonly #user: string;

  private constructor(client: RawClient, listener: Server, user: string) {
    this.#client = client;
    this.#user = user;
    this.#listener = listener;
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    this.#port = address.port;
  }

  static async open(port: number, user: string): Promise<ScriptedSession> {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const session = new ScriptedSession(await RawClient.connect(port), listener, user);
    await session.#client.reply();
    return session;
  }

  close(): void {
    this.#client.close();
    this.#listener.close();
  }

  /** Sends a line of the script; answers the codes of its replies, with what else there is to say. */
  async perform(scripted: string): Promise<string> {
    const ignored = scripted.startsWith('?');
    const line = unescape(ignored ? scripted.slice(1) : scripted)
      .replace('{user}', this.#user)
      .replace('{port}', sixNumbers(this.#port))
      .replace('{eprt}', `|1|127.0.0.1|${this.#port}|`);
    try {
      if (ignored) return await this.#fenced(line);
      if (SENDS.test(line) || RECEIVES.test(line)) return await this.#transfer(line);
      const reply = await this.#ask(line);
      this.#remember(scripted, reply);
      return String(reply.code);
    } catch (error) {
      // RawClient fails when the connection ends; no reply in time is an observation too.
      return error instanceof Error && error.message === 'no reply' ? 'no reply' : 'closed';
    }
  }

  async #ask(line: string): Promise<RawReply> {
    this.#client.send(`${line}\r\n`);
    return this.#reply();
  }

  async #reply(): Promise<RawReply> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no reply')), PATIENCE);
    });
    try {
      return await Promise.race([this.#client.reply(), timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #fenced(line: string): Promise<string> {
    this.#client.send(`${line}\r\n${FENCE}\r\n`);
    const codes: number[] = [];
    do codes.push((await this.#reply()).code);
    while (codes.at(-1) !== 200);
    return codes.slice(0, -1).join(' ') || 'ignored';
  }

  /** Keeps the data endpoint that a reply names. */
  #remember(line: string, { code, text }: RawReply): void {
    const extended = /\(\|\|\|(\d+)\|\)/.exec(text);
    const classic = /\(127,0,0,1,(\d+),(\d+)\)/.exec(text);
    if (code === 229 && extended !== null) this.#passivePort = Number(extended[1]);
    if (code === 227 && classic !== null) this.#passivePort = Number(classic[1]) * 256 + Number(classic[2]);
    if (code === 200 && /\{(?:port|eprt)\}/.test(line)) {
      this.#passivePort = undefined;
      this.#accepted = once(this.#listener, 'connection').then(([socket]: Socket[]) => {
        if (socket === undefined) throw new Error('no connection');
        return socket;
      });
    }
  }

  /** The data connection, when there is where to have one. An endpoint is used once. */
  async #data(): Promise<Socket | undefined> {
    const port = this.#passivePort;
    this.#passivePort = undefined;
    if (port === undefined) return undefined;
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  }

  async #transfer(line: string): Promise<string> {
    const passive = await this.#data();
    passive?.on('error', () => {}); // a refused transfer may reset it
    const first = await this.#ask(line);
    if (first.code >= 200) {
      passive?.destroy();
      return String(first.code);
    }
    const data = passive ?? (await this.#accepted);
    this.#accepted = undefined;
    if (data === undefined) throw new Error('a transfer without a data connection');
    data.on('error', () => {}); // shows in the reply
    let received = 0;
    data.on('data', (chunk: Buffer) => void (received += chunk.length));
    if (SENDS.test(line)) data.end(UPLOAD);
    const [last] = await Promise.all([this.#reply(), data.closed ? undefined : once(data, 'close')]);
    const size = /^retr\b/i.test(line) ? ` ${received} bytes` : '';
    return `${first.code} ${last.code}${size}`;
  }
}

/** Sends a section's lines to a server, in a session of their own. Lines after the end of the session are `over`. */
export async function runSection(port: number, { name, lines }: Section, user: string): Promise<Observation[]> {
  const session = await ScriptedSession.open(port, user);
  try {
    const observations: Observation[] = [];
    let over = false;
    for (const line of lines) {
      const result: string = over ? 'over' : await session.perform(line);
      over ||= result === 'closed' || result === 'no reply';
      observations.push({ section: name, line, result });
    }
    return observations;
  } finally {
    session.close();
  }
}
