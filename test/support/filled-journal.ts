import { JournalWriter } from '@pure-ftpd/uploads/journal';

const MEBIBYTE = 1_048_576;

/** Fills a journal of one mebibyte. */
export async function fillJournal(folder: string): Promise<void> {
  const journal = JournalWriter.open(folder, { size: MEBIBYTE, whenFull: 'refuse' });
  const path = Buffer.from(`/${'x'.repeat(4000)}`);
  const about = { session: '0123456789abcdef', vuser: Buffer.from('alice'), uid: 1, gid: 1, size: 1, perms: 0o644 };
  while (!journal.isFull) await Promise.all(Array.from({ length: 20 }, () => journal.append({ ...about, path })));
  await journal.close();
}
