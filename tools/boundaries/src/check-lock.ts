import type { Manifest, WorkspacePackage } from '@pure-ftpd/workspace';

/** What a lock file says of a package of the workspace, as far as package.json says it too. */
function recorded(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isSame(manifest: Readonly<Record<string, string>>, lock: unknown): boolean {
  const entries = Object.entries(recorded(lock));
  return entries.length === Object.keys(manifest).length && entries.every(([name, value]) => manifest[name] === value);
}

function agrees({ bin, dependencies, devDependencies }: Manifest, entry: unknown): boolean {
  const lock = recorded(entry);
  return (
    isSame(dependencies, lock['dependencies']) &&
    isSame(devDependencies, lock['devDependencies']) &&
    isSame(bin, lock['bin'])
  );
}

/**
 * The packages whose package.json says something else than the lock file, a line each.
 * @param lock the content of package-lock.json
 */
export function checkLock(packages: readonly WorkspacePackage[], lock: unknown): string[] {
  const entries = recorded(recorded(lock)['packages']);
  return packages
    .filter(({ folder, manifest }) => !agrees(manifest, entries[folder]))
    .map(({ folder }) => `${folder}/package.json: package-lock.json does not know it so: npm install && npm run lock`);
}
