import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, readManifest, writeManifest } from './cache.ts';
import { CATALOGUE, NPM_PACKAGES, PEER_NAMES, UNPACKED_PACKAGES } from './catalogue.ts';
import {
  broughtLibraries,
  DebianError,
  hasApt,
  install,
  installLibrariesOf,
  isRoot,
  missingLibraries,
  unpack,
} from './debian.ts';
import { missingPeers, peer } from './locate.ts';
import { folderOf, NpmError, unpackFromNpm } from './npm.ts';

function refreshUnpacked(): void {
  mkdirSync(cacheFolder, { recursive: true });
  const known = readManifest(cacheFolder).packages;
  const absent = UNPACKED_PACKAGES.filter((name) => {
    const folder = known[name];
    return folder === undefined || !existsSync(join(cacheFolder, folder));
  });
  const packages = absent.length === 0 ? known : { ...known, ...unpack(cacheFolder, absent) };
  const brought = broughtLibraries(Object.values(packages).map((folder) => join(cacheFolder, folder)));
  const missing: Record<string, string[]> = {};
  for (const [name, folder] of Object.entries(packages)) {
    let libraries = missingLibraries(join(cacheFolder, folder), brought);
    if (libraries.length > 0 && isRoot()) {
      installLibrariesOf(name);
      libraries = missingLibraries(join(cacheFolder, folder), brought);
    }
    if (libraries.length > 0) missing[name] = libraries;
  }
  writeManifest(cacheFolder, { packages, missingLibraries: missing });
}

function installCommands(): void {
  if (!isRoot()) return;
  const absent = PEER_NAMES.filter((name) => 'missing' in peer(name)).flatMap((name) => {
    const source = CATALOGUE[name];
    return source.from === 'installed' ? [source.debian] : [];
  });
  if (absent.length > 0) install([...new Set(absent)]);
}

function fetchFromNpm(): void {
  if (process.platform !== 'linux') return;
  mkdirSync(cacheFolder, { recursive: true });
  const absent = NPM_PACKAGES.filter((wanted) => !existsSync(join(cacheFolder, folderOf(wanted))));
  if (absent.length > 0) unpackFromNpm(cacheFolder, absent);
}

/**
 * Brings what is missing of the peers, as far as this machine and user allow: programs are unpacked beside each other, only
 * libraries and plain clients are installed, and no daemon starts. Costs some milliseconds when nothing is missing. What
 * fails is told to `log` and leaves the peer missing.
 */
export function installPeers(log: (line: string) => void): void {
  if (missingPeers().length === 0) return;
  log('Fetching the programs that tests compare with ...');
  for (const step of hasApt() ? [refreshUnpacked, installCommands, fetchFromNpm] : [fetchFromNpm]) {
    try {
      step();
    } catch (error) {
      if (!(error instanceof DebianError) && !(error instanceof NpmError)) throw error;
      log(`Not all of them are there: ${error.message}`);
    }
  }
}
