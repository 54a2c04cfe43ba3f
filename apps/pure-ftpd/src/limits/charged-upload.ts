import { QuotaExceededError, QuotaFileError, type UploadCharge } from '@pure-ftpd/quota';
import type { Upload, VirtualFile } from '@pure-ftpd/server';
import type { LocalUpload } from '@pure-ftpd/server/internal';

import { type QuotaFileReport, toClient } from './quota-errors.ts';

/** What an upload is about, beyond its bytes. */
export interface ChargedTarget {
  /** Whether the name was new when the upload began. */
  readonly isNew: boolean;
  readonly report: QuotaFileReport;
  /** Of the file that has the name now, in bytes; undefined when there is none. */
  readonly currentSize: () => number | undefined;
  /** Makes an upload in place undone, as far as it can be. */
  readonly undo: () => void;
}

/** A file that charges what is written to it before it is written. */
class ChargedFile implements VirtualFile {
  readonly size: number;
  readonly #file: VirtualFile;
  readonly #charge: UploadCharge;
  readonly #target: ChargedTarget;
  /** Called when something has been written. */
  readonly #written: () => Promise<void>;
  /** The quota has ended the upload. */
  exceeded = false;

  constructor(file: VirtualFile, charge: UploadCharge, target: ChargedTarget, written: () => Promise<void>) {
    this.#file = file;
    this.#charge = charge;
    this.#target = target;
    this.#written = written;
    this.size = file.size;
  }

  read(buffer: Uint8Array, position: number): number | Promise<number> {
    return this.#file.read(buffer, position);
  }

  write(chunks: readonly Uint8Array[], position: number): void | Promise<void> {
    let bytes = 0;
    for (const chunk of chunks) bytes += chunk.length;
    if (!this.#charge.tryTake(bytes)) return this.#takeAndWrite(bytes, chunks, position);
    return this.#file.write(chunks, position);
  }

  truncate(size: number): void | Promise<void> {
    return this.#file.truncate(size);
  }

  close(): void | Promise<void> {
    return this.#file.close();
  }

  async #takeAndWrite(bytes: number, chunks: readonly Uint8Array[], position: number): Promise<void> {
    try {
      await this.#charge.take(bytes);
    } catch (error) {
      this.exceeded = error instanceof QuotaExceededError;
      throw toClient(error, this.#target.report);
    }
    await this.#file.write(chunks, position);
    try {
      await this.#written();
    } catch (error) {
      throw toClient(error, this.#target.report);
    }
  }
}

/** An upload that is charged to an account: what stays of it, and no more, stays charged. */
export function chargedUpload(upload: LocalUpload, charge: UploadCharge, target: ChargedTarget): Upload {
  return upload.inPlace ? chargedInPlace(upload, charge, target) : chargedAtEnd(upload, charge, target);
}

/** Under a temporary name, which is as long as what is charged. */
function chargedAtEnd(
  upload: LocalUpload & { readonly inPlace: false },
  charge: UploadCharge,
  target: ChargedTarget,
): Upload {
  return {
    file: new ChargedFile(upload.file, charge, target, () => Promise.resolve()),
    offset: upload.offset,
    commit: () => placeAtEnd(upload, charge, target),
    discard: () =>
      reported(
        charge.abandon(() => upload.discard()),
        target.report,
      ),
  };
}

/** Where the file is: what is cut off is given back when it is gone, what is there in the end stays charged. */
function chargedInPlace(
  upload: LocalUpload & { readonly inPlace: true },
  charge: UploadCharge,
  target: ChargedTarget,
): Upload {
  const { offset } = upload;
  let isGivenBack = false;
  const giveBack = async (): Promise<void> => {
    if (isGivenBack || !upload.isCut) return;
    isGivenBack = true;
    await charge.cutOff();
  };
  const file = new ChargedFile(upload.file, charge, target, giveBack);
  return {
    file,
    offset,
    keepsPart: !upload.restores,
    async commit(): Promise<void> {
      await upload.commit();
      // It is stored, whatever becomes of the count.
      await reported(giveBack(), target.report);
      await reported(charge.keep(), target.report);
    },
    async discard(): Promise<void> {
      if (upload.restores) {
        const restore = (): void => {
          upload.discard();
          if (target.isNew) target.undo();
        };
        await reported(charge.abandon(restore), target.report);
        return;
      }
      const written = Math.max(0, upload.length - offset);
      upload.discard();
      await reported(giveBack(), target.report);
      const end = (): Promise<void> => (file.exceeded ? charge.abandon(target.undo) : charge.keep(written));
      await reported(end(), target.report);
    },
  };
}

/** The whole file takes its place and what it replaces is given back, in one step for everybody who takes the lock. */
async function placeAtEnd(
  upload: LocalUpload & { readonly inPlace: false },
  charge: UploadCharge,
  target: ChargedTarget,
): Promise<string | void> {
  let placed: string | void = undefined;
  let state: 'unplaced' | 'removed' | 'placed' = 'unplaced';
  try {
    await charge.commit(target.currentSize, () => {
      // When it fails it removes what there was.
      state = 'removed';
      placed = upload.commit();
      state = 'placed';
    });
  } catch (error) {
    if (isPlaced(state)) {
      // The file is there, and all of it charged: too much until the next count, never too little.
      if (!(error instanceof QuotaFileError)) throw error;
      target.report(error);
      return placed;
    }
    const remove = (): void => (state === 'removed' ? undefined : upload.discard());
    await reported(charge.abandon(remove), target.report);
    throw toClient(error, target.report);
  }
  return placed;
}

/** For the compiler, which does not see that the work has changed it. */
function isPlaced(state: string): boolean {
  return state === 'placed';
}

/** The end of an upload that has failed already is only told to the administrator. */
async function reported(work: Promise<void>, report: QuotaFileReport): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof QuotaFileError)) throw error;
    report(error);
  }
}
