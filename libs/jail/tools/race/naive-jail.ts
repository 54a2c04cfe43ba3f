import {
  chmodSync,
  chownSync,
  closeSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { readdir } from 'node:fs/promises';
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
 * How a jail must not be made, and how most are: the path is checked, and used after. Nothing leads out of it as long as
 * nothing is moved. It is here so that the race can be seen to find something.
 */
export class NaiveJail implements RaceTarget {
  readonly root: string;

  constructor(root: string) {
    this.root = realpathSync(root);
  }

  resolve(path: string, options: ResolveOptions = {}): string {
    const text = this.#path(path);
    const last = options.follow === true ? realpathSync(this.#followed(path)) : text;
    if (options.allowMissing !== true) lstatSync(last);
    return last.slice(this.root.length) || '/';
  }

  lstat(path: string): FileStats {
    return toFileStats(lstatSync(this.#path(path)));
  }

  stat(path: string): FileStats {
    return toFileStats(statSync(this.#followed(path)));
  }

  readlink(path: string): string {
    return readlinkSync(this.#path(path));
  }

  readdir(path: string): Promise<string[]> {
    return readdir(this.#followed(path));
  }

  openDirectory(path: string): RaceTargetDirectory {
    const directory = this.#followed(path);
    return {
      names: () => Promise.resolve(readdirSync(directory)),
      lstat: (name) => toFileStats(lstatSync(join(directory, name))),
      readlink: (name) => readlinkSync(join(directory, name)),
      close: () => {
        // Nothing is held.
      },
    };
  }

  openFile(path: string, access: FileAccess, mode?: number): OpenedFile {
    const fd = openSync(access.startsWith('create') ? this.#created(path) : this.#followed(path), FLAGS[access], mode);
    try {
      return { fd, size: fstatSync(fd).size };
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  mkdir(path: string, mode?: number): void {
    mkdirSync(this.#path(path), { mode });
  }

  rmdir(path: string): void {
    rmdirSync(this.#path(path));
  }

  unlink(path: string): void {
    unlinkSync(this.#path(path));
  }

  rename(from: string, to: string): void {
    renameSync(this.#path(from), this.#path(to));
  }

  renameNoReplace(from: string, to: string): void {
    this.rename(from, to);
  }

  link(from: string, to: string): void {
    linkSync(this.#path(from), this.#path(to));
  }

  chmod(path: string, mode: number): void {
    chmodSync(this.#followed(path), mode);
  }

  chown(path: string, uid: number, gid: number): void {
    chownSync(this.#followed(path), uid, gid);
  }

  utimes(path: string, atimeMs: number, mtimeMs: number): void {
    utimesSync(this.#followed(path), atimeMs / 1000, mtimeMs / 1000);
  }

  truncate(path: string, size: number): void {
    truncateSync(this.#followed(path), size);
  }

  close(): void {
    // Nothing is held.
  }

  /** The check for what is not followed: the directory of the path is inside. Then somebody swaps it. */
  #path(path: string): string {
    const text = join(this.root, normalize(`/${path}`));
    if (text === join(this.root, '/')) return this.root;
    this.#check(dirname(text));
    return text;
  }

  /** The check for what is followed. */
  #followed(path: string): string {
    const text = this.#path(path);
    this.#check(text);
    return text;
  }

  /** The check for what may have to be made. */
  #created(path: string): string {
    const text = this.#path(path);
    if (lstatSync(text, { throwIfNoEntry: false }) !== undefined) this.#check(text);
    return text;
  }

  #check(path: string): void {
    const real = realpathSync(path);
    if (real !== this.root && !real.startsWith(`${this.root}/`)) throw new SystemError('EACCES', 'check', { path });
  }
}
