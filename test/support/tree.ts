import { createHash, hash } from 'node:crypto';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';

import { decodeName, encodeName } from '@pure-ftpd/protocol';

import { AWKWARD_NAMES } from './names.ts';

/** The path of a name in a folder, for Node's file functions: bytes, since names need not be UTF-8. */
export function bytePath(folder: string, ...names: readonly string[]): Buffer {
  return encodeName([folder, ...names].join('/'));
}

/** A file with content of its own. */
export function writeFileNamed(folder: string, name: string, content: string | Uint8Array): void {
  writeFileSync(bytePath(folder, name), content);
}

export interface TreeOptions {
  readonly folders: number;
  readonly filesPerFolder: number;
  /** Names to use in turn, for files and folders. */
  readonly names?: readonly string[];
  /** Size of one more file in the first folder, in bytes; mostly holes. */
  readonly bigFile?: number;
}

/** Makes a folder with folders of small files of all sizes around those of buffers and lines; the same each time. */
export function makeTree(root: string, options: TreeOptions): void {
  const names = options.names ?? AWKWARD_NAMES;
  mkdirSync(root);
  for (let folder = 0; folder < options.folders; folder += 1) {
    const name = names[folder % names.length] ?? '';
    const place = folder < names.length ? name : `${folder} ${name}`.slice(0, 200);
    mkdirSync(bytePath(root, place));
    for (let file = 0; file < options.filesPerFolder; file += 1) {
      // Another name first in each folder, so that few files have all of them.
      const base = names[(folder + file) % names.length] ?? '';
      const unique = file < names.length ? base : `${base.slice(0, 200)} ${file}`;
      const content = `${folder}/${file}\r\n`.repeat((file * 37 + folder) % 700);
      writeFileSync(bytePath(root, place, unique), content);
    }
  }
  if (options.bigFile !== undefined) makeBigFile(`${root}/big file.bin`, options.bigFile);
}

/** A large file whose every MiB differs, and which takes little room on disk. */
export function makeBigFile(path: string, size: number): void {
  const fd = openSync(path, 'w');
  try {
    ftruncateSync(fd, size);
    for (let at = 0; at < size; at += 1024 * 1024) writeSync(fd, `at ${at}\n`, at);
  } finally {
    closeSync(fd);
  }
}

/**
 * What is below a folder: each path, and the digest of a file's content. Two folders hold the same when this is equal. (Not
 * `diff -r`: it stops at names it cannot show.)
 */
export function treeDigest(root: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (prefix: string): void => {
    for (const entry of readdirSync(bytePath(root, prefix), { encoding: 'buffer', withFileTypes: true })) {
      const path = prefix === '' ? decodeName(entry.name) : `${prefix}/${decodeName(entry.name)}`;
      if (entry.isDirectory()) {
        found.set(`${path}/`, 'folder');
        walk(path);
      } else found.set(path, entry.isFile() ? fileDigest(bytePath(root, path)) : 'special');
    }
  };
  walk('');
  return found;
}

function fileDigest(path: Buffer): string {
  if (statSync(path).size < 16 * 1024 * 1024) return hash('sha1', readFileSync(path));
  const digest = createHash('sha1');
  digest.update(readFileSync(path));
  return digest.digest('hex');
}
