import type { WorkspacePackage } from '@pure-ftpd/workspace';
import { OWN_VERSION } from './layout.ts';
import { type SourceFile, type Workspace, isForTests, splitSpecifier } from './check-imports.ts';

function namesUsed(files: readonly SourceFile[]): Set<string> {
  return new Set(
    files.flatMap(({ imports }) =>
      imports.flatMap(({ specifier }) => (specifier === undefined ? [] : splitSpecifier(specifier)[0])),
    ),
  );
}

/** Dependencies that no file of the package imports. The tests in `test` call programs, which they depend on to be built. */
function unused(workspace: Workspace, owner: WorkspacePackage, files: readonly SourceFile[]): string[] {
  const inProduct = namesUsed(files.filter(({ path }) => !isForTests(path) || !/^(apps|libs)\//.test(path)));
  const inTests = namesUsed(files.filter(({ path }) => isForTests(path)));
  const isProgram = (name: string): boolean =>
    workspace.packages.some(({ folder, manifest }) => manifest.name === name && folder.startsWith('apps/'));
  const { dependencies, devDependencies } = owner.manifest;
  return [
    ...Object.keys(dependencies).filter(
      (name) =>
        !inProduct.has(name) &&
        OWN_VERSION[owner.folder]?.includes(name) !== true &&
        !(owner.folder === 'test' && isProgram(name)),
    ),
    ...Object.keys(devDependencies).filter((name) => !inTests.has(name)),
  ].map((name) => `${owner.folder}/package.json: nothing imports ${name}`);
}

/** Versions: one for all packages of the workspace, one for each package of npm, exact. */
function versions(workspace: Workspace, owner: WorkspacePackage): string[] {
  const { folder, manifest } = owner;
  const problems: string[] = [];
  const common = workspace.packages[0]?.manifest.version;
  if (manifest.version !== common)
    problems.push(`${folder}/package.json: version ${manifest.version}, others have ${common}`);
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
    const sibling = workspace.packages.find((other) => other.manifest.name === name);
    const others = workspace.packages.map(
      (other) => other.manifest.dependencies[name] ?? other.manifest.devDependencies[name],
    );
    const wanted =
      sibling?.manifest.version ?? workspace.rootDependencies[name] ?? others.find((other) => other !== undefined);
    const own = OWN_VERSION[folder]?.includes(name) === true;
    if (version !== wanted && !own) problems.push(`${folder}/package.json: ${name} ${version}, elsewhere ${wanted}`);
    if (!/^\d+\.\d+\.\d+/.test(version)) problems.push(`${folder}/package.json: ${name} ${version} is not one version`);
  }
  return problems;
}

/** What the name, place and kind of a package require. */
function shape({ folder, manifest }: WorkspacePackage): string[] {
  const problems: string[] = [];
  const name = folder.split('/')[1];
  if (folder.startsWith('apps/') && manifest.name !== name) problems.push(`is called ${manifest.name}, not ${name}`);
  if (folder.startsWith('libs/') && manifest.name !== `@pure-ftpd/${name}`) problems.push(`is called ${manifest.name}`);
  // node_modules/.bin belongs to tools/programs here; the release gives each program its own.
  if (folder.startsWith('apps/') && Object.keys(manifest.bin).length > 0) problems.push('has a bin of its own');
  if (/^(tools|test)/.test(folder) && !manifest.private) problems.push('is not private');
  const targets = [
    'typecheck',
    'lint',
    ...(/^(apps|libs)\//.test(folder) ? ['test'] : []),
    ...(folder.startsWith('apps/') ? ['build'] : []),
  ];
  const missing = targets.filter((target) => !manifest.targets.includes(target));
  if (missing.length > 0) problems.push(`has no Nx target ${missing.join(', ')}`);
  return problems.map((problem) => `${folder}/package.json: ${problem}`);
}

/** Everything wrong with the manifest of one package, a line each. */
export function checkManifest(workspace: Workspace, owner: WorkspacePackage, files: readonly SourceFile[]): string[] {
  return [...shape(owner), ...versions(workspace, owner), ...unused(workspace, owner, files)];
}
