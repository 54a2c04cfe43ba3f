import type { Awaitable, FileStats, Upload } from '../contract/virtual-file.ts';
import { amountOf } from './count-files.ts';
import { ChargedFile, FileCharge } from './file-charge.ts';
import type { Ledger } from './ledger.ts';
import { negative, NOTHING, ONE_FILE, sum } from './quota-store.ts';

type Placed = string | void;

/**
 * An upload into a file under its name. Several of them into one file have one charge.
 * @param existing What there was; undefined where the file is new, and has been charged.
 */
export function uploadInPlace(upload: Upload, path: string, ledger: Ledger, existing: FileStats | undefined): Upload {
  const charge = chargeOf(path, ledger, existing);
  return {
    inPlace: true,
    file: new ChargedFile(upload.file, charge, { bytes: ledger.limits.bytes }),
    offset: upload.offset,
    ...(upload.keepsPart === undefined ? {} : { keepsPart: upload.keepsPart }),
    commit: () => end(charge, ledger, () => upload.commit()),
    discard: async () => void (await end(charge, ledger, () => upload.discard())),
  };
}

function chargeOf(path: string, { account }: Ledger, existing: FileStats | undefined): FileCharge {
  const known = account.inPlace.get(path);
  if (known !== undefined) {
    known.writers += 1;
    return known;
  }
  const charge = new FileCharge(account, path, existing === undefined ? ONE_FILE : amountOf(existing));
  account.inPlace.set(path, charge);
  return charge;
}

async function end(charge: FileCharge, ledger: Ledger, work: () => Awaitable<Placed>): Promise<Placed> {
  const { path } = charge;
  const ended = await ledger.account.locks.hold([path], async () => {
    // It has got another name while this waited.
    if (charge.path !== path) return undefined;
    charge.writers -= 1;
    return { placed: await (charge.isGone ? endGone : endPresent)(charge, ledger, work) };
  });
  return ended === undefined ? end(charge, ledger, work) : ended.placed;
}

/** The last one to a file charges for what is there then. */
async function endPresent(charge: FileCharge, ledger: Ledger, work: () => Awaitable<Placed>): Promise<Placed> {
  try {
    return await work();
  } finally {
    if (charge.writers === 0) {
      ledger.account.inPlace.delete(charge.path);
      await ledger.settleAt(charge.path, charge);
    }
  }
}

/** Of a file that was removed: the end of an upload may have brought it back. */
async function endGone(charge: FileCharge, ledger: Ledger, work: () => Awaitable<Placed>): Promise<Placed> {
  const { path } = charge;
  // What somebody else writes there is charged to him.
  const isTaken = ledger.account.inPlace.has(path);
  const before = isTaken ? NOTHING : await ledger.amountAt(path);
  try {
    return await work();
  } finally {
    const after = isTaken ? NOTHING : await ledger.amountAt(path);
    if (before !== undefined && after !== undefined) await ledger.settle(sum(after, negative(before)));
    if (charge.writers === 0) await ledger.settle(negative(charge));
  }
}
