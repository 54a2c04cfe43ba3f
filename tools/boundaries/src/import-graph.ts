import { join, normalize } from 'node:path/posix';
import type { WorkspacePackage } from '@pure-ftpd/workspace';
import { type SourceFile, splitSpecifier } from './check-imports.ts';

/** An import that leads from a file of the workspace to another. */
export interface Edge {
  readonly to: string;
  readonly line: number;
}

/** What each file imports of the workspace, types included, by the paths of files. */
export type ImportGraph = ReadonlyMap<string, readonly Edge[]>;

/** A package and its sources. */
export interface PackageSources {
  readonly owner: WorkspacePackage;
  readonly files: readonly SourceFile[];
}

/** The file that an import means; undefined when it is none of the workspace's. */
function target(workspace: readonly PackageSources[], from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return normalize(join(from, '..', specifier));
  const [name, door] = splitSpecifier(specifier);
  const owner = workspace.find(({ owner: { manifest } }) => manifest.name === name)?.owner;
  const file = owner?.manifest.exports[door];
  return owner === undefined || file === undefined ? undefined : join(owner.folder, file);
}

/** The imports of the whole workspace. */
export function importGraph(workspace: readonly PackageSources[]): ImportGraph {
  const files = workspace.flatMap((one) => one.files);
  return new Map(
    files.map(({ path, imports }) => [
      path,
      imports.flatMap(({ specifier, line }) => {
        const to = specifier === undefined ? undefined : target(workspace, path, specifier);
        return to === undefined ? [] : [{ to, line }];
      }),
    ]),
  );
}
