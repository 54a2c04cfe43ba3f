import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the repository. */
export const workspaceRoot: string = join(import.meta.dirname, '..', '..', '..');

/** What the tools read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private: boolean;
  /** The doors of a library, `.` and others, and the file that each is. */
  readonly exports: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  /** The names of its Nx targets. */
  readonly targets: readonly string[];
}

export interface WorkspacePackage {
  /** Relative to the root, with slashes: `libs/protocol`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function texts(file: string, field: string, value: unknown): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [key, text] of Object.entries(record(value))) {
    if (typeof text !== 'string') throw new TypeError(`${file}: ${field}.${key} is not a string`);
    result[key] = text;
  }
  return result;
}

/** Reads one package.json; throws a TypeError that names the file and the field that is not as it must be. */
export function readManifest(file: string): Manifest {
  const json = record(JSON.parse(readFileSync(file, 'utf8')));
  const { name, version } = json;
  if (typeof name !== 'string') throw new TypeError(`${file}: no name`);
  return {
    name,
    version: typeof version === 'string' ? version : '',
    private: json['private'] === true,
    exports: texts(file, 'exports', json['exports']),
    bin: texts(file, 'bin', json['bin']),
    dependencies: texts(file, 'dependencies', json['dependencies']),
    devDependencies: texts(file, 'devDependencies', json['devDependencies']),
    targets: Object.keys(record(record(json['nx'])['targets'])),
  };
}

/** Every package that the `workspaces` of the root package.json name, sorted by folder. */
export function readWorkspace(root: string): WorkspacePackage[] {
  const { workspaces } = record(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  if (!Array.isArray(workspaces)) throw new TypeError(`${root}/package.json: no workspaces`);
  return workspaces
    .flatMap((pattern) => globSync(`${String(pattern)}/package.json`, { cwd: root }))
    .sort()
    .map((file) => ({ folder: dirname(file), manifest: readManifest(join(root, file)) }));
}
