import { messageOf, printableName } from '@pure-ftpd/protocol';

import { parseHome } from '../account.ts';
import type { AuthBackend, BackendResult, LoginAttempt } from '../backend.ts';
import { connectToDaemon, type DaemonTimes, exchange } from './daemon-connection.ts';
import { type AuthReply, parseAuthReply } from './reply.ts';
import { authRequest } from './request.ts';

const TIMES: DaemonTimes = { connectMs: 10_000, replyMs: 60_000 };

/** Logins in a row that found nobody, before others are not kept waiting for a while. */
const LOGINS_TO_FIND_OUT = 2;
const NOT_ASKED_MS = 5000;

/**
 * The accounts that an administrator's program lets in, by way of a daemon such as pure-authd: a connection for each login
 * [extauth-authd.md §1.2].
 */
export class ExtauthBackend implements AuthBackend {
  readonly method = 'extauth';
  readonly computesHashes = false;
  readonly path: string;
  readonly #times: DaemonTimes;
  #unanswered = 0;
  #notAskedUntil = 0;

  /** @param path The socket of the daemon. */
  constructor(path: string, times: Partial<DaemonTimes> = {}) {
    this.path = path;
    this.#times = { ...TIMES, ...times };
  }

  async authenticate(attempt: LoginAttempt): Promise<BackendResult> {
    const { login, log } = attempt;
    const request = authRequest(attempt);
    if (request === undefined) return { kind: 'unknown' };
    let reply: AuthReply;
    try {
      reply = parseAuthReply(await this.#ask(request, attempt.signal ?? new AbortController().signal));
    } catch (error) {
      if (attempt.signal?.aborted !== true) log?.('error', `extauth: ${this.path}: ${messageOf(error)}`);
      return { kind: 'unknown' };
    } finally {
      request.fill(0);
    }
    if (reply.kind === 'unknown') return reply;
    if (reply.kind === 'refused') {
      // What the program has said on purpose needs no line.
      if (!reply.reason.startsWith('auth_ok is -'))
        log?.('warning', `extauth: ${this.path}: ${printableName(login)}: ${reply.reason}`);
      return reply;
    }
    const { uid, gid, directory, limits, resolvesNames } = reply;
    const account = { login, method: this.method, uid, gid, home: parseHome(directory), limits, resolvesNames };
    return { kind: 'accepted', account };
  }

  async #ask(request: Buffer, signal: AbortSignal): Promise<Buffer> {
    const isWaitedFor = performance.now() >= this.#notAskedUntil;
    const socket = await this.#connect(isWaitedFor ? this.#times : { ...this.#times, connectMs: 0 }, signal);
    return exchange(socket, request, this.#times, signal);
  }

  async #connect(times: DaemonTimes, signal: AbortSignal): ReturnType<typeof connectToDaemon> {
    try {
      const socket = await connectToDaemon(this.path, times, signal);
      this.#unanswered = 0;
      this.#notAskedUntil = 0;
      return socket;
    } catch (error) {
      if (!signal.aborted) this.#unanswered += 1;
      if (this.#unanswered >= LOGINS_TO_FIND_OUT) this.#notAskedUntil = performance.now() + NOT_ASKED_MS;
      throw error;
    }
  }
}
