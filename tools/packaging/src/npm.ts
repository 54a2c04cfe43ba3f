// Packages for npm: one for each program, and one with all of them. Each is complete: it has its native code with it, so that it installs
// where there is no registry.
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { runTool } from './run-tool.ts';
import { builtPrograms, noticesOf, type Platform, writeBeside, writePlain } from './tree.ts';

/** Names under which the daemon is called, besides its own. */
const NAMES_OF_THE_SERVER = ['pure-ftpd-virtualchroot', 'pure-ftpd-wrapper'];

export interface NpmOptions {
  /** The folder of the repository, where every program is built. */
  readonly root: string;
  readonly version: string;
  /** The oldest Node that the programs run on. */
  readonly oldestNode: number;
  /** That of the native code in it. */
  readonly platform: Platform;
  readonly out: string;
}

/** @returns The names of the packages, below `out`. */
export function makeNpm(options: NpmOptions): string[] {
  const { root, out } = options;
  const programs = builtPrograms(root);
  mkdirSync(out, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'npm-'));
  try {
    const folders = [
      ...programs.map((name) => writePackage(options, name, [name], join(work, name))),
      writePackage(options, 'pure-ftpd-suite', programs, join(work, 'pure-ftpd-suite')),
    ];
    const packed = runTool('npm', ['pack', '--silent', '--pack-destination', out, ...folders]);
    return packed.trim().split('\n');
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** @returns The folder. */
function writePackage(options: NpmOptions, name: string, programs: readonly string[], folder: string): string {
  const { root, version, oldestNode, platform } = options;
  const bundles = programs.flatMap((program) => globSync(`apps/${program}/dist/*.js`, { cwd: root }));
  for (const file of bundles) writePlain(join(folder, basename(file)), readFileSync(join(root, file)), modeOf(file));
  const names = programs.includes('pure-ftpd') ? [...programs, ...NAMES_OF_THE_SERVER] : programs;
  for (const other of names.filter((called) => !programs.includes(called)))
    writePlain(join(folder, `${other}.js`), calledAs(other), 0o755);
  const code = bundles.map((file) => readFileSync(join(root, file), 'utf8')).join('');
  const beside = writeBeside(root, join(folder, 'node_modules'), code, platform);
  const dependencies = beside.map(([dependency]) => dependency);
  const pages = programs.map((program) => `${program}.8`);
  for (const page of pages) writePlain(join(folder, 'man', page), readFileSync(join(root, 'docs/manual', page)));
  const [only] = programs;
  const readme = programs.length === 1 ? `apps/${only}/README.md` : 'README.md';
  writePlain(join(folder, 'README.md'), readFileSync(join(root, readme)));
  writePlain(join(folder, 'LICENSE'), readFileSync(join(root, 'LICENSE')));
  writePlain(join(folder, 'NOTICES.txt'), noticesOf(root, programs, dependencies));
  const manifest = {
    name,
    version,
    description:
      programs.length === 1 ? descriptionOf(root, name) : 'The FTP daemon, a drop-in for Pure-FTPd, and its tools',
    license: 'MIT',
    type: 'module',
    bin: Object.fromEntries(names.map((called) => [called, `${called}.js`])),
    man: pages.map((page) => `man/${page}`),
    files: ['*.js', 'man', 'NOTICES.txt'],
    engines: { node: `>=${oldestNode}` },
    os: ['linux'],
    ...(beside.length > 0 ? { dependencies: Object.fromEntries(beside), bundleDependencies: dependencies } : {}),
  };
  writePlain(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return folder;
}

/** Bundles are loaded; what is started says which Node it wants. */
function modeOf(file: string): number {
  return basename(file) === `${basename(join(file, '../..'))}.js` ? 0o755 : 0o644;
}

/** The daemon by another name; its processes know already by which. */
function calledAs(name: string): string {
  return `#!/usr/bin/env node\nprocess.env.PURE_FTPD_PROGRAM_NAME ??= '${name}';\nimport('./pure-ftpd.js');\n`;
}

function descriptionOf(root: string, name: string): string {
  const { description }: { readonly description: string } = JSON.parse(
    readFileSync(join(root, 'apps', name, 'package.json'), 'utf8'),
  );
  return description;
}
