import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

const ENVIRONMENT = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };

/** A command of Debian's failed; the message has its last line of output. */
export class DebianError extends Error {
  readonly code = 'DEBIAN';
}

function run(cwd: string, file: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd, env: ENVIRONMENT, encoding: 'utf8' });
  if (status === 0) return stdout;
  const last = error?.message ?? stderr.trim().split('\n').at(-1) ?? '';
  throw new DebianError(`${file} ${args[0] ?? ''}: ${last}`, { cause: error });
}

export function hasApt(): boolean {
  return spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Runs an apt command; when it fails and we are root, once more with fresh package lists: images come with none. */
function withLists(cwd: string, ...args: readonly string[]): void {
  try {
    run(cwd, 'apt-get', ...args);
  } catch (error) {
    if (!isRoot()) throw error;
    run(cwd, 'apt-get', 'update', '-q');
    run(cwd, 'apt-get', ...args);
  }
}

/**
 * Downloads packages and unpacks each into `folder/PACKAGE_VERSION`; nothing is installed, no script of theirs runs.
 * @returns the folder of each, by package
 */
export function unpack(folder: string, packages: readonly string[]): Record<string, string> {
  const downloads = mkdtempSync(join(folder, 'download-'));
  try {
    withLists(downloads, 'download', '-q', ...packages);
    const folders: Record<string, string> = {};
    for (const file of readdirSync(downloads).sort()) {
      if (!file.endsWith('.deb')) continue;
      const [name = '', version = ''] = decodeURIComponent(file).split('_');
      const target = `${name}_${version.replaceAll(':', '-')}`;
      run(downloads, 'dpkg-deb', '-x', file, `${name}.unpacked`);
      rmSync(join(folder, target), { recursive: true, force: true });
      renameSync(join(downloads, `${name}.unpacked`), join(folder, target));
      folders[name] = target;
    }
    return folders;
  } finally {
    rmSync(downloads, { recursive: true, force: true });
  }
}

/** The shared libraries that unpacked packages bring: who starts a program of theirs says where (`LD_LIBRARY_PATH`). */
export function broughtLibraries(folders: readonly string[]): ReadonlySet<string> {
  return new Set(folders.flatMap((cwd) => globSync('{usr/,}lib/**/lib*.so*', { cwd }).map((file) => basename(file))));
}

/** The shared libraries which the programs and modules in a folder need and neither the machine nor other packages have. */
export function missingLibraries(folder: string, brought: ReadonlySet<string> = new Set()): string[] {
  const files = globSync('{usr/bin/*,usr/sbin/*,usr/lib/*/*.so,usr/lib/*/*/plugins/*.so,usr/lib/postgresql/*/bin/*}', {
    cwd: folder,
  });
  if (files.length === 0) return [];
  // Scripts among them are no reason to stop: ldd says so on standard error and goes on.
  const { stdout } = spawnSync('ldd', files, { cwd: folder, env: ENVIRONMENT, encoding: 'utf8' });
  const missing = Array.from(stdout.matchAll(/^\s*(\S+) => not found$/gm), (match) => match[1] ?? '');
  return [...new Set(missing)].filter((name) => !brought.has(name));
}

/** Installs the library packages that a package depends on, and nothing else of it: no modules of Perl. Needs root. */
export function installLibrariesOf(name: string): void {
  const depends = run('/', 'apt-cache', 'show', '--no-all-versions', name).match(/^Depends: (.*)$/m)?.[1] ?? '';
  const libraries = depends
    .split(',')
    .map((dependency) => dependency.trim().split(/[ :|(]/)[0] ?? '')
    .filter((dependency) => /^lib.*(?<!-perl)$/.test(dependency));
  if (libraries.length > 0) install(libraries);
}

/** Installs packages; one that is there already stays as it is. Needs root. */
export function install(packages: readonly string[]): void {
  withLists('/', 'install', '-q', '-y', '--no-install-recommends', '--no-upgrade', ...packages);
}
