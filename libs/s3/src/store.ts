import type { CompletedPart, HeadObjectCommandOutput, S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { messageOf } from '@pure-ftpd/protocol';

import { asFileError, isMissing, isUnavailable } from './failures.ts';
import { decodeListed } from './keys.ts';
import type { CopiedRange, ListedPage, ListOptions, Multipart, ObjectFacts, ObjectHead, Objects } from './objects.ts';
import type * as SdkModule from './sdk.ts';
import { objectSettings } from './settings.ts';

/** Which bucket, and how it is spoken to. */
export interface S3StoreOptions {
  readonly bucket: string;
  /** What all keys begin with, without slashes at its ends; nothing outside it is read or written. Default: the whole bucket. */
  readonly prefix?: string | undefined;
  /** For the client: `endpoint`, `region`, `credentials`, `forcePathStyle`. Without credentials the usual chain finds them. */
  readonly client?: S3ClientConfig;
  /** Bytes of a part of an upload, of which three are in memory at most: 5 MiB or more. Default 8 MiB; doubled every 2,000 parts. */
  readonly partSize?: number | undefined;
  /** What is larger is copied (by a rename) in parts of this size, in bytes. Default 512 MiB; at most 5 GiB. */
  readonly copyPartSize?: number | undefined;
  /** Names in a page of a listing. Default, and most: 1000. */
  readonly pageSize?: number;
  /** Asks for each object that is listed when it was last changed by MFMT: as many requests as objects. Default false. */
  readonly exactListings?: boolean | undefined;
  /** Told when the store cannot be used, and when it can again, each once. Default: a warning of the process. */
  readonly report?: (line: string, cause: unknown) => void;
}

type Sdk = typeof SdkModule;

interface Loaded {
  readonly sdk: Sdk;
  readonly client: S3Client;
}

/** How long a broken upload waits until it is aborted once more, in milliseconds. */
const ABORT_AGAIN = 30_000;
/** Uploads whose abort has failed that are remembered, at most: the lifecycle rule of the bucket is for others. */
const MOST_UNFINISHED = 10_000;

/**
 * A bucket, or the part of one below a prefix, shared by all sessions whose file systems stand on it. The SDK is loaded by the first
 * request, which is also when credentials are looked for. Requests are made again with a growing delay while the store fails.
 */
export class S3Store implements Objects {
  readonly bucket: string;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
  readonly partSize: number;
  readonly copyPartSize: number;
  readonly pageSize: number;
  readonly exactListings: boolean;
  readonly #config: S3ClientConfig;
  readonly #report: (line: string, cause: unknown) => void;
  #loaded: Promise<Loaded> | undefined;
  #isDown = false;
  readonly #unfinished = new Map<string, Multipart>();
  #again: NodeJS.Timeout | undefined;

  /** @throws RangeError for a size that S3 does not take, or a prefix with empty names, `.` or `..`. */
  constructor(options: S3StoreOptions) {
    const { bucket, pageSize = 1000 } = options;
    const { prefix, partSize, copyPartSize, exactListings } = objectSettings(options);
    if (!(pageSize >= 1 && pageSize <= 1000)) throw new RangeError('pageSize must be 1 to 1000');
    this.bucket = bucket;
    this.prefix = prefix;
    this.partSize = partSize;
    this.copyPartSize = copyPartSize;
    this.exactListings = exactListings;
    this.pageSize = pageSize;
    this.#config = options.client ?? {};
    this.#report = options.report ?? warn;
  }

  /** Loads the SDK and finds credentials, for who could not read their files later. @throws when there are none. */
  async open(): Promise<void> {
    const { client } = await this.#load();
    await client.config.credentials();
  }

  async head(key: string): Promise<HeadObjectCommandOutput | undefined> {
    try {
      return await this.#ask('stat', key, (sdk, client) =>
        client.send(new sdk.HeadObjectCommand({ Bucket: this.bucket, Key: key })),
      );
    } catch (error) {
      if (isNoEntry(error)) return undefined;
      throw error;
    }
  }

  /** A page of what is below a prefix. */
  async list(prefix: string, { delimiter, after, most = this.pageSize }: ListOptions = {}): Promise<ListedPage> {
    const answer = await this.#ask('readdir', prefix, (sdk, client) =>
      client.send(
        new sdk.ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: prefix,
          MaxKeys: most,
          // Keys have characters that XML cannot have.
          EncodingType: 'url',
          ...(delimiter === true ? { Delimiter: '/' } : {}),
          ...(after === undefined ? {} : { ContinuationToken: after }),
        }),
      ),
    );
    const isEncoded = answer.EncodingType === 'url';
    const plain = (text: string | undefined): string => (isEncoded ? decodeListed(text ?? '') : (text ?? ''));
    return {
      objects: (answer.Contents ?? []).map(({ Key, Size, LastModified }) => ({ Key: plain(Key), Size, LastModified })),
      prefixes: (answer.CommonPrefixes ?? []).map(({ Prefix }) => plain(Prefix)),
      next: answer.NextContinuationToken,
    };
  }

  /** The content of an object from a position on. @param etag Of the object that is meant: another in its place is an error. */
  async read(key: string, position: number, etag: string | undefined): Promise<AsyncIterable<Uint8Array>> {
    const { Body } = await this.#ask('read', key, (sdk, client) =>
      client.send(
        new sdk.GetObjectCommand({
          Bucket: this.bucket,
          Key: key,
          ...(position > 0 ? { Range: `bytes=${position}-` } : {}),
          ...unlessChanged(etag),
        }),
      ),
    );
    if (Body === undefined || !(Symbol.asyncIterator in Body)) throw new TypeError('an object without a stream');
    return Body;
  }

  /** Stores an object whole. @param isNew Never replaces another. */
  async put(key: string, body: Uint8Array, { contentType, metadata }: ObjectFacts, isNew = false): Promise<void> {
    await this.#ask('write', key, (sdk, client) =>
      client.send(
        new sdk.PutObjectCommand({
          Bucket: this.bucket,
          Key: key,
          Body: body,
          ...(contentType === undefined ? {} : { ContentType: contentType }),
          ...(metadata === undefined ? {} : { Metadata: { ...metadata } }),
          ...(isNew ? { IfNoneMatch: '*' } : {}),
        }),
      ),
    );
  }

  async remove(key: string): Promise<void> {
    await this.#ask('unlink', key, (sdk, client) =>
      client.send(new sdk.DeleteObjectCommand({ Bucket: this.bucket, Key: key })),
    );
  }

  /** Begins an upload in parts. @param like An object whose kind and metadata it gets. */
  async begin(key: string, like?: ObjectHead): Promise<Multipart> {
    const { UploadId: id } = await this.#ask('write', key, (sdk, client) =>
      client.send(
        new sdk.CreateMultipartUploadCommand({ Bucket: this.bucket, Key: key, ...(like && describedAs(like)) }),
      ),
    );
    if (id === undefined) throw new TypeError('an upload without an id');
    return { key, id };
  }

  /** Stores a part. @param number From 1 on. */
  async putPart({ key, id }: Multipart, number: number, body: Uint8Array): Promise<CompletedPart> {
    const { ETag } = await this.#ask('write', key, (sdk, client) =>
      client.send(
        new sdk.UploadPartCommand({ Bucket: this.bucket, Key: key, UploadId: id, PartNumber: number, Body: body }),
      ),
    );
    return { PartNumber: number, ETag };
  }

  /** Copies a range of an object into a part. */
  async copyPart({ key, id }: Multipart, number: number, source: CopiedRange): Promise<CompletedPart> {
    const { CopyPartResult } = await this.#ask('rename', source.key, (sdk, client) =>
      client.send(
        new sdk.UploadPartCopyCommand({
          Bucket: this.bucket,
          Key: key,
          UploadId: id,
          PartNumber: number,
          CopySource: this.#source(source.key),
          CopySourceRange: `bytes=${source.from}-${source.end - 1}`,
          ...unlessSourceChanged(source.etag),
        }),
      ),
    );
    return { PartNumber: number, ETag: CopyPartResult?.ETag };
  }

  /** The object of the parts appears. @param isNew Never replaces another, where the store can tell. */
  async complete({ key, id }: Multipart, parts: readonly CompletedPart[], isNew = false): Promise<void> {
    await this.#ask('write', key, (sdk, client) =>
      client.send(
        new sdk.CompleteMultipartUploadCommand({
          Bucket: this.bucket,
          Key: key,
          UploadId: id,
          MultipartUpload: { Parts: [...parts] },
          ...(isNew ? { IfNoneMatch: '*' } : {}),
        }),
      ),
    );
  }

  /** The parts go. What fails is tried again as long as this process lives: parts cost room, and nobody sees them. */
  async abort(upload: Multipart): Promise<void> {
    try {
      await this.#ask('write', upload.key, (sdk, client) =>
        client.send(new sdk.AbortMultipartUploadCommand({ Bucket: this.bucket, Key: upload.key, UploadId: upload.id })),
      );
      this.#unfinished.delete(upload.id);
    } catch (error) {
      if (isNoEntry(error)) this.#unfinished.delete(upload.id);
      else if (this.#unfinished.size < MOST_UNFINISHED) this.#unfinished.set(upload.id, upload);
      this.#abortLater();
    }
  }

  /** Copies an object of at most 5 GiB. @param metadata Instead of what the object has. */
  async copy(from: string, to: string, source: ObjectHead, metadata?: Readonly<Record<string, string>>): Promise<void> {
    await this.#ask('rename', from, (sdk, client) =>
      client.send(
        new sdk.CopyObjectCommand({
          Bucket: this.bucket,
          Key: to,
          CopySource: this.#source(from),
          ...unlessSourceChanged(source.ETag),
          ...(metadata === undefined
            ? {}
            : { ...describedAs(source), MetadataDirective: 'REPLACE' as const, Metadata: { ...metadata } }),
        }),
      ),
    );
  }

  /** Ends the connections. */
  async close(): Promise<void> {
    clearTimeout(this.#again);
    this.#again = undefined;
    const loaded = await this.#loaded;
    loaded?.client.destroy();
  }

  /** Where something is copied from, as the header has it. */
  #source(key: string): string {
    return `${this.bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
  }

  async #ask<T>(syscall: string, key: string, work: (sdk: Sdk, client: S3Client) => Promise<T>): Promise<T> {
    try {
      const { sdk, client } = await this.#load();
      const answer = await work(sdk, client);
      this.#tell(false, undefined);
      return answer;
    } catch (error) {
      this.#tell(isUnavailable(error), error);
      throw asFileError(error, syscall, key);
    }
  }

  #load(): Promise<Loaded> {
    this.#loaded ??= load(this.#config).catch((error: unknown) => {
      this.#loaded = undefined;
      throw error;
    });
    return this.#loaded;
  }

  #tell(isDown: boolean, cause: unknown): void {
    if (isDown === this.#isDown) return;
    this.#isDown = isDown;
    this.#report(
      isDown
        ? `the bucket ${this.bucket} cannot be used: ${messageOf(cause)}`
        : `the bucket ${this.bucket} can be used again`,
      cause,
    );
  }

  #abortLater(): void {
    if (this.#unfinished.size === 0 || this.#again !== undefined) return;
    this.#again = setTimeout(() => {
      this.#again = undefined;
      void this.#abortUnfinished();
    }, ABORT_AGAIN);
    this.#again.unref();
  }

  /** One after the other: the first that fails ends the turn, and asks for another. */
  async #abortUnfinished(): Promise<void> {
    for (const upload of this.#unfinished.values()) {
      await this.abort(upload);
      if (this.#isDown) return;
    }
  }
}

async function load(config: S3ClientConfig): Promise<Loaded> {
  const sdk = await import('./sdk.ts');
  const agent = { maxSockets: 256 };
  const client = new sdk.S3Client({
    region: 'us-east-1',
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 5000, socketTimeout: 60_000, httpAgent: agent, httpsAgent: agent },
    // Stores that are not Amazon's know no others, and parts of one kind have to be of an upload of that kind.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...config,
  });
  return { sdk, client };
}

function isNoEntry(error: unknown): boolean {
  return isMissing(error) || (error instanceof Error && 'code' in error && error.code === 'ENOENT');
}

/** Without quotes: some stores compare them, too. */
function unlessChanged(etag: string | undefined): { IfMatch?: string } {
  return etag === undefined || etag === '' ? {} : { IfMatch: etag.replaceAll('"', '') };
}

function unlessSourceChanged(etag: string | undefined): { CopySourceIfMatch?: string } {
  return etag === undefined || etag === '' ? {} : { CopySourceIfMatch: etag.replaceAll('"', '') };
}

/** What an object is, but for its content. */
function describedAs(head: ObjectHead): Omit<ObjectHead, 'ContentLength' | 'ETag' | 'LastModified'> {
  const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata } = head;
  const all = { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function warn(line: string): void {
  process.emitWarning(line);
}
