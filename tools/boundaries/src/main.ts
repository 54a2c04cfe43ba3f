// npm run boundaries: fails when a package imports, or its manifest says, what the layout of the workspace forbids, and when a README
// lists folders that are not there, or leaves some out.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest, readWorkspace, workspaceRoot } from '@pure-ftpd/workspace';
import { check } from './check.ts';
import { checkDependencies } from './check-dependencies.ts';
import { checkFolders } from './check-folders.ts';
import { checkLock } from './check-lock.ts';
import { checkReadme } from './check-readme.ts';
import { MAY_IMPORT } from './layout.ts';

const lock: unknown = JSON.parse(readFileSync(join(workspaceRoot, 'package-lock.json'), 'utf8'));
const packages = readWorkspace(workspaceRoot);
const readme = readFileSync(join(workspaceRoot, 'README.md'), 'utf8');
const root = readManifest(join(workspaceRoot, 'package.json'));
const siblings = new Set(packages.map(({ manifest }) => manifest.name));
const foreign = [{ folder: '', manifest: root }, ...packages].map(({ folder, manifest }) => {
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  return [folder, names.filter((name) => !siblings.has(name))] as const;
});
const folders = packages.map(({ folder }) => folder);
const problems = [
  ...check(workspaceRoot),
  ...checkLock(packages, lock),
  ...checkReadme(readme, folders, MAY_IMPORT),
  ...checkDependencies(readme, new Map(foreign)),
  ...folders.flatMap(foldersOf),
];
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;

/** What is wrong with the table of folders in the README of a package. */
function foldersOf(folder: string): string[] {
  const path = `${folder}/README.md`;
  const [file, sources] = [join(workspaceRoot, path), join(workspaceRoot, folder, 'src')];
  if (!existsSync(file) || !existsSync(sources)) return [];
  const entries = readdirSync(sources, { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  return checkFolders({ path, text: readFileSync(file, 'utf8') }, names);
}
