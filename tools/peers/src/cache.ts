import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What has been unpacked: kept beside the folders, and part of the key under which Nx caches test results. */
export interface PeerManifest {
  /** The folder of each Debian package, named after package and version. */
  readonly packages: Readonly<Record<string, string>>;
  /** The shared libraries that a package lacks on this machine, so that its programs cannot run. */
  readonly missingLibraries: Readonly<Record<string, readonly string[]>>;
}

const EMPTY: PeerManifest = { packages: {}, missingLibraries: {} };

/** The folder of everything unpacked. Removing it makes the next run fetch all again, in Debian's versions of then. */
export const cacheFolder: string = join(import.meta.dirname, '..', '..', '..', '.cache', 'peers');

const MANIFEST = 'manifest.json';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isManifest(value: unknown): value is PeerManifest {
  if (!isRecord(value)) return false;
  const { packages, missingLibraries } = value;
  return (
    isRecord(packages) &&
    Object.values(packages).every((folder) => typeof folder === 'string') &&
    isRecord(missingLibraries) &&
    Object.values(missingLibraries).every(
      (libraries) => Array.isArray(libraries) && libraries.every((library) => typeof library === 'string'),
    )
  );
}

/** Reads what was unpacked; throws a TypeError when the file cannot be one that writeManifest left. */
export function readManifest(folder: string): PeerManifest {
  let text: string;
  try {
    text = readFileSync(join(folder, MANIFEST), 'utf8');
  } catch {
    return EMPTY; // nothing was unpacked yet
  }
  const manifest: unknown = JSON.parse(text);
  if (!isManifest(manifest)) throw new TypeError(`${join(folder, MANIFEST)} is damaged: remove ${folder}`);
  return manifest;
}

export function writeManifest(folder: string, manifest: PeerManifest): void {
  mkdirSync(folder, { recursive: true });
  const beside = join(folder, `${MANIFEST}.${process.pid}`);
  writeFileSync(beside, `${JSON.stringify(manifest, null, 2)}\n`);
  renameSync(beside, join(folder, MANIFEST));
}
