import { isBuiltin } from 'node:module';
import { join, normalize } from 'node:path/posix';
import type { WorkspacePackage } from '@pure-ftpd/workspace';
import type { Import } from './imports.ts';
import { ENGINE, JOINS_THE_SERVER, MAY_IMPORT, ONLY_IN } from './layout.ts';

/** The packages that a check looks at, and the packages of npm that every test and tool may use. */
export interface Workspace {
  readonly packages: readonly WorkspacePackage[];
  readonly rootDependencies: Readonly<Record<string, string>>;
}

export interface SourceFile {
  /** Relative to the root. */
  readonly path: string;
  readonly imports: readonly Import[];
}

/** Whether a file is for those who work here, or an example, which is read and brings what it shows: not part of what is installed. */
export function isForTests(path: string): boolean {
  return (
    path.endsWith('.test.ts') ||
    path.endsWith('.bench.ts') ||
    path.includes('/src/testing/') ||
    /^libs\/[^/]+\/examples\//.test(path)
  );
}

/** The name of the package in a specifier, and the door asked for: `.` or `./NAME`. */
export function splitSpecifier(specifier: string): [name: string, door: string] {
  const parts = specifier.split('/');
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  return [name, `.${specifier.slice(name.length)}`];
}

/** `apps`, `libs`, `tools` or `test`. */
function kind(folder: string): string {
  return folder.split('/')[0] ?? '';
}

/** Why a package may not import another package of the workspace; undefined when it may. */
function layoutProblem(from: string, to: string, forTests: boolean): string | undefined {
  if (kind(to) === 'apps') return 'a program is never imported';
  if (kind(from) === 'tools' || kind(from) === 'test') return undefined;
  if (kind(to) === 'tools') return forTests ? undefined : 'tools are for tests only';
  if (kind(from) === 'apps') {
    return ENGINE.includes(to) && !JOINS_THE_SERVER.includes(from)
      ? `only ${JOINS_THE_SERVER.join(', ')} may import it`
      : undefined;
  }
  const row = MAY_IMPORT[from];
  if (row === undefined) return `${from} has no row in tools/boundaries/src/layout.ts`;
  return row.includes(to) ? undefined : `the layout does not let ${from} stand on ${to}`;
}

function problemOf(workspace: Workspace, owner: WorkspacePackage, path: string, specifier: string): string | undefined {
  if (isBuiltin(specifier)) return undefined;
  if (specifier.startsWith('.')) {
    const target = normalize(join(path, '..', specifier));
    return target.startsWith(`${owner.folder}/`) ? undefined : 'a path into another package';
  }
  if (specifier.startsWith('/') || specifier.includes(':')) return 'an absolute path';
  const [name, door] = splitSpecifier(specifier);
  const forTests = isForTests(path);
  const { dependencies, devDependencies } = owner.manifest;
  const declared = name in dependencies || (forTests && name in devDependencies);
  const target = workspace.packages.find(({ manifest }) => manifest.name === name);
  if (target !== undefined) {
    // Examples import their own package as its users do.
    const itself = target === owner;
    const problem = itself ? undefined : layoutProblem(owner.folder, target.folder, forTests);
    if (problem !== undefined) return problem;
    if (!(door in target.manifest.exports)) return `${name} has no door ${door}`;
    return declared || itself ? undefined : `${owner.folder}/package.json does not depend on ${name}`;
  }
  const only = ONLY_IN[name];
  if (only !== undefined && !path.startsWith(only)) return `only ${only} may import it`;
  const common = (forTests || /^(tools|test)(\/|$)/.test(owner.folder)) && name in workspace.rootDependencies;
  return declared || common ? undefined : `${owner.folder}/package.json does not depend on ${name}`;
}

/** Everything wrong with the imports of one file, a line each: `PATH:LINE: imports NAME: WHY`. */
export function checkImports(workspace: Workspace, owner: WorkspacePackage, file: SourceFile): string[] {
  return file.imports.flatMap(({ specifier, line }) => {
    const problem =
      specifier === undefined
        ? isForTests(file.path) || owner.folder.startsWith('tools')
          ? undefined
          : 'a module that is not named in the source'
        : problemOf(workspace, owner, file.path, specifier);
    return problem === undefined ? [] : [`${file.path}:${line}: imports ${specifier ?? '(computed)'}: ${problem}`];
  });
}
