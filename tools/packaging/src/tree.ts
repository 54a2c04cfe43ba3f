// The files of an installation, as they lie below its prefix: the same for every kind of package.
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { nativePackage } from './parts.ts';

/** Programs of everybody; all others are those of administrators. */
const BIN = ['pure-pw', 'pure-pwconvert', 'pure-statsdecode'];

/** Names under which the server is called, besides its own: builds of Debian, and the wrapper. */
const NAMES_OF_THE_SERVER = [
  'pure-ftpd-ldap',
  'pure-ftpd-ldap-virtualchroot',
  'pure-ftpd-mysql',
  'pure-ftpd-mysql-virtualchroot',
  'pure-ftpd-postgresql',
  'pure-ftpd-postgresql-virtualchroot',
  'pure-ftpd-virtualchroot',
  'pure-ftpd-wrapper',
];

/** The platform of a package: its names in Node, and in the packages of native code. */
export interface Platform {
  /** `x64`, `arm64`. */
  readonly processor: string;
  readonly libc: 'linux' | 'musl';
  /** The folder that has the package of native code. */
  readonly modules: string;
}

/**
 * Writes the tree of an installation.
 * @param root The folder of the repository, where every program is built.
 * @param executable What `makeExecutable` has made; undefined for programs that take the Node of the system.
 * @param prefix Where it goes: `sbin`, `bin`, `lib` and `share` are made in it.
 * @returns The packages of npm that are beside the programs.
 */
export function writeTree(root: string, executable: string | undefined, prefix: string, platform: Platform): string[] {
  const programs = builtPrograms(root);
  const server = join(prefix, 'sbin/pure-ftpd');
  mkdirSync(join(prefix, 'bin'), { recursive: true });
  mkdirSync(dirname(server), { recursive: true });
  copyFileSync(executable ?? join(import.meta.dirname, 'script.cjs'), server);
  chmodSync(server, 0o755);
  const sbin = programs.filter((name) => name !== 'pure-ftpd' && !BIN.includes(name));
  for (const name of [...sbin, ...NAMES_OF_THE_SERVER]) linkSync(server, join(prefix, 'sbin', name));
  for (const name of BIN) linkSync(server, join(prefix, 'bin', name));
  const lib = join(prefix, 'lib/pure-ftpd');
  const code = writePrograms(root, lib);
  const beside = writeBeside(root, join(lib, 'node_modules'), code, platform);
  writeManual(root, join(prefix, 'share/man'));
  writeCompletions(root, join(prefix, 'share'));
  return beside.map(([name]) => name);
}

/** Every bundle, in one folder. @returns All of their code. */
function writePrograms(root: string, lib: string): string {
  const bundles = globSync('apps/*/dist/*.js', { cwd: root });
  // They are not run by their own names: what the first line says of an interpreter is true elsewhere.
  for (const file of bundles)
    writePlain(join(lib, basename(file)), readFileSync(join(root, file), 'utf8').replace(/^#!.*\n/, ''));
  writePlain(join(lib, 'start.cjs'), readFileSync(join(import.meta.dirname, 'start.cjs')));
  writePlain(join(lib, 'package.json'), '{"type":"module"}\n');
  return bundles.map((file) => readFileSync(join(root, file), 'utf8')).join('');
}

/**
 * What bundles load from beside them, where this code does: koffi, which is native, and the tables of character sets, which are loaded
 * where one is asked for.
 * @returns The packages, and their versions.
 * @throws Error where the native code of the platform is not installed.
 */
export function writeBeside(
  root: string,
  modules: string,
  code: string,
  { processor, libc, modules: nativeModules }: Platform,
): [string, string][] {
  const native = nativePackage(processor);
  const files: Readonly<Record<string, string>> = {
    ...(code.includes('koffi')
      ? { koffi: '{LICENSE.txt,{*,src/koffi/**/*}.{js,cjs}}', [native]: `{index.js,${libc}_${processor}/koffi.node}` }
      : {}),
    ...(code.includes('iconv-lite')
      ? { 'iconv-lite': '{LICENSE,{lib,encodings}/**/*.{js,json}}', 'safer-buffer': '{LICENSE,safer.js}' }
      : {}),
  };
  return Object.entries(files).map(([name, pattern]) => {
    const folder = name === native ? join(nativeModules, name) : join(root, 'node_modules', name);
    for (const file of globSync(pattern, { cwd: folder }).filter((path) => path !== 'cnoke.cjs'))
      writePlain(join(modules, name, file), readFileSync(join(folder, file)));
    const manifest: { readonly version: string; scripts?: unknown; optionalDependencies?: unknown } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    // It is built, and what it is for other platforms is not here.
    delete manifest.scripts;
    delete manifest.optionalDependencies;
    writePlain(join(modules, name, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
    return [name, manifest.version];
  });
}

function writeManual(root: string, manual: string): void {
  const folder = join(root, 'docs/manual');
  for (const name of readdirSync(folder))
    writePlain(
      join(manual, `man${name.slice(-1)}`, `${name}.gz`),
      gzipSync(readFileSync(join(folder, name)), { level: 9 }),
    );
  for (const name of NAMES_OF_THE_SERVER.filter((other) => !existsSync(join(folder, `${other}.8`))))
    symlinkSync('pure-ftpd.8.gz', join(manual, 'man8', `${name}.8.gz`));
}

function writeCompletions(root: string, share: string): void {
  const folder = join(root, 'docs/completion');
  const places = {
    bash: 'bash-completion/completions',
    zsh: 'zsh/vendor-completions',
    fish: 'fish/vendor_completions.d',
  };
  for (const [shell, place] of Object.entries(places))
    cpSync(join(folder, shell), join(share, place), { recursive: true });
}

/**
 * The licences of all that is in a package: ours and those in the bundles of the programs, those of what is beside them, and that of Node
 * where it is in it.
 */
export function noticesOf(
  root: string,
  programs: readonly string[],
  beside: readonly string[],
  nodeLicence?: string,
): string {
  const licences = beside.flatMap((name) => {
    const folder = join(root, 'node_modules', name);
    return globSync('LICENSE{,.txt}', { cwd: folder }).map(
      (file) => `${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}`,
    );
  });
  return [
    ...programs.map((name) => readFileSync(join(root, `apps/${name}/dist/${name}.notices.txt`), 'utf8').trim()),
    ...licences,
    ...(nodeLicence === undefined ? [] : [`Node.js\n\n${nodeLicence.trim()}`]),
    '',
  ].join(`\n${'='.repeat(78)}\n`);
}

/** The programs that are built, by name. */
export function builtPrograms(root: string): string[] {
  return globSync('apps/*/dist/*.notices.txt', { cwd: root })
    .map((file) => basename(file, '.notices.txt'))
    .toSorted();
}

/** A file that all may read. */
export function writePlain(path: string, content: string | Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}
