// The control socket: who may connect, and how much anybody may make this process keep.
import { chmodSync, chownSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';

import {
  checkRequest,
  CONNECTIONS,
  CONTROL_VERSION,
  type ControlRequest,
  type ErrorCode,
  isForOwner,
  lineOf,
  LineReader,
  LineTooLong,
} from '@pure-ftpd/control';
import { errorText, isSystemError, MessageViolation } from '@pure-ftpd/server/internal';

import type { Log } from '../log/log.ts';
import { VERSION } from '../version.ts';
import { type Reply, RequestRefused } from './control-service.ts';
import { lockFolder, removeStale } from './socket-file.ts';
import { type Access, accessOf, type Peer, peerOf, peerText } from './peer.ts';

/** The socket, for its owner and its group. */
const MODE = 0o660;
/** What a new socket is until it is the group's: nobody gets in meanwhile. */
const CLOSED_MASK = 0o777;

/** Milliseconds for a line to come, once it has begun, and for an answer to be taken. */
const LINE_MS = 10_000;
/** Milliseconds that a connection may say nothing. */
const IDLE_MS = 5 * 60_000;
/** Milliseconds for who is turned away to read why. */
const FAREWELL_MS = 1000;
/** Connections that may wait to be accepted. */
const BACKLOG = 32;
/** Who is turned away is told so; more at a time than that are not. */
const TURNED_AWAY = 32;

/** The socket cannot be had. */
export class ControlSocketError extends Error {
  override readonly name = 'ControlSocketError';
  readonly code: 'IN_USE' | 'UNAVAILABLE';

  constructor(code: ControlSocketError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What a control socket is made of. */
export interface ControlSocketOptions {
  readonly path: string;
  /** The group that may use it besides its owner. */
  readonly group: number | undefined;
  readonly log: Pick<Log, 'write'>;
  /** @throws RequestRefused */
  readonly answer: (request: ControlRequest, who: string) => Promise<Reply>;
}

/** Listens for administrators. */
export class ControlSocket {
  readonly #options: ControlSocketOptions;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  #turnedAway = 0;

  private constructor(options: ControlSocketOptions) {
    this.#options = options;
    this.#server = createServer({ pauseOnConnect: true }, (socket) => void this.#accept(socket));
  }

  /**
   * Listens. A socket that nobody listens on any more is replaced, and nothing else.
   * @throws ControlSocketError with code `IN_USE` when another server has it.
   */
  static async open(options: ControlSocketOptions): Promise<ControlSocket> {
    const socket = new ControlSocket(options);
    const { path: file, group } = options;
    try {
      using _lock = lockFolder(path.dirname(file));
      await removeStale(file);
      await socket.#listen();
      if (group !== undefined) chownSync(file, -1, group);
      chmodSync(file, MODE);
    } catch (error) {
      socket.#server.close();
      if (!isSystemError(error)) throw error;
      throw new ControlSocketError(
        error.code === 'EADDRINUSE' ? 'IN_USE' : 'UNAVAILABLE',
        `${file}: ${errorText(error)}`,
        {
          cause: error,
        },
      );
    }
    return socket;
  }

  /** Nobody new is let in, and the name is free for another server; who is connected stays. */
  stopListening(): void {
    if (this.#server.listening) this.#server.close();
  }

  /** Ends everything. */
  close(): void {
    this.stopListening();
    for (const connection of this.#connections) connection.end();
  }

  async #listen(): Promise<void> {
    const server = this.#server;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject).once('listening', resolve);
    const before = process.umask(CLOSED_MASK);
    try {
      server.listen({ path: this.#options.path, backlog: BACKLOG });
    } finally {
      process.umask(before);
    }
    await promise;
    server.off('error', reject);
    // An accept that fails (too many descriptors) costs that connection, not the server.
    server.on('error', (error) => this.#options.log.write('WARNING', `control: ${errorText(error)}`));
    server.unref();
  }

  async #accept(socket: Socket): Promise<void> {
    socket.on('error', () => socket.destroy());
    const peer = peerOf(socket);
    const access = peer === undefined ? 'none' : await this.#accessOf(peer);
    if (peer === undefined || access === 'none') {
      this.#options.log.write(
        'WARNING',
        `control: ${peer === undefined ? 'somebody' : peerText(peer)} may not connect`,
      );
      this.#turnAway(socket, 'forbidden', 'this user may not use the control socket');
      return;
    }
    const limit = access === 'owner' ? CONNECTIONS.most : CONNECTIONS.most - CONNECTIONS.kept;
    if (this.#connections.size >= limit) {
      this.#turnAway(socket, 'busy', `there are ${this.#connections.size} connections already`);
      return;
    }
    const connection = new Connection(socket, peer, access, this.#options, () => this.#connections.delete(connection));
    this.#connections.add(connection);
    connection.begin();
  }

  async #accessOf(peer: Peer): Promise<Access> {
    try {
      return await accessOf(peer, this.#options.group);
    } catch (error) {
      this.#options.log.write('WARNING', `control: the groups of uid ${peer.uid} are not known: ${errorText(error)}`);
      return 'none';
    }
  }

  #turnAway(socket: Socket, code: ErrorCode, message: string): void {
    if (this.#turnedAway >= TURNED_AWAY) {
      socket.destroy();
      return;
    }
    this.#turnedAway += 1;
    const timer = setTimeout(() => socket.destroy(), FAREWELL_MS);
    socket.once('close', () => {
      this.#turnedAway -= 1;
      clearTimeout(timer);
    });
    socket.end(lineOf({ type: 'error', code, message }));
    socket.resume();
  }
}

/** Somebody who has been let in: asks one thing after the other, and reads nothing more before it is answered. */
class Connection {
  readonly #socket: Socket;
  readonly #who: string;
  readonly #access: Access;
  readonly #options: ControlSocketOptions;
  readonly #reader = new LineReader();
  #lines: string[] = [];
  #lineTimer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, peer: Peer, access: Access, options: ControlSocketOptions, gone: () => void) {
    this.#socket = socket;
    this.#who = peerText(peer);
    this.#access = access;
    this.#options = options;
    socket.once('close', () => {
      clearTimeout(this.#lineTimer);
      gone();
    });
  }

  begin(): void {
    const socket = this.#socket;
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on('data', (piece: Buffer) => this.#receive(piece));
    // Said to nobody else: an administrator's program does not keep the server from its end.
    socket.unref();
    socket.write(lineOf({ control: CONTROL_VERSION, server: `pure-ftpd ${VERSION}`, pid: process.pid }));
    socket.resume();
  }

  end(): void {
    this.#socket.destroySoon();
  }

  #receive(piece: Buffer): void {
    try {
      this.#lines = this.#reader.push(piece);
    } catch (error) {
      if (!(error instanceof LineTooLong)) throw error;
      if (!this.#socket.destroyed) this.#socket.write(refusal(new RequestRefused('malformed', error.message)));
      this.#finish();
      return;
    }
    if (this.#lines.length > 0) void this.#answerAll();
    else this.#awaitLine();
  }

  /** The time of a line begins with it: more of it that comes in pieces gives it no more. */
  #awaitLine(): void {
    if (!this.#reader.isWaiting || this.#lineTimer !== undefined) return;
    this.#lineTimer = setTimeout(() => this.#socket.destroy(), LINE_MS);
    this.#lineTimer.unref();
  }

  /** Nothing is read any more, and what was said is sent. */
  #finish(): void {
    clearTimeout(this.#lineTimer);
    const socket = this.#socket;
    socket.removeAllListeners('data').resume();
    socket.end();
    socket.setTimeout(FAREWELL_MS, () => socket.destroy());
  }

  async #answerAll(): Promise<void> {
    this.#socket.pause();
    clearTimeout(this.#lineTimer);
    this.#lineTimer = undefined;
    // It waits for us now.
    this.#socket.setTimeout(0);
    for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) await this.#answer(line);
    if (this.#socket.destroyed) return;
    this.#awaitLine();
    this.#socket.setTimeout(IDLE_MS);
    this.#socket.resume();
  }

  async #answer(line: string): Promise<void> {
    try {
      const request = checkRequest(parsed(line));
      if (isForOwner(request) && this.#access !== 'owner')
        throw new RequestRefused('forbidden', `only root may do that: ${request.type} with a command line`);
      const { items = [], done } = await this.#options.answer(request, this.#who);
      for (const item of items) await this.#say(lineOf({ type: 'item', item }));
      await this.#say(lineOf({ type: 'done', done }));
    } catch (error) {
      await this.#say(refusal(this.#asRefused(error)));
    }
  }

  #asRefused(error: unknown): RequestRefused {
    if (error instanceof RequestRefused) return error;
    if (error instanceof MessageViolation) return new RequestRefused('malformed', error.message);
    this.#options.log.write('ERROR', `control: ${errorText(error)}`);
    return new RequestRefused('failed', errorText(error));
  }

  /** Says a line, and waits where the other end does not read; for a while. */
  async #say(line: string): Promise<void> {
    const socket = this.#socket;
    if (socket.destroyed || socket.write(line)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => socket.destroy(), LINE_MS);
    socket.once('drain', resolve).once('close', resolve);
    await promise;
    clearTimeout(timer);
    socket.off('drain', resolve).off('close', resolve);
  }
}

function refusal({ code, message, problems }: RequestRefused): string {
  return lineOf({ type: 'error', code, message, problems });
}

/** @throws MessageViolation */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new MessageViolation('a line is one JSON object', { cause: error });
  }
}
