// What uploads have left whose process was killed: remembered, and removed by a process of the same identity.
import { mkdirSync } from 'node:fs';

import { scoreboardPlace } from '@pure-ftpd/scoreboard';
import { errorText, isSystemError } from '@pure-ftpd/server/internal';

import type { Log } from '../log/log.ts';
import { removeUnfinished } from '../unfinished/remove-unfinished.ts';
import type { UnfinishedUpload, UnfinishedUploads } from '../unfinished/unfinished-upload.ts';
import { type KnownUpload, type Uploader, UploadJournal } from '../unfinished/upload-journal.ts';

/** The journal of this server, in a folder beside the scoreboard, whose readers expect nothing but sessions in theirs. */
export function openUploadJournal(log: Pick<Log, 'write'>): UploadJournal {
  const place = scoreboardPlace();
  const directory = place === undefined ? undefined : `${place.directory}-uploads`;
  const failed = (error: Error): void =>
    log.write('WARNING', `uploads that a killed server leaves may not be removed: ${error.message}`);
  if (directory !== undefined) make(directory, failed);
  return new UploadJournal(directory, failed);
}

function make(directory: string, failed: (error: Error) => void): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    // One that is there may be another's: the journal looks whose it is.
    if (error.code !== 'EEXIST') failed(error);
  }
}

/** Removes, one after the other, what uploads of this process's identity have left. */
export class LeftUploads {
  readonly #linkRoots: readonly string[] | undefined;
  readonly #log: Pick<Log, 'write'>;
  readonly #ended: (name: string) => void;
  #done: Promise<void> = Promise.resolve();

  /** @param ended Called for each that is gone, or cannot be removed. */
  constructor(linkRoots: readonly string[] | undefined, log: Pick<Log, 'write'>, ended: (name: string) => void) {
    this.#linkRoots = linkRoots;
    this.#log = log;
    this.#ended = ended;
  }

  remove(upload: UnfinishedUpload): void {
    this.#done = this.#done.then(() => this.#remove(upload));
  }

  /** Nothing is left to do. */
  get done(): Promise<void> {
    return this.#done;
  }

  async #remove(upload: UnfinishedUpload): Promise<void> {
    try {
      await removeUnfinished(upload, this.#linkRoots, (error) => this.#log.write('ERROR', error.message));
    } catch (error) {
      const { root, directory, name } = upload;
      const file = `${root}${directory}/${name}`.replaceAll(/\/+/g, '/').replaceAll(/[\0-\x1f\x7f]/g, '_');
      this.#log.write('ERROR', `${file}, which an upload has left, cannot be removed: ${errorText(error)}`);
    }
    this.#ended(upload.name);
  }
}

/** The uploads of a server that serves itself. */
export function ownUploads(journal: UploadJournal): UnfinishedUploads {
  // Who this process is when the first begins: it may have been root.
  let own: Uploader | undefined;
  return {
    began: (upload) => journal.began({ ...upload, ...(own ??= self()) }),
    ended: (name) => journal.ended(name),
  };
}

/** Removes what servers of this identity have left; what others have stays for them. */
export function removeOwnLeft(
  left: readonly KnownUpload[],
  journal: UploadJournal,
  linkRoots: readonly string[] | undefined,
  log: Pick<Log, 'write'>,
): void {
  const { uid } = self();
  const uploads = new LeftUploads(linkRoots, log, (name) => journal.ended(name));
  for (const upload of left) if (upload.uid === uid) uploads.remove(upload);
}

function self(): Uploader {
  return { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0, groups: process.getgroups?.() ?? [] };
}
