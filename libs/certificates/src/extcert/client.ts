import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { encodeName, messageOf } from '@pure-ftpd/protocol';

import { CertificateError } from '../errors.ts';
import type { CertificateMaterial } from '../material.ts';
import { readCertificate } from '../read-certificate.ts';
import { type CertificateReply, MAX_REPLY_BYTES, parseCertificateReply } from './reply.ts';
import { certificateRequest } from './request.ts';

/** What a client that names a server gets. */
export type CertificateAnswer =
  /** The server's own choice; with a reason where the program named another one that cannot be used (`fallback`). */
  | { readonly kind: 'default'; readonly reason?: string }
  | { readonly kind: 'certificate'; readonly material: CertificateMaterial }
  /** No handshake: the program said so. */
  | { readonly kind: 'denied' }
  /** No handshake: nobody can say which certificate. The reason is one line for the log. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Times of the client; those of the C server unless told. */
export interface CertificateClientOptions {
  /** Attempts to connect after the first one has failed. */
  readonly retries?: number;
  /** Milliseconds between them. */
  readonly retryMs?: number;
  /** Milliseconds until the whole reply has come, once connected. The C server waits for as long as the session may last. */
  readonly replyMs?: number;
}

const RETRIES = 10;
const RETRY_MS = 1000;
const REPLY_MS = 30_000;

/** Errors of connect(2) that may be over in a second: the daemon is being restarted, or has its hands full. */
const PASSING = new Set(['ENOENT', 'ECONNREFUSED', 'EAGAIN', 'ECONNRESET']);

/** The longest path of a Unix socket, without its NUL. */
export const MAX_SOCKET_PATH_BYTES = 107;

/**
 * Asks a certificate daemon (`pure-certd`) which certificate the clients of a name get. One connection for each question;
 * never blocks.
 */
export class CertificateClient {
  readonly #path: string;
  readonly #options: CertificateClientOptions;

  /** @param path The socket of the daemon, at most {@link MAX_SOCKET_PATH_BYTES} bytes. */
  constructor(path: string, options: CertificateClientOptions = {}) {
    this.#path = path;
    this.#options = options;
  }

  /**
   * The certificate for a name.
   * @param name A server name (`isServerName`).
   * @param signal Gives up when the client has gone; the answer is then `failed`.
   */
  async ask(name: string, signal?: AbortSignal): Promise<CertificateAnswer> {
    let reply: CertificateReply | undefined;
    try {
      const socket = await this.#connect(signal);
      reply = parseCertificateReply(await this.#exchange(socket, certificateRequest(name), signal));
    } catch (error) {
      return failed(`certificate daemon ${this.#path}: ${messageOf(error)}`);
    }
    if (reply === undefined) return failed(`certificate daemon ${this.#path}: no end in its reply for ${name}`);
    return this.#decide(name, reply);
  }

  async #decide(name: string, { action, certFile, keyFile }: CertificateReply): Promise<CertificateAnswer> {
    if (action === undefined) return failed(`certificate daemon ${this.#path}: unknown action for ${name}`);
    if (action === 'deny') return { kind: 'denied' };
    if (action === 'default') return { kind: 'default' };
    const found = await read(certFile, keyFile);
    if (typeof found !== 'string') return { kind: 'certificate', material: found };
    if (action === 'strict') return failed(`certificate for ${name}: ${found}`);
    return { kind: 'default', reason: `certificate for ${name}: ${found}; the default one is used` };
  }

  async #connect(signal: AbortSignal | undefined): Promise<Socket> {
    const { retries = RETRIES, retryMs = RETRY_MS } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await connectTo(this.#path, signal);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : '';
        if (attempt >= retries || !PASSING.has(code) || signal?.aborted === true) throw error;
        await sleep(retryMs, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) });
      }
    }
  }

  /** Sends the question and hears the answer: until the other side ends, or there is more than a reply may have. */
  #exchange(socket: Socket, request: Buffer, signal: AbortSignal | undefined): Promise<Buffer> {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const chunks: Buffer[] = [];
    let length = 0;
    const done = (): void => resolve(Buffer.concat(chunks));
    const timer = setTimeout(() => reject(new Error('no reply in time')), this.#options.replyMs ?? REPLY_MS);
    timer.unref();
    const onAbort = (): void => reject(new Error('the client has gone'));
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= MAX_REPLY_BYTES) done();
    });
    socket.once('end', done);
    socket.once('error', reject);
    // The writing side stays open: the daemon knows the end of the question by its last line.
    socket.write(request);
    return promise.finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.destroy();
    });
  }
}

function failed(reason: string): CertificateAnswer {
  return { kind: 'failed', reason };
}

/** The certificate, or why there is none. */
async function read(certFile: string | undefined, keyFile: string | undefined): Promise<CertificateMaterial | string> {
  if (certFile === undefined || keyFile === undefined) return 'the certificate daemon named no absolute path';
  try {
    return await readCertificate({ certFile, keyFile });
  } catch (error) {
    if (error instanceof CertificateError) return error.message;
    throw error;
  }
}

function connectTo(path: string, signal: AbortSignal | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    const settle = (action: () => void): void => {
      socket.removeAllListeners();
      signal?.removeEventListener('abort', onAbort);
      action();
    };
    const onAbort = (): void =>
      settle(() => {
        socket.destroy();
        reject(new Error('the client has gone'));
      });
    socket.once('connect', () => settle(() => resolve(socket)));
    socket.once('error', (error) =>
      settle(() => {
        socket.destroy();
        reject(error);
      }),
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
  });
}

/** Whether a path can be that of a Unix socket. */
export function isSocketPath(path: string): boolean {
  const { length } = encodeName(path);
  return length > 0 && length <= MAX_SOCKET_PATH_BYTES && !path.includes('\0');
}
