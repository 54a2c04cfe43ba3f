import type { FileSystem } from '../contract/file-system.ts';
import type { Awaitable, FileStats, VirtualDirectory } from '../contract/virtual-file.ts';
import { isSystemError } from '../errors.ts';
import { LongWork } from '../long-work.ts';
import { joinPath } from '@pure-ftpd/protocol';
import { NOTHING, type QuotaAmount } from './quota-store.ts';

/** What a node counts; a link counts as a file without content, wherever it leads. */
export function amountOf(stats: FileStats | undefined): QuotaAmount {
  if (stats === undefined) return NOTHING;
  return { files: 1, bytes: stats.type === 'file' ? stats.size : 0 };
}

/**
 * Counts everything below the root of a file system, in slices that let others have their turn.
 * @throws What the file system throws: what cannot be read cannot be counted.
 */
export async function countFiles(fs: FileSystem): Promise<QuotaAmount> {
  // For the account, whoever has left.
  const work = new LongWork({ isAbandoned: false });
  let { files, bytes } = NOTHING;
  const directories = ['/'];
  for (let path = directories.pop(); path !== undefined; path = directories.pop()) {
    const directory = await ifPresent(() => fs.openDirectory(path));
    if (directory === undefined) continue;
    try {
      for await (const { name, stats } of entriesIn(directory)) {
        const amount = amountOf(stats);
        files += amount.files;
        bytes += amount.bytes;
        if (stats?.type === 'dir') directories.push(joinPath(path, name));
        if (work.isDue) await work.turn();
      }
    } finally {
      await directory.close();
    }
  }
  return { files, bytes };
}

/** Every entry, with what it is where it has not gone. */
async function* entriesIn(
  directory: VirtualDirectory,
): AsyncGenerator<{ readonly name: string; readonly stats: FileStats | undefined }> {
  if (directory.pages !== undefined) {
    for await (const page of directory.pages()) for (const stats of page) yield { name: stats.name, stats };
    return;
  }
  for (const name of await directory.names()) yield { name, stats: await ifPresent(() => directory.lstat(name)) };
}

/** Undefined for what has gone meanwhile. */
async function ifPresent<T>(work: () => Awaitable<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
