import { type FileSystem, FilesystemError } from '@pure-ftpd/server';
import { isSystemError } from '@pure-ftpd/server/internal';

/**
 * Whether the file system of a directory is fuller than it may be, for unprivileged users.
 * @param percent 0 to 100.
 */
export async function isTooFull(fs: FileSystem, directory: string, percent: number): Promise<boolean> {
  try {
    const { free, total } = await fs.statfs(directory);
    return total > 0 && (1 - free / total) * 100 > percent;
  } catch (error) {
    // The upload that follows says what is wrong with the place.
    if (isSystemError(error) || error instanceof FilesystemError) return false;
    throw error;
  }
}
