// The files of an installation, as they lie below its prefix: the same for every kind of package.
import {
  chmodSync,
  copyFileSync,
  cpSync,
  globSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Programs of administrators, and those of everybody. */
const SBIN = [
  'pure-authd',
  'pure-certd',
  'pure-ftpd-ldap',
  'pure-ftpd-ldap-virtualchroot',
  'pure-ftpd-mysql',
  'pure-ftpd-mysql-virtualchroot',
  'pure-ftpd-postgresql',
  'pure-ftpd-postgresql-virtualchroot',
  'pure-ftpd-virtualchroot',
  'pure-ftpd-wrapper',
  'pure-ftpwho',
  'pure-mrtginfo',
  'pure-quotacheck',
  'pure-uploadscript',
];
const BIN = ['pure-pw', 'pure-pwconvert', 'pure-statsdecode'];

/** The platform of a package: its names in Node, and in the packages of native code. */
export interface Platform {
  /** `x64`, `arm64`. */
  readonly processor: string;
  readonly libc: 'linux' | 'musl';
}

/**
 * Writes the tree of an installation.
 * @param root The folder of the repository, where every program is built.
 * @param executable What `makeExecutable` has made.
 * @param prefix Where it goes: `sbin`, `bin`, `lib` and `share` are made in it.
 */
export function writeTree(root: string, executable: string, prefix: string, platform: Platform): void {
  const server = join(prefix, 'sbin/pure-ftpd');
  mkdirSync(join(prefix, 'bin'), { recursive: true });
  mkdirSync(dirname(server), { recursive: true });
  copyFileSync(executable, server);
  chmodSync(server, 0o755);
  for (const name of SBIN) linkSync(server, join(prefix, 'sbin', name));
  for (const name of BIN) linkSync(server, join(prefix, 'bin', name));
  const lib = join(prefix, 'lib/pure-ftpd');
  writePrograms(root, lib);
  writeNativeCode(root, join(lib, 'node_modules'), platform);
  writeCharsets(root, join(lib, 'node_modules'));
  writeManual(root, join(prefix, 'share/man'));
  writeCompletions(root, join(prefix, 'share'));
}

/** Every bundle, in one folder. */
function writePrograms(root: string, lib: string): void {
  mkdirSync(lib, { recursive: true });
  for (const file of globSync('apps/*/dist/*.js', { cwd: root }))
    writePlain(join(lib, basename(file)), readFileSync(join(root, file)));
  writePlain(join(lib, 'start.cjs'), readFileSync(join(import.meta.dirname, 'start.cjs')));
  writePlain(join(lib, 'package.json'), '{"type":"module"}\n');
}

/** koffi: what it loads at run time, and its licence. @throws Error where the package of the platform is not installed. */
function writeNativeCode(root: string, modules: string, { processor, libc }: Platform): void {
  const koffi = join(root, 'node_modules/koffi');
  for (const file of ['package.json', 'LICENSE.txt', ...globSync('{*,src/koffi/**/*}.{js,cjs}', { cwd: koffi })]) {
    if (file === 'cnoke.cjs') continue;
    writePlain(join(modules, 'koffi', file), readFileSync(join(koffi, file)));
  }
  const native = `@koromix/koffi-linux-${processor}`;
  const folder = join(root, 'node_modules', native);
  for (const file of ['package.json', 'index.js', `${libc}_${processor}/koffi.node`])
    writePlain(join(modules, native, file), readFileSync(join(folder, file)));
}

/** iconv-lite, and what it stands on, which no bundle has: the tables of character sets are loaded where one is asked for. */
const CHARSETS = ['iconv-lite', 'safer-buffer'];

function writeCharsets(root: string, modules: string): void {
  for (const name of CHARSETS) {
    const folder = join(root, 'node_modules', name);
    for (const file of globSync(['package.json', 'LICENSE', 'safer.js', '{lib,encodings}/**/*.{js,json}'], {
      cwd: folder,
    }))
      writePlain(join(modules, name, file), readFileSync(join(folder, file)));
  }
}

function writeManual(root: string, manual: string): void {
  const folder = join(root, 'docs/manual');
  for (const name of readdirSync(folder))
    writePlain(
      join(manual, `man${name.slice(-1)}`, `${name}.gz`),
      gzipSync(readFileSync(join(folder, name)), { level: 9 }),
    );
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

/** The licences of all that is in a package: ours and those in the bundles, those of what is beside them, and Node's. */
export function noticesOf(root: string, nodeLicence: string): string {
  const bundles = globSync('apps/*/dist/*.notices.txt', { cwd: root }).toSorted();
  const koffi = readFileSync(join(root, 'node_modules/koffi/LICENSE.txt'), 'utf8');
  const rule = `\n${'='.repeat(78)}\n`;
  return [
    ...bundles.map((file) => readFileSync(join(root, file), 'utf8').trim()),
    `koffi\n\n${koffi.trim()}`,
    ...CHARSETS.map((name) => `${name}\n\n${readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8').trim()}`),
    `Node.js\n\n${nodeLicence.trim()}`,
  ].join(rule);
}

/** A file that all may read. */
export function writePlain(path: string, content: string | Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}
