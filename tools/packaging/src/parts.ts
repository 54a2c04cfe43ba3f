// What a package has from npm beside our programs: Node, and native code, of the processor that it is for.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { runTool } from './run-tool.ts';

/** Where both are. */
export interface Parts {
  /** The folder of a Node: `bin/node` and LICENSE. */
  readonly node: string;
  /** The folder that has the package of native code by its name. */
  readonly modules: string;
}

/** Packages of native code, by the processor as Node names it. */
export function nativePackage(processor: string): string {
  return `@koromix/koffi-linux-${processor}`;
}

/**
 * The parts for a processor: those that are installed where it is this machine's, else those of the lock file, fetched from npm and kept in
 * `.cache/packaging`. Nothing of them is run.
 * @param root The folder of the repository.
 * @throws Error where the lock file does not name them, or npm has something else.
 */
export function partsFor(root: string, processor: string): Parts {
  if (processor === process.arch)
    return { node: dirname(dirname(process.execPath)), modules: join(root, 'node_modules') };
  const modules = join(root, '.cache/packaging');
  const node = `node-linux-${processor}`;
  for (const name of [node, nativePackage(processor)]) fetchLocked(root, name, modules);
  return { node: join(modules, node), modules };
}

/** Unpacks a package in the version of the lock file, unless it is there. */
function fetchLocked(root: string, name: string, modules: string): void {
  const lock: { readonly packages: Readonly<Record<string, { version?: string; integrity?: string }>> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined)
    throw new Error(`package-lock.json has no ${name}: packages cannot be made for its processor`);
  const place = join(modules, name);
  if (isThere(place, version)) return;
  mkdirSync(dirname(place), { recursive: true });
  const work = mkdtempSync(join(modules, 'fetched-'));
  try {
    runTool('npm', ['pack', '--silent', `${name}@${version}`], work);
    const [file = ''] = readdirSync(work);
    const found = `sha512-${createHash('sha512')
      .update(readFileSync(join(work, file)))
      .digest('base64')}`;
    if (found !== integrity) throw new Error(`${name}@${version}: npm has not what package-lock.json names`);
    runTool('tar', ['-xzf', file], work);
    rmSync(place, { recursive: true, force: true });
    renameSync(join(work, 'package'), place);
  } finally {
    rmSync(work, { recursive: true });
  }
}

function isThere(place: string, version: string): boolean {
  const manifest = join(place, 'package.json');
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version;
}
