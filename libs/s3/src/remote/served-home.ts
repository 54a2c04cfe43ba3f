// The end of a connection that has credentials: does what a session may have done with the objects of its home.
import { constants, performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { asError, messageOf } from '@pure-ftpd/protocol';
import { MessageViolation } from '@pure-ftpd/protocol/checks';
import { FilesystemError, StorageUnavailable, SystemError } from '@pure-ftpd/server';

import type { Objects } from '../objects.ts';
import type { HomeCounters } from './home-counters.ts';
import { type Asked, type Failure, LARGEST_LIST, partsOf, type RequestName, requestsFor } from './requests.ts';
import type { Room } from './room.ts';

/** Requests of a session at a time: a rename of a tree has eight, an upload two parts, and a listing one. */
const AT_ONCE = 32;
/** Uploads in parts of a session at a time. */
const MOST_UPLOADS = 8;
/** How long what is stored may take to come from another process of this machine, in milliseconds. */
const BODY_MS = 60_000;
/** What may be on its way in a request, and in all of a connection, in bytes. */
export const REQUEST_WINDOW: number = 1024 * 1024;
export const CONNECTION_WINDOW: number = 8 * 1024 * 1024;
/** Bytes of the head of a request. */
const LONGEST_HEAD = 24 * 1024;

/** What the homes of a store have in common. */
export interface HomesOptions {
  readonly objects: Objects;
  readonly counters: HomeCounters;
  /** For what is to be stored. */
  readonly room: Room;
}

/** A home, as one session has it. */
export class ServedHome {
  readonly #options: HomesOptions;
  readonly #prefix: string;
  readonly #requests: ReturnType<typeof requestsFor>;
  readonly #session: ServerHttp2Session;
  readonly #violated: (error: Error) => void;
  /** Uploads in parts that have begun here, by their ids, and what they are of. */
  readonly #uploads = new Map<string, string>();
  /** Uploads that the store has not begun yet. */
  #beginning = 0;
  readonly #underWay = new Set<Promise<void>>();
  /** The connection is over, and what it has left is aborted. */
  readonly closed: Promise<void>;

  /**
   * @param socket This home's from now on.
   * @param prefix What all keys of the home begin with.
   * @param violated Hears of who asks for what is not its own, before the connection ends.
   */
  constructor(socket: Duplex, prefix: string, options: HomesOptions, violated: (error: Error) => void) {
    this.#options = options;
    this.#prefix = prefix;
    this.#requests = requestsFor(prefix);
    this.#violated = violated;
    options.counters.enter(prefix);
    const session = performServerHandshake(socket, {
      maxSendHeaderBlockLength: LONGEST_HEAD,
      settings: {
        enablePush: false,
        initialWindowSize: REQUEST_WINDOW,
        maxConcurrentStreams: AT_ONCE,
        maxHeaderListSize: LONGEST_HEAD,
      },
    });
    this.#session = session;
    session.setLocalWindowSize(CONNECTION_WINDOW);
    session.on('stream', (stream, headers) => this.#begin(stream, headers[':path'], headers['asked']));
    // What follows is the end.
    session.on('error', () => undefined);
    const { promise, resolve } = Promise.withResolvers<void>();
    session.once('close', () => resolve(this.#end()));
    this.closed = promise;
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#session.destroy();
  }

  async #end(): Promise<void> {
    this.#options.counters.leave(this.#prefix);
    // A part that comes after the abort would stay.
    await Promise.all(this.#underWay);
    for (const [id, key] of this.#uploads) await this.#options.objects.abort({ key, id });
    this.#uploads.clear();
  }

  #begin(stream: ServerHttp2Stream, path: string | undefined, asked: unknown): void {
    // What is wrong with it ends the request.
    stream.on('error', () => undefined);
    const work = this.#serve(stream, path ?? '', asked);
    this.#underWay.add(work);
    void work.then(() => this.#underWay.delete(work));
  }

  async #serve(stream: ServerHttp2Stream, path: string, asked: unknown): Promise<void> {
    try {
      const name = path.slice(1);
      if (!isRequest(this.#requests, name)) throw new MessageViolation('no such request');
      const answer = await this.#answer(name, decoded(asked), stream);
      if (stream.destroyed) return;
      stream.respond({ ':status': 200 });
      if (isContent(answer)) await pipeline(answer, stream);
      else stream.end(JSON.stringify(answer ?? null));
    } catch (error) {
      if (error instanceof MessageViolation) {
        this.#violated(error);
        this.destroy();
      } else tellFailure(stream, error);
    }
  }

  async #answer(name: RequestName, asked: unknown, stream: ServerHttp2Stream): Promise<unknown> {
    const { objects, room } = this.#options;
    const requests = this.#requests;
    switch (name) {
      case 'head':
        return objects.head(requests.head(asked, name).key);
      case 'list': {
        const { prefix, ...options } = requests.list(asked, name);
        return objects.list(prefix, options);
      }
      case 'read': {
        const { key, position, etag } = requests.read(asked, name);
        return objects.read(key, position, etag);
      }
      case 'put': {
        const { key, size, isNew, ...facts } = requests.put(asked, name);
        using _taken = await room.take(size);
        return await objects.put(key, await contentOf(stream, size), facts, isNew);
      }
      case 'remove':
        return objects.remove(requests.remove(asked, name).key);
      case 'copy': {
        const { from, to, source, metadata } = requests.copy(asked, name);
        return objects.copy(from, to, source, metadata);
      }
      case 'usage':
      case 'counted':
      case 'change':
        return this.#answerCount(name, asked);
      case 'begin':
      case 'putPart':
      case 'copyPart':
      case 'complete':
      case 'abort':
        return this.#answerUpload(name, asked, stream);
      default:
        return name satisfies never;
    }
  }

  /** Requests about an upload in parts. */
  async #answerUpload(
    name: 'begin' | 'putPart' | 'copyPart' | 'complete' | 'abort',
    asked: unknown,
    stream: ServerHttp2Stream,
  ): Promise<unknown> {
    const { objects, room } = this.#options;
    const requests = this.#requests;
    switch (name) {
      case 'begin':
        return this.#beginUpload(requests.begin(asked, name));
      case 'putPart': {
        const { number, size, ...upload } = requests.putPart(asked, name);
        this.#requireOwn(upload);
        using _taken = await room.take(size);
        return await objects.putPart(upload, number, await contentOf(stream, size));
      }
      case 'copyPart': {
        const { number, source, ...upload } = requests.copyPart(asked, name);
        this.#requireOwn(upload);
        return objects.copyPart(upload, number, source);
      }
      case 'complete': {
        const { size, isNew, ...upload } = requests.complete(asked, name);
        this.#requireOwn(upload);
        const said = await contentOf(stream, Math.min(size, LARGEST_LIST));
        await objects.complete(upload, partsOf(parsed(said.toString()), name), isNew);
        this.#uploads.delete(upload.id);
        return undefined;
      }
      case 'abort': {
        const upload = requests.abort(asked, name);
        this.#requireOwn(upload);
        await objects.abort(upload);
        this.#uploads.delete(upload.id);
        return undefined;
      }
      default:
        return name satisfies never;
    }
  }

  /** What is stored in the home. */
  #answerCount(name: 'usage' | 'counted' | 'change', asked: unknown): unknown {
    const { counters } = this.#options;
    const requests = this.#requests;
    switch (name) {
      case 'usage':
        requests.usage(asked, name);
        return counters.usage(this.#prefix);
      case 'counted':
        return counters.counted(this.#prefix, requests.counted(asked, name));
      case 'change': {
        const { mostFiles, mostBytes, ...change } = requests.change(asked, name);
        return counters.change(this.#prefix, change, { files: mostFiles, bytes: mostBytes });
      }
      default:
        return name satisfies never;
    }
  }

  async #beginUpload({ key, like }: Asked<'begin'>): Promise<unknown> {
    if (this.#uploads.size + this.#beginning >= MOST_UPLOADS) throw new MessageViolation('begin: too many uploads');
    this.#beginning += 1;
    try {
      const upload = await this.#options.objects.begin(key, like);
      this.#uploads.set(upload.id, upload.key);
      return upload;
    } finally {
      this.#beginning -= 1;
    }
  }

  #requireOwn({ key, id }: { readonly key: string; readonly id: string }): void {
    if (this.#uploads.get(id) !== key) throw new MessageViolation('an upload that was begun here expected');
  }
}

function isRequest(requests: ReturnType<typeof requestsFor>, name: string): name is RequestName {
  return Object.hasOwn(requests, name);
}

/** What stands in the head of a request. */
function decoded(asked: unknown): unknown {
  if (typeof asked !== 'string') throw new MessageViolation('what is asked for expected');
  return parsed(Buffer.from(asked, 'base64url').toString());
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new MessageViolation('JSON expected', { cause: error });
  }
}

function isContent(answer: unknown): answer is AsyncIterable<Uint8Array> {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;
}

/** What comes with a request: so many bytes, and no more. */
async function contentOf(stream: ServerHttp2Stream, size: number): Promise<Buffer> {
  const content = Buffer.allocUnsafe(size);
  let filled = 0;
  const timer = setTimeout(() => stream.destroy(new Error('it takes too long')), BODY_MS);
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      if (!(chunk instanceof Uint8Array) || filled + chunk.length > size)
        throw new MessageViolation('more than was said');
      content.set(chunk, filled);
      filled += chunk.length;
    }
  } finally {
    clearTimeout(timer);
  }
  if (filled < size) throw new Error('less than was said');
  return content;
}

function tellFailure(stream: ServerHttp2Stream, error: unknown): void {
  if (stream.destroyed) return;
  if (stream.headersSent) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else {
    stream.respond({ ':status': 500 });
    stream.end(JSON.stringify(failureOf(error)));
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof StorageUnavailable) return { kind: 'unavailable' };
  if (error instanceof SystemError) return { kind: 'system', code: error.code };
  if (error instanceof FilesystemError) return { kind: 'refused', text: messageOf(error) };
  // A defect, or a connection that broke: this process goes on with the others.
  return { kind: 'refused', text: asError(error).message };
}
