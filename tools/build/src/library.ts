import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, relative } from 'node:path';

/** What is read of the package.json of a library. */
interface LibraryManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  /** Doors and their sources: `.` and `./src/index.ts`. */
  readonly exports: Readonly<Record<string, string>>;
  /** Programs and their sources. */
  readonly bin?: Readonly<Record<string, string>>;
  readonly keywords?: readonly string[];
  readonly sideEffects?: boolean;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** What is read of the package.json of the repository. */
interface RootManifest {
  /** Where its sources are for everybody; left out as long as they are nowhere. */
  readonly repository?: { readonly type: string; readonly url: string };
}

interface Library {
  /** Absolute. */
  readonly folder: string;
  readonly manifest: LibraryManifest;
}

const SCOPE = '@pure-ftpd/';

/** Native code, and tables of character sets, without which everything else works: installed where they can be. */
const OPTIONAL = new Set(['iconv-lite', 'koffi']);

/** What goes into a package as it is, where it is there. */
const BESIDE = ['CHANGELOG.md', 'docs', 'examples'];

/**
 * Builds a library and those of this repository it stands on, each as a package for npm: JavaScript and declarations,
 * file by file, so that error stacks and the reference name the files of the repository.
 *
 * @param root The folder of the repository.
 * @param name Name of the library, with its scope.
 * @param out Where the packages go, a folder each, named as below `libs`. What was in it is removed.
 * @returns The folders, those first that others stand on.
 * @throws Error with the words of the compiler when it finds a mistake.
 */
export function buildLibrary(root: string, name: string, out: string): string[] {
  const libraries = withDependencies(root, name);
  const compiled = mkdtempSync(join(tmpdir(), 'library-'));
  try {
    compile(root, libraries, compiled);
    rmSync(out, { recursive: true, force: true });
    return libraries.map((library) => writePackage(root, library, compiled, join(out, basename(library.folder))));
  } finally {
    rmSync(compiled, { recursive: true });
  }
}

/** A library after all it stands on. */
function withDependencies(root: string, name: string): Library[] {
  const found = new Map<string, Library>();
  const visit = (wanted: string): void => {
    if (found.has(wanted)) return;
    const folder = join(root, 'libs', wanted.slice(SCOPE.length));
    const manifest: LibraryManifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    for (const dependency of Object.keys(manifest.dependencies)) if (dependency.startsWith(SCOPE)) visit(dependency);
    found.set(wanted, { folder, manifest });
  };
  visit(name);
  return [...found.values()];
}

function compile(root: string, libraries: readonly Library[], outDir: string): void {
  const config = join(outDir, 'tsconfig.json');
  const doors = libraries.flatMap(({ folder, manifest }) =>
    Object.entries(manifest.exports).map(
      ([door, source]) => [join(manifest.name, door), join(folder, source)] as const,
    ),
  );
  const compilerOptions = {
    noEmit: false,
    // Found through node_modules, a library would be somebody else's, of which nothing is written; which of its files are found so
    // first is a matter of chance.
    paths: Object.fromEntries(doors.map(([door, source]) => [door, [source]])),
    declaration: true,
    // With what they were made of in them: the sources are not in the package.
    sourceMap: true,
    inlineSources: true,
    rewriteRelativeImportExtensions: true,
    rootDir: root,
    outDir,
    typeRoots: [join(root, 'node_modules', '@types')],
  };
  const programs = libraries.flatMap(({ folder, manifest }) =>
    Object.values(manifest.bin ?? {}).map((source) => join(folder, source)),
  );
  const files = [...doors.map(([, source]) => source), ...programs];
  writeFileSync(config, JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions, files }));
  const { status, stdout, error } = spawnSync(
    process.execPath,
    [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', config],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`tsc: ${error?.message ?? stdout}`);
}

function writePackage(root: string, { folder, manifest }: Library, compiled: string, target: string): string {
  mkdirSync(target, { recursive: true });
  cpSync(join(compiled, 'libs', basename(folder), 'src'), join(target, 'lib'), { recursive: true });
  nameSources(join(target, 'lib'));
  declareForCommonJs(target);
  cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
  for (const name of ['README.md', ...BESIDE]) {
    if (existsSync(join(folder, name))) cpSync(join(folder, name), join(target, name), { recursive: true });
  }
  const { repository }: RootManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const source = repository && { ...repository, directory: `libs/${basename(folder)}` };
  const published = { ...publishedManifest(manifest), ...(source && { repository: source }) };
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(published, undefined, 2)}\n`);
  return target;
}

/** Sources in maps are named as in the repository: the compiler names them from where it wrote, which is no place of a reader's. */
function nameSources(lib: string): void {
  for (const name of readdirSync(lib, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js.map')) continue;
    const file = join(lib, name);
    const map: object = JSON.parse(readFileSync(file, 'utf8'));
    const source = join('..', 'src', name.replace(/\.js\.map$/, '.ts'));
    writeFileSync(file, JSON.stringify({ ...map, sourceRoot: '', sources: [relative(dirname(name), source)] }));
  }
}

/**
 * The declarations once more, in a folder whose files are CommonJS: compilers that resolve as Node 16 did let a CommonJS program
 * require no other (TS1479). What runs is the same.
 */
function declareForCommonJs(target: string): void {
  cpSync(join(target, 'lib'), join(target, 'cjs'), {
    recursive: true,
    filter: (source) => !extname(source) || source.endsWith('.d.ts'),
  });
  writeFileSync(join(target, 'cjs', 'package.json'), '{ "type": "commonjs" }\n');
}

/** Where a source is in the package, compiled. */
function builtFile(source: string): string {
  return source.replace(/^(?:\.\/)?src\//, './lib/').replace(/\.ts$/, '.js');
}

function publishedManifest(manifest: LibraryManifest): object {
  const { name, version, description, license, bin = {}, keywords = [], sideEffects } = manifest;
  const programs = Object.entries(bin).map(([program, source]) => [program, builtFile(source)] as const);
  const dependencies = Object.entries(manifest.dependencies);
  const optional = dependencies.filter(([dependency]) => OPTIONAL.has(dependency));
  const doors = Object.entries(manifest.exports).map(([door, source]) => {
    const built = builtFile(source).replace(/\.js$/, '');
    const required = `${built.replace('./lib/', './cjs/')}.d.ts`;
    return [
      door,
      {
        import: { types: `${built}.d.ts`, default: `${built}.js` },
        require: { types: required, default: `${built}.js` },
      },
    ];
  });
  return {
    name,
    version,
    description,
    license,
    ...(keywords.length === 0 ? {} : { keywords }),
    type: 'module',
    sideEffects,
    // From here on `require` loads a module.
    engines: { node: '>=22.12' },
    files: ['lib', 'cjs', ...BESIDE],
    ...(programs.length === 0 ? {} : { bin: Object.fromEntries(programs) }),
    exports: Object.fromEntries(doors),
    dependencies: Object.fromEntries(dependencies.filter(([dependency]) => !OPTIONAL.has(dependency))),
    ...(optional.length === 0 ? {} : { optionalDependencies: Object.fromEntries(optional) }),
    // The declarations name types of Node.
    peerDependencies: { '@types/node': '>=22' },
    peerDependenciesMeta: { '@types/node': { optional: true } },
    publishConfig: { access: 'public' },
  };
}
