import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  readdir,
  readlink,
  realpath,
  rename,
  rmdir,
  stat,
  truncate,
  unlink,
  utimes,
} from 'node:fs/promises';
import { fstatSync, openSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

import { SystemError } from '@pure-ftpd/posix';

import type { FileAccess, FileStats, OpenedFile, ResolveOptions } from '../../src/index.ts';
import { toFileStats } from '../../src/file-stats.ts';
import type { RaceTarget, RaceTargetDirectory } from './attack.ts';

const FLAGS: Readonly<Record<FileAccess, string>> = {
  read: 'r',
  write: 'r+',
  'read-write': 'r+',
  create: 'a',
  'create-new': 'ax',
};

/**
 * How a jail must not be made, and how most are: the path is checked, and then used. Nothing leads out of it as long as
 * nothing is moved. It is here so that the race can be seen to find something.
 */
export class NaiveJail implements RaceTarget {
  readonly root: string;

  /** @param root Its real path. */
  constructor(root: string) {
    this.root = root;
  }

  async resolve(path: string, options: ResolveOptions = {}): Promise<string> {
    const text = await this.#path(path);
    if (options.allowMissing !== true) await lstat(text);
    const last = options.follow === true ? await realpath(await this.#followed(path)) : text;
    return last.slice(this.root.length) || '/';
  }

  async lstat(path: string): Promise<FileStats> {
    return toFileStats(await lstat(await this.#path(path)));
  }

  async stat(path: string): Promise<FileStats> {
    return toFileStats(await stat(await this.#followed(path)));
  }

  async readlink(path: string): Promise<string> {
    return readlink(await this.#path(path));
  }

  async readdir(path: string): Promise<string[]> {
    return readdir(await this.#followed(path));
  }

  async openDirectory(path: string): Promise<RaceTargetDirectory> {
    const directory = await this.#followed(path);
    return {
      names: () => readdir(directory),
      lstat: async (name) => toFileStats(await lstat(join(directory, name))),
      readlink: (name) => readlink(join(directory, name)),
      close: () => {
        // Nothing is held.
      },
    };
  }

  async openFile(path: string, access: FileAccess, mode?: number): Promise<OpenedFile> {
    const text = access.startsWith('create') ? await this.#created(path) : await this.#followed(path);
    const fd = openSync(text, FLAGS[access], mode);
    return { fd, size: fstatSync(fd).size };
  }

  async mkdir(path: string, mode?: number): Promise<void> {
    await mkdir(await this.#path(path), { mode });
  }

  async rmdir(path: string): Promise<void> {
    await rmdir(await this.#path(path));
  }

  async unlink(path: string): Promise<void> {
    await unlink(await this.#path(path));
  }

  async rename(from: string, to: string): Promise<void> {
    await rename(await this.#path(from), await this.#path(to));
  }

  async renameNoReplace(from: string, to: string): Promise<void> {
    await this.rename(from, to);
  }

  async link(from: string, to: string): Promise<void> {
    await link(await this.#path(from), await this.#path(to));
  }

  async chmod(path: string, mode: number): Promise<void> {
    await chmod(await this.#followed(path), mode);
  }

  async chown(path: string, uid: number, gid: number): Promise<void> {
    await chown(await this.#followed(path), uid, gid);
  }

  async utimes(path: string, atimeMs: number, mtimeMs: number): Promise<void> {
    await utimes(await this.#followed(path), atimeMs / 1000, mtimeMs / 1000);
  }

  async truncate(path: string, size: number): Promise<void> {
    await truncate(await this.#followed(path), size);
  }

  close(): void {
    // Nothing is held.
  }

  /** The check for what is not followed: the directory of the path is inside. Then somebody swaps it. */
  async #path(path: string): Promise<string> {
    const text = join(this.root, normalize(`/${path}`));
    if (text === join(this.root, '/')) return this.root;
    await this.#check(dirname(text));
    return text;
  }

  /** The check for what is followed. */
  async #followed(path: string): Promise<string> {
    const text = await this.#path(path);
    await this.#check(text);
    return text;
  }

  /** The check for what may have to be made. */
  async #created(path: string): Promise<string> {
    const text = await this.#path(path);
    const exists = await lstat(text).then(
      () => true,
      () => false,
    );
    if (exists) await this.#check(text);
    return text;
  }

  async #check(path: string): Promise<void> {
    const real = await realpath(path);
    if (real !== this.root && !real.startsWith(`${this.root}/`)) throw new SystemError('EACCES', 'check', { path });
  }
}
