import { lstatSync, readdir, readdirSync, readlinkSync } from 'node:fs';

import { SystemError } from '@pure-ftpd/posix';

import { withVirtualPath } from './errors.ts';
import { toFileStats } from './file-stats.ts';
import type { FileStats } from './file-stats.ts';
import type { HeldDirectory } from './strategy.ts';
import { checkName, nameFromLatin1 } from './virtual-path.ts';

/** An open directory of a jail, for listings: one step for each entry, whatever happens to the path meanwhile. */
export class JailDirectory {
  /** The canonical path it was opened by. */
  readonly path: string;
  readonly #directory: HeldDirectory;
  #reading = 0;
  #closed = false;

  /** Made by `Jail.openDirectory`. Takes the directory over. */
  constructor(directory: HeldDirectory, path: string) {
    this.#directory = directory;
    this.path = path;
  }

  /**
   * The names in it, as the file system orders them, without `.` and `..`. Read off the event loop.
   * @throws {SystemError} EACCES when it may be entered but not read.
   */
  async names(): Promise<string[]> {
    this.#check('readdir');
    this.#reading += 1;
    try {
      return (await readNames(this.#directory)).map(nameFromLatin1);
    } catch (error) {
      throw withVirtualPath(error, this.path);
    } finally {
      this.#reading -= 1;
      if (this.#closed && this.#reading === 0) this.#directory.close();
    }
  }

  /** As {@link names}, while the process waits: for who reads it as somebody else than the process is. */
  namesSync(): string[] {
    this.#check('readdir');
    try {
      return readdirSync(this.#directory.self, 'latin1').map(nameFromLatin1);
    } catch (error) {
      throw withVirtualPath(error, this.path);
    }
  }

  /**
   * Looks nothing up, as chdir(2): a directory can be opened by who may not enter it.
   * @throws {SystemError} EACCES when it may not be entered.
   */
  checkEnterable(): void {
    this.#run('chdir', '', () => lstatSync(this.#directory.entry('.')));
  }

  /** What an entry is; a link is a link. */
  lstat(name: string): FileStats {
    checkName(name, 'lstat');
    return this.#run('lstat', name, () => toFileStats(this.#directory.lstat(name)));
  }

  /**
   * What several entries are, in the order of their names; undefined for what is not there.
   * @throws {SystemError} for the first that cannot be looked up for another reason.
   */
  lstatAll(names: readonly string[]): (FileStats | undefined)[] {
    for (const name of names) checkName(name, 'lstat');
    return this.#run('lstat', '', () => {
      const all: (FileStats | undefined)[] = [];
      this.#directory.lstatAll(names, (stats) => all.push(stats === undefined ? undefined : toFileStats(stats)));
      return all;
    });
  }

  /** The target of a link, as it was written. */
  readlink(name: string): string {
    checkName(name, 'readlink');
    return this.#run('readlink', name, () => nameFromLatin1(readlinkSync(this.#directory.entry(name), 'latin1')));
  }

  /** Gives the directory back. May be called again, and while names are read. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // The number of a closed descriptor may be somebody else's when the read gets its turn.
    if (this.#reading === 0) this.#directory.close();
  }

  #check(syscall: string): void {
    if (this.#closed) throw new SystemError('EBADF', syscall, { path: this.path });
  }

  #run<T>(syscall: string, name: string, work: () => T): T {
    this.#check(syscall);
    try {
      return work();
    } catch (error) {
      throw withVirtualPath(error, name === '' || this.path === '/' ? this.path + name : `${this.path}/${name}`);
    }
  }
}

function readNames(directory: HeldDirectory): Promise<string[]> {
  return new Promise((resolve, reject) => {
    readdir(directory.self, 'latin1', (error, names) => {
      if (!(error instanceof Error)) resolve(names);
      else reject(error);
    });
  });
}
