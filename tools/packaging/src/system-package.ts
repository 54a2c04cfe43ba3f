// The tree of a package for a system with its own Node: the same for dpkg and rpm.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { makeExecutable } from './executable.ts';
import { NAME, type PackageOptions, writeDocumentation, writeSystemFiles } from './system-files.ts';
import { builtPrograms, noticesOf, writeTree } from './tree.ts';

/** @param logrotate Where the rotation of logs is set, below the tree. */
export function writeSystemTree(options: PackageOptions, work: string, logrotate: string): string {
  const { root, node, processor, modules } = options;
  const tree = join(work, 'tree');
  mkdirSync(tree, { mode: 0o755 });
  const executable = join(work, 'pure-ftpd');
  makeExecutable(join(node, 'bin/node'), process.execPath, executable);
  const beside = writeTree(root, executable, join(tree, 'usr'), { processor, libc: 'linux', modules });
  rmSync(executable);
  writeSystemFiles(tree, logrotate);
  const nodeLicence = readFileSync(join(node, 'LICENSE'), 'utf8');
  const licences = noticesOf(root, builtPrograms(root), beside, nodeLicence);
  writeDocumentation(root, join(tree, 'usr/share/doc', NAME), licences);
  return tree;
}
