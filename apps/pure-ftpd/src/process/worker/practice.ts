// What a spare worker does before it has an identity: it serves a client of its own. V8 compiles what is called often, for the
// objects that it has seen: the first session of a user is as quick then as others are in their third.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Worker as Thread } from 'node:worker_threads';

import { type Account, NO_LIMITS, parseHome } from '@pure-ftpd/auth';
import { duplicateDescriptor, socketpair } from '@pure-ftpd/posix';
import { asError } from '@pure-ftpd/protocol';
import { descriptorOf, freshState, LocalDataPorts, originOf, PassivePorts } from '@pure-ftpd/server/internal';

import { PURE_FTPD_SLOTS } from '../../features/all.ts';
import type { NewIdentity } from '../become.ts';
import { Channel } from '../messages/channel.ts';
import { childCodec, monitorCodec } from '../messages/codecs.ts';
import type { MessageToWorker, ToChild } from '../messages/to-child.ts';
import type { MessageToMonitor, SentToMonitor } from '../messages/to-monitor.ts';
import { drop, isOneOf } from '../monitor-link.ts';
import { ROLE_VARIABLE } from '../role.ts';
import type { PracticeLink } from './practice-link.ts';
import { Worker } from './worker.ts';
import type { WorkerHandler } from './worker-handler.ts';

/** What the client is told. */
export interface PracticeOrder {
  readonly port: number;
  readonly sessions: number;
  /** Files of each session. */
  readonly files: number;
}

/** What the client tells: that it is loaded, and the port of the connection it has just made. */
export type PracticeNews = { readonly type: 'loaded' } | { readonly type: 'connected'; readonly port: number };

/** Three sessions are the knee: ten gain next to nothing more. */
const SESSIONS = 3;
const FILES = 20;

/** How long it may take, in milliseconds: where it is cut, it was of use all the same. */
const LONGEST_MS = 10_000;

/** Connections that may wait to be looked at: the client makes one at a time. */
const AT_ONCE = 4;

const HOST = '127.0.0.1';
const NAME = 'practice';

interface Practice {
  readonly handler: WorkerHandler;
  readonly link: PracticeLink;
  readonly folder: string;
  readonly identity: NewIdentity;
  /** Gives up rights until it is disposed of. */
  readonly limited: () => Disposable;
}

/** Serves sessions of its own, all that they say included, and leaves nothing of them. @throws Error of the client. */
export async function practise({ handler, link, folder, identity, limited }: Practice): Promise<void> {
  const client = new PracticeClient();
  try {
    // Its files may be nobody else's to read.
    await client.loaded;
    using _limited = limited();
    await using monitor = new PracticeMonitor(handler, link);
    await using listener = await listen();
    const account = accountOf(folder, identity);
    listener.server.on('connection', (socket) => {
      void client.isOwn(socket).then((isOwn) => {
        if (isOwn) monitor.serve(socket, account);
        socket.destroy();
      });
    });
    await client.run({ port: listener.port, sessions: SESSIONS, files: FILES });
  } finally {
    await client.stop();
  }
}

/** What a worker says has come from this process. */
function isStored(message: unknown): message is Extract<MessageToMonitor, { readonly type: 'stored' }> {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'stored';
}

/** On a free port of the loopback. */
async function listen(): Promise<AsyncDisposable & { readonly server: Server; readonly port: number }> {
  const server = createServer({ pauseOnConnect: true });
  server.maxConnections = AT_ONCE;
  server.listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  return {
    server,
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

function accountOf(folder: string, { uid, gid }: NewIdentity): Account {
  return {
    login: NAME,
    method: NAME,
    uid,
    gid,
    home: parseHome(`${folder}/./`),
    limits: NO_LIMITS,
    resolvesNames: false,
  };
}

/** The client: on a thread of its own, since its sockets would be the server's to V8 otherwise. */
class PracticeClient {
  readonly loaded: Promise<void>;
  readonly #thread: Thread;
  readonly #exit: Promise<void>;
  readonly #ports = new Set<number>();
  readonly #news: (() => void)[] = [];

  constructor() {
    // What it would print is nobody's.
    this.#thread = new Thread(process.argv[1] ?? '', {
      env: { [ROLE_VARIABLE]: 'practice' },
      stdout: true,
      stderr: true,
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.loaded = promise;
    const exit = Promise.withResolvers<void>();
    this.#exit = exit.promise;
    this.#thread.on('message', (news: PracticeNews) => {
      if (news.type === 'loaded') resolve();
      else this.#ports.add(news.port);
      for (const heard of this.#news.splice(0)) heard();
    });
    this.#thread.once('error', (error) => {
      reject(asError(error));
      exit.reject(asError(error));
    });
    this.#thread.once('exit', () => {
      reject(new Error('the client has ended'));
      exit.resolve();
      for (const heard of this.#news.splice(0)) heard();
    });
    this.#exit.catch(() => undefined);
  }

  /** Comes back when it has done all that, or the time is over. */
  async run(order: PracticeOrder): Promise<void> {
    const timer = setTimeout(() => void this.stop(), LONGEST_MS);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
    this.#thread.postMessage(order);
    try {
      await this.#exit;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether a connection is this client's, and nobody else's on the machine. */
  async isOwn({ remotePort = 0 }: Socket): Promise<boolean> {
    // Once: the port may be somebody else's later on.
    if (this.#ports.delete(remotePort)) return true;
    await new Promise<void>((resolve) => this.#news.push(resolve));
    return this.#ports.delete(remotePort);
  }

  /** Comes back when it is gone. */
  async stop(): Promise<void> {
    await this.#thread.terminate();
  }
}

/** The other end of a worker's channels, in the same process: the way a connection takes is part of the practice. */
class PracticeMonitor implements AsyncDisposable {
  readonly #handler: WorkerHandler;
  readonly #link: PracticeLink;
  readonly #ports = new PassivePorts();
  readonly #worker: Worker;
  readonly #ours: Channel<MessageToWorker>;
  readonly #theirs: Channel<SentToMonitor>;

  constructor(handler: WorkerHandler, link: PracticeLink) {
    this.#handler = handler;
    this.#link = link;
    const [[messages, theirMessages], [descriptors, theirDescriptors]] = [socketpair(), socketpair()];
    this.#ours = new Channel({ messages, descriptors }, monitorCodec, {
      message: (message, descriptor) => {
        drop(descriptor);
        if (isStored(message)) this.#ours.send({ type: 'recorded', request: message.request, isKept: true });
      },
      closed: () => undefined,
    });
    this.#theirs = new Channel({ messages: theirMessages, descriptors: theirDescriptors }, childCodec, {
      message: (message, descriptor) => {
        if (isOneOf<ToChild<'serve' | 'recorded'>>(message, ['serve', 'recorded']))
          this.#worker.receive(message, descriptor);
        else drop(descriptor);
      },
      closed: () => undefined,
    });
    link.practise(this.#theirs);
    this.#worker = new Worker(link.link, handler, new LocalDataPorts(this.#ports));
  }

  /** Has it serve a connection, which stays the caller's to close. */
  serve(socket: Socket, account: Account): void {
    const own = descriptorOf(socket);
    if (own === undefined) return;
    const state = {
      ...freshState(PURE_FTPD_SLOTS, this.#handler.handler),
      ...originOf(socket),
      username: NAME,
      attemptedLogins: 0,
      hostName: HOST,
      proxy: undefined,
    };
    this.#link.began(state.sessionId);
    const serve: ToChild<'serve'> = {
      type: 'serve',
      state,
      unread: Buffer.alloc(0),
      account,
      relayed: false,
      tls: undefined,
    };
    this.#ours.send(serve, duplicateDescriptor(own));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.close(0);
    await this.#worker.ended;
    this.#link.silence();
    this.#ports.close();
    this.#ours.destroy();
    this.#theirs.destroy();
  }
}
