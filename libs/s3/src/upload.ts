import type { CompletedPart } from '@aws-sdk/client-s3';
import { SystemError, type Upload, type VirtualFile } from '@pure-ftpd/server';

import type { Multipart, Objects } from './objects.ts';

/** Parts that are on their way at once; another is being filled meanwhile. */
const AT_ONCE = 2;
/** Parts of an upload, at most. */
const MOST_PARTS = 10_000;
/** Parts of one size: after so many it doubles, so that what is large fits, and what is small needs little memory. */
const PARTS_OF_A_SIZE = 2000;
const SMALLEST_BUFFER = 64 * 1024;

/** Where an upload goes. */
export interface Target {
  readonly key: string;
  /** Never replaces another. */
  readonly isNew: boolean;
  /** Called before the object appears: what it throws, the client hears. */
  check(): Promise<void>;
  /** What the client calls it, where that is another name than was asked for. */
  readonly path?: string;
}

/**
 * An upload that is not seen before its end: one object when it fits into a part, else parts that are stored as they fill. A slow store
 * makes the client wait.
 */
export class S3Upload implements Upload, VirtualFile {
  readonly offset = 0;
  readonly size = 0;
  readonly keepsPart = false;
  readonly inPlace = false;
  readonly #store: Objects;
  readonly #target: Target;
  #buffer = Buffer.alloc(0);
  #filled = 0;
  #end = 0;
  #multipart: Multipart | undefined;
  readonly #parts: CompletedPart[] = [];
  #number = 0;
  readonly #underWay = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(store: Objects, target: Target) {
    this.#store = store;
    this.#target = target;
  }

  get file(): VirtualFile {
    return this;
  }

  read(): never {
    throw new SystemError('EBADF', 'read');
  }

  /** Chunks are copied: they are somebody else's after this. */
  async write(chunks: readonly Uint8Array[], position: number): Promise<void> {
    if (position !== this.#end) throw new SystemError('ESPIPE', 'write');
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length;) {
        const room = this.#partSize - this.#filled;
        const piece = chunk.subarray(at, at + room);
        this.#reserve(this.#filled + piece.length);
        this.#buffer.set(piece, this.#filled);
        this.#filled += piece.length;
        at += piece.length;
        if (this.#filled === this.#partSize) await this.#sendPart();
      }
      this.#end += chunk.length;
    }
  }

  truncate(size: number): void {
    if (size !== this.#end) throw new SystemError('EINVAL', 'ftruncate');
  }

  close(): void {
    return;
  }

  async commit(): Promise<string | void> {
    const { key, isNew, path } = this.#target;
    try {
      if (this.#multipart === undefined) {
        await this.#target.check();
        await this.#store.put(key, this.#buffer.subarray(0, this.#filled), {}, isNew);
      } else {
        if (this.#filled > 0) await this.#sendPart();
        await Promise.all(this.#underWay);
        this.#throwFailure();
        await this.#target.check();
        const parts = this.#parts.toSorted((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
        await this.#store.complete(this.#multipart, parts, isNew);
      }
    } catch (error) {
      await this.discard();
      if (isNew && error instanceof SystemError && error.code === 'ESTALE')
        throw new SystemError('EEXIST', 'open', { path: key, cause: error });
      throw error;
    }
    this.#buffer = Buffer.alloc(0);
    return path;
  }

  async discard(): Promise<void> {
    this.#buffer = Buffer.alloc(0);
    this.#filled = 0;
    // A part that comes after the abort would stay.
    await Promise.all(this.#underWay);
    if (this.#multipart !== undefined) await this.#store.abort(this.#multipart);
    this.#multipart = undefined;
  }

  get #partSize(): number {
    return this.#store.partSize * 2 ** Math.floor(this.#number / PARTS_OF_A_SIZE);
  }

  /** Makes the buffer large enough: it grows with what comes, since most files are small. */
  #reserve(bytes: number): void {
    if (bytes <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(
      Math.min(this.#partSize, Math.max(bytes, this.#buffer.length * 2, SMALLEST_BUFFER)),
    );
    this.#buffer.copy(grown, 0, 0, this.#filled);
    this.#buffer = grown;
  }

  async #sendPart(): Promise<void> {
    if (this.#number >= MOST_PARTS) throw new SystemError('EFBIG', 'write');
    while (this.#underWay.size >= AT_ONCE) await Promise.race(this.#underWay);
    this.#throwFailure();
    this.#multipart ??= await this.#store.begin(this.#target.key);
    const body = this.#buffer.subarray(0, this.#filled);
    this.#number += 1;
    this.#buffer = Buffer.alloc(0);
    this.#filled = 0;
    const sending = this.#send(this.#multipart, this.#number, body);
    this.#underWay.add(sending);
    void sending.then(() => this.#underWay.delete(sending));
  }

  /** Its failure is that of the next part, or of the end. */
  async #send(multipart: Multipart, number: number, body: Buffer): Promise<void> {
    try {
      this.#parts.push(await this.#store.putPart(multipart, number, body));
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
