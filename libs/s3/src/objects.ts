// What a file system needs of a store, wherever the requests are made: in this process, or in one that has the credentials.
import type { CompletedPart, HeadObjectCommandOutput } from '@aws-sdk/client-s3';

/** What is known of an object. */
export type ObjectHead = Pick<
  HeadObjectCommandOutput,
  | 'CacheControl'
  | 'ContentDisposition'
  | 'ContentEncoding'
  | 'ContentLanguage'
  | 'ContentLength'
  | 'ContentType'
  | 'ETag'
  | 'LastModified'
  | 'Metadata'
>;

/** An object in a listing. */
export interface ListedObject {
  readonly Key: string;
  readonly Size?: number | undefined;
  readonly LastModified?: Date | undefined;
}

/** A page of a listing: what is in a directory, and the directories in it, by their whole keys. */
export interface Page {
  readonly objects: readonly ListedObject[];
  readonly prefixes: readonly string[];
}

/** A page, and the token of the next one; undefined behind the last. */
export type ListedPage = Page & { readonly next: string | undefined };

export interface ListOptions {
  /** Shows what is below a slash as one prefix. */
  readonly delimiter?: boolean | undefined;
  /** The token of the page before. */
  readonly after?: string | undefined;
  readonly most?: number | undefined;
}

/** An upload in parts, of which nothing is seen before its end. */
export interface Multipart {
  readonly key: string;
  readonly id: string;
}

/** What an object is stored with, besides its content. */
export interface ObjectFacts {
  readonly contentType?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** What a part is copied from: bytes of an object, which is another where its tag differs. */
export interface CopiedRange {
  readonly key: string;
  readonly etag: string | undefined;
  readonly from: number;
  readonly end: number;
}

/** The requests. Each of them throws what a file system throws. */
export interface Objects {
  /** What all keys begin with: empty, or with a slash at its end. */
  readonly prefix: string;
  readonly partSize: number;
  readonly copyPartSize: number;
  readonly exactListings: boolean;
  /** What is known of an object; undefined when it is not there. */
  head(key: string): Promise<ObjectHead | undefined>;
  /** A page of what is below a prefix. */
  list(prefix: string, options?: ListOptions): Promise<ListedPage>;
  /** The content of an object from a position on. @param etag Of the object that is meant: another in its place is an error. */
  read(key: string, position: number, etag: string | undefined): Promise<AsyncIterable<Uint8Array>>;
  /** Stores an object whole. @param isNew Never replaces another. */
  put(key: string, body: Uint8Array, facts: ObjectFacts, isNew?: boolean): Promise<void>;
  remove(key: string): Promise<void>;
  /** Begins an upload in parts. @param like An object whose kind and metadata it gets. */
  begin(key: string, like?: ObjectHead): Promise<Multipart>;
  /** Stores a part. @param number From 1 on. */
  putPart(upload: Multipart, number: number, body: Uint8Array): Promise<CompletedPart>;
  /** Copies a range of an object into a part. */
  copyPart(upload: Multipart, number: number, source: CopiedRange): Promise<CompletedPart>;
  /** The object of the parts appears. @param isNew Never replaces another, where the store can tell. */
  complete(upload: Multipart, parts: readonly CompletedPart[], isNew?: boolean): Promise<void>;
  /** The parts go; what fails is tried again later. */
  abort(upload: Multipart): Promise<void>;
  /** Copies an object of at most 5 GiB. @param metadata Instead of what the object has. */
  copy(from: string, to: string, source: ObjectHead, metadata?: Readonly<Record<string, string>>): Promise<void>;
}

/** Every page of what is below a prefix. @param first One that has come already. */
export async function* pagesOf(
  objects: Objects,
  prefix: string,
  options: Pick<ListOptions, 'delimiter'> = {},
  first?: ListedPage,
): AsyncGenerator<Page> {
  let page = first ?? (await objects.list(prefix, options));
  yield page;
  while (page.next !== undefined) {
    page = await objects.list(prefix, { ...options, after: page.next });
    yield page;
  }
}
