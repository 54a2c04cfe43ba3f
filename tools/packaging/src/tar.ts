// Tarballs: a tree that is unpacked into a prefix, with its Node where there is one to bring.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makeExecutable } from './executable.ts';
import { runTool } from './run-tool.ts';
import { NAME, type PackageOptions, source, writeDocumentation, writeUnits } from './system-files.ts';
import { builtPrograms, noticesOf, writePlain, writeTree } from './tree.ts';

/** Where README says that it is unpacked. */
const PREFIX = '/usr/local';

/** @param libc That of the system it is for: with musl it has no Node, and its programs take that of the system. @returns Its path. */
export function makeTar(options: PackageOptions, libc: 'linux' | 'musl'): string {
  const { root, version, node, processor, modules, out, isQuick } = options;
  const name = `${NAME}-${version}-linux-${processor}${libc === 'musl' ? '-musl' : ''}`;
  const work = mkdtempSync(join(tmpdir(), 'tar-'));
  try {
    const tree = join(work, name);
    mkdirSync(tree, { mode: 0o755 });
    const hasNode = libc !== 'musl';
    const executable = join(work, 'pure-ftpd');
    if (hasNode) makeExecutable(join(node, 'bin/node'), process.execPath, executable);
    const beside = writeTree(root, hasNode ? executable : undefined, tree, { processor, libc, modules });
    writeUnits(join(tree, 'lib/systemd/system'), PREFIX);
    const licence = hasNode ? readFileSync(join(node, 'LICENSE'), 'utf8') : undefined;
    const documents = join(tree, 'share/doc', NAME);
    writeDocumentation(root, documents, noticesOf(root, builtPrograms(root), beside, licence));
    writePlain(join(documents, 'INSTALL'), source(hasNode ? 'tar/install-with-node.txt' : 'tar/install.txt'));
    mkdirSync(out, { recursive: true });
    const file = join(out, `${name}.tar.${isQuick ? 'gz' : 'xz'}`);
    const owned = ['--owner=0', '--group=0', '--numeric-owner', '--sort=name'];
    runTool('tar', ['--create', '--file', file, '--auto-compress', ...owned, '--directory', work, name]);
    return file;
  } finally {
    rmSync(work, { recursive: true });
  }
}
