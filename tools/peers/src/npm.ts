import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** npm, or tar, has failed; the message has its last line of output. */
export class NpmError extends Error {
  readonly code = 'NPM';
}

/** A package of npm, in one version. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
}

/** The folder of a package below the cache; also the name under which the manifest has it. */
export function folderOf({ name, version }: NpmPackage): string {
  return `${name.replace('/', '+')}_${version}`;
}

/** Downloads packages and unpacks each into a folder below `folder`; nothing is installed, no script of theirs runs. */
export function unpackFromNpm(folder: string, packages: readonly NpmPackage[]): void {
  const downloads = mkdtempSync(join(folder, 'download-'));
  try {
    for (const wanted of packages) {
      const target = folderOf(wanted);
      const place = join(downloads, target);
      mkdirSync(place);
      run(place, 'npm', 'pack', '--silent', `${wanted.name}@${wanted.version}`);
      const [file = ''] = readdirSync(place);
      run(place, 'tar', '-xzf', file);
      rmSync(join(folder, target), { recursive: true, force: true });
      renameSync(join(place, 'package'), join(folder, target));
    }
  } finally {
    rmSync(downloads, { recursive: true, force: true });
  }
}

function run(cwd: string, file: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(file, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  throw new NpmError(`${file} ${args.join(' ')}: ${error?.message ?? stderr.trim().split('\n').at(-1) ?? ''}`, {
    cause: error,
  });
}
