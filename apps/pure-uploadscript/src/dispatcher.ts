import type { UploadRecord } from '@pure-ftpd/uploads';

/**
 * Has so many uploads worked on at a time, those of one file one after the other, in the order in which they came. No upload
 * is taken before its work can begin: what is not taken is safe where it comes from.
 */
export class Dispatcher<Upload extends Pick<UploadRecord, 'path'>> {
  readonly #most: number;
  readonly #work: (upload: Upload) => Promise<void>;
  /** By path, as latin1. */
  readonly #running = new Map<string, Promise<void>>();

  /**
   * @param most Uploads that are worked on at a time.
   * @param work What is done for one; it never rejects.
   */
  constructor(most: number, work: (upload: Upload) => Promise<void>) {
    this.#most = most;
    this.#work = work;
  }

  /** Begins to work on an upload, when its turn has come. Resolves when another one may be taken. */
  async take(upload: Upload): Promise<void> {
    const key = upload.path.toString('latin1');
    await this.#running.get(key);
    this.#running.set(
      key,
      this.#work(upload).finally(() => this.#running.delete(key)),
    );
    if (this.#running.size >= this.#most) await Promise.race(this.#running.values());
  }

  /** Resolves when all work is done. */
  async idle(): Promise<void> {
    await Promise.all(this.#running.values());
  }
}
