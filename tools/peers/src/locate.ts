import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { cacheFolder, readManifest } from './cache.ts';
import { CATALOGUE, PEER_NAMES, type PeerName } from './catalogue.ts';
import { hasApt, isRoot } from './debian.ts';
import { folderOf } from './npm.ts';

/** A peer is at a path, or missing for a reason that says what would bring it. */
export type Peer = { readonly path: string } | { readonly missing: string };

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there or not for us: the same to a caller
  }
}

/** The path of a command: an absolute one as it is, another one looked for in PATH. */
function findCommand(command: string): string | undefined {
  const folders = isAbsolute(command)
    ? ['']
    : (process.env['PATH'] ?? '').split(delimiter).filter((part) => part !== '');
  return folders.map((folder) => join(folder, command)).find(isExecutable);
}

function remedy(): string {
  if (!hasApt()) return 'it comes from Debian, and there is no apt-get here';
  return isRoot() ? 'npm run peers brings it' : 'npm run peers brings it, as root';
}

/** Where a program of another project is, or why it cannot be used. Looks anew at each call, and costs no process when it is there. */
export function peer(name: PeerName): Peer {
  const source = CATALOGUE[name];
  if (source.from === 'installed') {
    for (const command of source.commands) {
      const path = findCommand(command);
      if (path !== undefined) return { path };
    }
    return { missing: `${name} is not installed: ${remedy()}` };
  }
  if (source.from === 'npm') {
    const path = join(cacheFolder, folderOf(source), source.file);
    if (process.platform !== 'linux') return { missing: `${name} is fetched for Linux only` };
    return isExecutable(path) ? { path } : { missing: `${name} is not unpacked: npm run peers brings it` };
  }
  const manifest = readManifest(cacheFolder);
  const folder = manifest.packages[source.debian];
  const path = folder === undefined ? undefined : join(cacheFolder, folder, source.file);
  if (path === undefined || !existsSync(path)) return { missing: `${name} is not unpacked: ${remedy()}` };
  const libraries = manifest.missingLibraries[source.debian] ?? [];
  if (libraries.length > 0) return { missing: `${name} lacks ${libraries.join(' ')}: ${remedy()}` };
  return { path };
}

/** The path of a peer that has to be there; throws an Error with the reason when it is not. */
export function peerPath(name: PeerName): string {
  const found = peer(name);
  if ('missing' in found) throw new Error(found.missing);
  return found.path;
}

/** The peers that are missing, with the reason of each. */
export function missingPeers(names: readonly PeerName[] = PEER_NAMES): string[] {
  return names.map(peer).flatMap((found) => ('missing' in found ? [found.missing] : []));
}
