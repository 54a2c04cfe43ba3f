// Which file is the position of which reader. Whoever changes that has the journal locked.
import { lockFileSync, tryLockFile, unlockFile } from '@pure-ftpd/posix';

import { JournalError } from './journal-error.ts';
import type { JournalFiles } from './journal-folder.ts';
import { clearPosition, PositionWriter, READER_NAME, readPosition } from './reader-position.ts';
import { readHeader } from './segment.ts';

/**
 * The file of a reader's position. For a reader that is new everything is kept from now on, from the oldest event there is.
 *
 * @throws {JournalError}
 */
export function slotOf(files: JournalFiles, name: string): number {
  if (!READER_NAME.test(name)) throw new JournalError('UNKNOWN', `${name} is no name of a reader`);
  return locked(files, () => {
    const known = files.readers.find((fd) => readPosition(fd)?.name === name);
    if (known !== undefined) return known;
    const free = files.readers.find((fd) => readPosition(fd) === undefined);
    if (free === undefined) throw new JournalError('BUSY', `as many read the journal as may: ${files.readers.length}`);
    new PositionWriter(free, name).write(oldestOf(files));
    return free;
  });
}

/** The names of all readers. */
export function readersOf(files: JournalFiles): string[] {
  return files.readers.flatMap((fd) => readPosition(fd)?.name ?? []);
}

/**
 * Has nothing kept any more for a reader.
 *
 * @throws {JournalError} when there is none of that name, or it is at work.
 */
export function freeSlot(files: JournalFiles, name: string): void {
  locked(files, () => {
    const slot = files.readers.find((fd) => readPosition(fd)?.name === name);
    if (slot === undefined) throw new JournalError('UNKNOWN', `nobody reads the journal as ${name}`);
    if (!tryLockFile(slot, 'exclusive')) throw new JournalError('BUSY', `a process reads the journal as ${name}`);
    clearPosition(slot);
    unlockFile(slot);
  });
}

function locked<Result>({ lock }: JournalFiles, work: () => Result): Result {
  lockFileSync(lock, 'exclusive');
  try {
    return work();
  } finally {
    unlockFile(lock);
  }
}

function oldestOf({ segments }: JournalFiles): number {
  const firsts = segments.flatMap((fd) => readHeader(fd)?.first ?? []);
  return firsts.length === 0 ? 1 : Math.min(...firsts);
}
