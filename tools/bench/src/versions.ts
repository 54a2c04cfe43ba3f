import { peer, type PeerName } from '@pure-ftpd/peers';

const SHOWN: readonly PeerName[] = ['pure-ftpd', 'vsftpd', 'proftpd', 'pyftpdlib'];

/** The versions of the peers that are there, as Debian counts them: they are unpacked into folders named after package and version. */
export function peerVersions(): Record<string, string> {
  const versions: Record<string, string> = {};
  for (const name of SHOWN) {
    const found = peer(name);
    const version = 'path' in found ? /\/[\w-]+_(\d[^/]*)\//.exec(found.path)?.[1] : undefined;
    if (version !== undefined) versions[name === 'pure-ftpd' ? 'C pure-ftpd' : name] = version;
  }
  return versions;
}
