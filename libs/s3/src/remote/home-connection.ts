// The end of a connection that has no credentials: asks who has them for what is done with the objects of one home.
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import type { Duplex } from 'node:stream';

import type { CompletedPart } from '@aws-sdk/client-s3';
import {
  FilesystemError,
  type QuotaAmount,
  type QuotaLimits,
  type QuotaStore,
  StorageUnavailable,
  SystemError,
} from '@pure-ftpd/server';

import type { CopiedRange, ListedPage, ListOptions, Multipart, ObjectFacts, ObjectHead, Objects } from '../objects.ts';
import type { ObjectSettings } from '../settings.ts';
import type { Failure, RequestName } from './requests.ts';
import { CONNECTION_WINDOW, REQUEST_WINDOW } from './served-home.ts';

/** Mebibytes that the connection may keep: parts of uploads on their way. */
const MEMORY = 1024;

/** A connection for the home of one session. */
export class HomeConnection {
  readonly #session: ClientHttp2Session;

  /**
   * @param socket The connection's from now on.
   * @param closed Called when it is over.
   */
  constructor(socket: Duplex, closed: () => void) {
    this.#session = connect('http://home', {
      createConnection: () => socket,
      maxSessionMemory: MEMORY,
      settings: { enablePush: false, initialWindowSize: REQUEST_WINDOW },
    });
    this.#session.once('connect', (session) => session.setLocalWindowSize(CONNECTION_WINDOW));
    // What follows is the end.
    this.#session.on('error', () => undefined);
    this.#session.once('close', closed);
  }

  /** Ends it. */
  close(): void {
    this.#session.destroy();
  }

  /** Asks for something. @throws what a file system throws. */
  async ask<Answer>(
    name: RequestName,
    asked: object,
    about: { readonly syscall: string; readonly path: string },
    body?: Uint8Array,
  ): Promise<Answer> {
    const stream = await this.#request(name, asked, about, body);
    const answer: Answer = JSON.parse(await textOf(stream));
    return answer;
  }

  /** Content that comes as it is read. @throws what a file system throws. */
  content(asked: object, path: string): Promise<AsyncIterable<Uint8Array>> {
    return this.#request('read', asked, { syscall: 'read', path });
  }

  async #request(
    name: RequestName,
    asked: object,
    { syscall, path }: { readonly syscall: string; readonly path: string },
    body?: Uint8Array,
  ): Promise<ClientHttp2Stream> {
    let stream: ClientHttp2Stream;
    let status: number;
    try {
      stream = this.#session.request(
        {
          ':method': 'POST',
          ':path': `/${name}`,
          asked: Buffer.from(JSON.stringify(asked)).toString('base64url'),
        },
        { endStream: body === undefined },
      );
      const begun = answered(stream);
      if (body !== undefined) stream.end(body);
      status = await begun;
      if (status === 200) return stream;
      throw asError(JSON.parse(await textOf(stream)), syscall, path);
    } catch (error) {
      if (error instanceof FilesystemError || error instanceof SystemError) throw error;
      // The process with the credentials is gone.
      throw new StorageUnavailable({ cause: error });
    }
  }
}

/** The objects of a store, as one session may have them. */
export class HomeObjects implements Objects {
  readonly prefix: string;
  readonly partSize: number;
  readonly copyPartSize: number;
  readonly exactListings: boolean;
  readonly #connection: HomeConnection;

  constructor(connection: HomeConnection, { prefix, partSize, copyPartSize, exactListings }: ObjectSettings) {
    this.#connection = connection;
    this.prefix = prefix;
    this.partSize = partSize;
    this.copyPartSize = copyPartSize;
    this.exactListings = exactListings;
  }

  async head(key: string): Promise<ObjectHead | undefined> {
    const found: ObjectHead | null = await this.#connection.ask('head', { key }, { syscall: 'stat', path: key });
    return found === null ? undefined : withDate(found);
  }

  async list(prefix: string, options: ListOptions = {}): Promise<ListedPage> {
    const about = { syscall: 'readdir', path: prefix };
    const page: ListedPage = await this.#connection.ask('list', { prefix, ...options }, about);
    return { ...page, objects: page.objects.map((object) => withDate(object)) };
  }

  read(key: string, position: number, etag: string | undefined): Promise<AsyncIterable<Uint8Array>> {
    return this.#connection.content({ key, position, etag }, key);
  }

  put(key: string, body: Uint8Array, facts: ObjectFacts, isNew = false): Promise<void> {
    const asked = { key, size: body.length, ...facts, isNew };
    return this.#connection.ask('put', asked, { syscall: 'write', path: key }, body);
  }

  remove(key: string): Promise<void> {
    return this.#connection.ask('remove', { key }, { syscall: 'unlink', path: key });
  }

  begin(key: string, like?: ObjectHead): Promise<Multipart> {
    const asked = { key, like: like && described(like) };
    return this.#connection.ask('begin', asked, { syscall: 'write', path: key });
  }

  putPart({ key, id }: Multipart, number: number, body: Uint8Array): Promise<CompletedPart> {
    const asked = { key, id, number, size: body.length };
    return this.#connection.ask('putPart', asked, { syscall: 'write', path: key }, body);
  }

  copyPart({ key, id }: Multipart, number: number, source: CopiedRange): Promise<CompletedPart> {
    return this.#connection.ask('copyPart', { key, id, number, source }, { syscall: 'rename', path: source.key });
  }

  complete({ key, id }: Multipart, parts: readonly CompletedPart[], isNew = false): Promise<void> {
    const body = Buffer.from(JSON.stringify(parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }))));
    return this.#connection.ask(
      'complete',
      { key, id, size: body.length, isNew },
      { syscall: 'write', path: key },
      body,
    );
  }

  /** What cannot be asked for any more is aborted by who has the credentials. */
  async abort({ key, id }: Multipart): Promise<void> {
    try {
      await this.#connection.ask('abort', { key, id }, { syscall: 'write', path: key });
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
    }
  }

  copy(from: string, to: string, source: ObjectHead, metadata?: Readonly<Record<string, string>>): Promise<void> {
    const asked = { from, to, source: described(source), metadata };
    return this.#connection.ask('copy', asked, { syscall: 'rename', path: from });
  }
}

/** The counter of a home, where who has the credentials keeps it. */
export class HomeQuota implements QuotaStore {
  readonly #connection: HomeConnection;

  constructor(connection: HomeConnection) {
    this.#connection = connection;
  }

  async usage(_account: string, count: () => Promise<QuotaAmount>): Promise<QuotaAmount> {
    const known: QuotaAmount | null = await this.#connection.ask('usage', {}, ABOUT_QUOTA);
    return known ?? this.#connection.ask('counted', await count(), ABOUT_QUOTA);
  }

  change(_account: string, { files, bytes }: QuotaAmount, limits: QuotaLimits): Promise<boolean> {
    const asked = { files, bytes, mostFiles: limits.files, mostBytes: limits.bytes };
    return this.#connection.ask('change', asked, ABOUT_QUOTA);
  }
}

const ABOUT_QUOTA = { syscall: 'stat', path: '/' } as const;

/** What an object is described by, and which one it is. */
function described(head: ObjectHead): Omit<ObjectHead, 'ContentLength' | 'LastModified'> {
  const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, ETag, Metadata } = head;
  return { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, ETag, Metadata };
}

/** A date came as text. */
function withDate<Value extends { readonly LastModified?: Date | undefined }>(value: Value): Value {
  return value.LastModified === undefined ? value : { ...value, LastModified: new Date(value.LastModified) };
}

/** The status of the answer; fails when there is none. */
async function answered(stream: ClientHttp2Stream): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  stream.once('response', (headers) => {
    // An answer that nobody has begun to read when all of it is there would be thrown away.
    stream.read(0);
    resolve(headers[':status'] ?? 0);
  });
  stream.on('error', reject);
  stream.once('close', () => reject(new Error('no answer')));
  return promise;
}

async function textOf(stream: ClientHttp2Stream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function asError(failure: Failure, syscall: string, path: string): Error {
  switch (failure.kind) {
    case 'system':
      return new SystemError(failure.code, syscall, { path });
    case 'unavailable':
      return new StorageUnavailable();
    case 'refused':
      return new FilesystemError(failure.text);
    default:
      return failure satisfies never;
  }
}
