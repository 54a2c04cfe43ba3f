import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest, readWorkspace } from '@pure-ftpd/workspace';
import { type SourceFile, type Workspace, checkImports } from './check-imports.ts';
import { checkManifest } from './check-manifests.ts';
import { importsOf } from './imports.ts';

const SOURCES = '**/*.{ts,mts,js,mjs}';
const NOT_OURS = new Set(['node_modules', 'dist', 'test-data', 'golden']);

function sourcesOf(root: string, folder: string): SourceFile[] {
  return globSync(SOURCES, { cwd: join(root, folder), exclude: (name) => NOT_OURS.has(name) })
    .sort()
    .map((name) => {
      const path = `${folder}/${name}`;
      return { path, imports: importsOf(path, readFileSync(join(root, path), 'utf8')) };
    });
}

/** Checks every package of the repository in `root` against the layout; returns what is wrong, a line each. */
export function check(root: string): string[] {
  const rootManifest = readManifest(join(root, 'package.json'));
  const workspace: Workspace = {
    packages: readWorkspace(root),
    rootDependencies: { ...rootManifest.dependencies, ...rootManifest.devDependencies },
  };
  return workspace.packages.flatMap((owner) => {
    const files = sourcesOf(root, owner.folder);
    return [
      ...files.flatMap((file) => checkImports(workspace, owner, file)),
      ...checkManifest(workspace, owner, files),
    ];
  });
}
