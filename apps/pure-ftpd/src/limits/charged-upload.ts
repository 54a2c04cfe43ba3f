import { type QuotaAccount, QuotaExceededError, QuotaFileError, type UploadCharge } from '@pure-ftpd/quota';
import type { Upload, VirtualFile } from '@pure-ftpd/server';
import type { LocalUpload } from '@pure-ftpd/server/internal';

import { type QuotaFileReport, toClient } from './quota-errors.ts';

/** What an upload is about, beyond its bytes. */
export interface ChargedTarget {
  readonly account: QuotaAccount;
  /** Whether the name was new when the upload began. */
  readonly isNew: boolean;
  /** Of what it replaces, or cuts off, in bytes. */
  readonly replaced: bigint;
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
  /** Something was written, or tried to be. */
  touched = false;
  /** The quota has ended the upload. */
  exceeded = false;

  constructor(file: VirtualFile, charge: UploadCharge, target: ChargedTarget) {
    this.#file = file;
    this.#charge = charge;
    this.#target = target;
    this.size = file.size;
  }

  read(buffer: Uint8Array, position: number): number | Promise<number> {
    return this.#file.read(buffer, position);
  }

  write(chunks: readonly Uint8Array[], position: number): void | Promise<void> {
    let bytes = 0;
    for (const chunk of chunks) bytes += chunk.length;
    if (!this.#charge.tryTake(bytes)) return this.#takeAndWrite(bytes, chunks, position);
    this.touched = true;
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
    this.touched = true;
    await this.#file.write(chunks, position);
  }
}

/** An upload that is charged to an account: what stays of it, and no more, stays charged. */
export function chargedUpload(upload: LocalUpload, charge: UploadCharge, target: ChargedTarget): Upload {
  const file = new ChargedFile(upload.file, charge, target);
  const { offset } = upload;
  if (!upload.inPlace) {
    return {
      file,
      offset,
      commit: () => placeAtEnd(upload, charge, target),
      discard: () =>
        reported(
          charge.abandon(() => upload.discard()),
          target.report,
        ),
    };
  }
  return {
    file,
    offset,
    keepsPart: !upload.restores,
    async commit(): Promise<void> {
      await upload.commit();
      await endInPlace(charge, target, true);
    },
    async discard(): Promise<void> {
      if (upload.restores) {
        await reported(
          charge.abandon(() => upload.discard()),
          target.report,
        );
        return;
      }
      upload.discard();
      if (file.exceeded) await undoInPlace(charge, target, file.touched);
      else await reported(endInPlace(charge, target, file.touched), target.report);
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

/** What was written stays; what was cut off for it is given back. */
async function endInPlace(charge: UploadCharge, { account, replaced }: ChargedTarget, wasCut: boolean): Promise<void> {
  await charge.keep();
  if (wasCut && replaced > 0n) await account.release(() => ({ bytes: replaced }));
}

/** Nothing of what was written stays; what was cut off for it is gone. */
async function undoInPlace(charge: UploadCharge, target: ChargedTarget, wasCut: boolean): Promise<void> {
  const { account, replaced, report } = target;
  await reported(charge.abandon(target.undo), report);
  if (wasCut && replaced > 0n)
    await reported(
      account.release(() => ({ bytes: replaced })),
      report,
    );
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
