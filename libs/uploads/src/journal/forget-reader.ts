import { closeJournal, openJournal } from './journal-folder.ts';
import { freeSlot } from './reader-slots.ts';

/**
 * Has nothing kept any more for a reader that does not come back.
 *
 * @throws {JournalError}
 */
export function forgetReader(folder: string, name: string): void {
  const files = openJournal(folder);
  try {
    freeSlot(files, name);
  } finally {
    closeJournal(files);
  }
}
