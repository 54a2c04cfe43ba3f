import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest, readWorkspace } from '@pure-ftpd/workspace';
import { checkFloors } from './check-floors.ts';
import { type SourceFile, type Workspace, checkImports } from './check-imports.ts';
import { checkLoops } from './check-loops.ts';
import { checkManifest } from './check-manifests.ts';
import { importGraph } from './import-graph.ts';
import { importsOf } from './imports.ts';
import { FLOORS } from './layout.ts';

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
  const sources = workspace.packages.map((owner) => ({ owner, files: sourcesOf(root, owner.folder) }));
  const graph = importGraph(sources);
  return [
    ...sources.flatMap(({ owner, files }) => [
      ...files.flatMap((file) => checkImports(workspace, owner, file)),
      ...checkManifest(workspace, owner, files),
    ]),
    ...checkLoops(graph),
    ...checkFloors(graph, FLOORS),
  ];
}
