import type { FileStats, Upload } from '../contract/virtual-file.ts';
import { StorageLimitExceeded } from '../errors.ts';
import { amountOf } from './count-files.ts';
import { ChargedFile, FileCharge } from './file-charge.ts';
import type { Ledger } from './ledger.ts';
import { negative, NOTHING, type QuotaAmount, sum } from './quota-store.ts';

/** Where an upload is placed. */
export interface Place {
  /** Whose turn it needs. */
  readonly turn: string;
  /** What it is called, unless its end says otherwise. */
  readonly path: string;
  /** Whether it takes the place of what has its name then. */
  readonly replaces: boolean;
}

/**
 * An upload that changes nothing under its name before its end.
 * @param charged For a new file.
 * @param existing What it will replace, as it was when it began.
 */
export function uploadAtEnd(
  upload: Upload,
  place: Place,
  ledger: Ledger,
  { charged, existing }: { readonly charged: QuotaAmount; readonly existing: FileStats | undefined },
): Upload {
  const { bytes: limit } = ledger.limits;
  const charge = new FileCharge(ledger.account, place.path, charged);
  // What it replaces is free for it already.
  const limits = limit === undefined ? {} : { bytes: limit + amountOf(existing).bytes };
  return {
    inPlace: false,
    file: new ChargedFile(upload.file, charge, limits),
    offset: upload.offset,
    ...(upload.keepsPart === undefined ? {} : { keepsPart: upload.keepsPart }),
    commit: () => ledger.account.locks.hold([place.turn], () => commit(upload, place, ledger, charge)),
    async discard() {
      await upload.discard();
      await ledger.settle(negative(charge));
    },
  };
}

async function commit(
  upload: Upload,
  { path, replaces }: Place,
  ledger: Ledger,
  charge: FileCharge,
): Promise<string | void> {
  let change = NOTHING;
  let isCommitted = false;
  try {
    const freed = replaces ? await replacedAt(path, ledger) : NOTHING;
    const ended = { files: 1 - charge.files - freed.files, bytes: -freed.bytes };
    // What it was to replace may have gone.
    if (!(await ledger.account.change(ended, ledger.limits))) throw new StorageLimitExceeded();
    change = ended;
    isCommitted = true;
    const placed = await upload.commit();
    if (replaces) ledger.account.detach(path);
    await ledger.settleAt(placed ?? path, { files: 1, bytes: charge.bytes });
    return placed;
  } catch (error) {
    if (!isCommitted) await upload.discard();
    await ledger.settle(negative(sum(change, charge)));
    throw error;
  }
}

async function replacedAt(path: string, ledger: Ledger): Promise<QuotaAmount> {
  const target = await ledger.find(path);
  // A directory is not replaced: the end of the upload will fail.
  return target?.type === 'dir' ? NOTHING : ledger.freedAt(path, target);
}
