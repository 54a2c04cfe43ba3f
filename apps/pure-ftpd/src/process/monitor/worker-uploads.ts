import { MessageViolation } from '@pure-ftpd/server/internal';

import { makerOf, type UnfinishedUpload } from '../../unfinished/unfinished-upload.ts';
import type { UploadJournal, Uploader } from '../../unfinished/upload-journal.ts';

/** Characters of paths that are kept of one worker: of some ten thousand uploads. What is beyond is not remembered. */
const ROOM = 4 * 1024 * 1024;

/** The temporary files of uploads that a worker has under way, as the monitor remembers them for the time after its death. */
export class WorkerUploads {
  readonly #uploader: Uploader;
  readonly #journal: UploadJournal;
  readonly #uploads = new Map<string, UnfinishedUpload>();
  #room = ROOM;

  /** @param uploader Whom the worker has become. */
  constructor(uploader: Uploader, journal: UploadJournal) {
    this.#uploader = uploader;
    this.#journal = journal;
  }

  /** @param maker The worker's process id: it makes no other files. @throws MessageViolation */
  began(upload: UnfinishedUpload, maker: number): void {
    const { name } = upload;
    if (makerOf(name) !== maker) throw new MessageViolation('uploadBegan: a file of another process');
    if (this.#uploads.has(name)) throw new MessageViolation('uploadBegan: said twice');
    if (lengthOf(upload) > this.#room) return;
    this.adopt(upload);
    const { uid, gid, groups } = this.#uploader;
    this.#journal.began({ ...upload, uid, gid, groups });
  }

  /** What a dead worker has left is this one's. */
  adopt(upload: UnfinishedUpload): void {
    this.#uploads.set(upload.name, upload);
    this.#room -= lengthOf(upload);
  }

  ended(name: string): void {
    const upload = this.#uploads.get(name);
    if (upload === undefined) return;
    this.#uploads.delete(name);
    this.#room += lengthOf(upload);
    this.#journal.ended(name);
  }

  get isEmpty(): boolean {
    return this.#uploads.size === 0;
  }

  /** What is under way. */
  get all(): readonly UnfinishedUpload[] {
    return [...this.#uploads.values()];
  }
}

function lengthOf({ root, directory, name }: UnfinishedUpload): number {
  return root.length + directory.length + name.length;
}
