// Which homes lie in a bucket (`--storage`): by the name of the home alone, so that whoever has to know comes to the same.
import type { Home } from '@pure-ftpd/auth';
import type { StorageMount } from '@pure-ftpd/options';
import { normalizePath } from '@pure-ftpd/protocol';
import { type GivenSettings, homePrefix, objectSettings } from '@pure-ftpd/s3/remote';

const MIB = 1024 * 1024;

/** How files are kept in a mount, as `S3StoreOptions` has it. */
export function settingsOf({ prefix, partSize, copyPartSize, exactTimes }: StorageMount): GivenSettings {
  return {
    prefix,
    exactListings: exactTimes,
    partSize: partSize === undefined ? undefined : partSize * MIB,
    copyPartSize: copyPartSize === undefined ? undefined : copyPartSize * MIB,
  };
}

/** A home in a bucket. */
export interface MountedHome {
  readonly mount: StorageMount;
  /** What the user sees as `/`: a path in the mount. */
  readonly root: string;
  /** First current directory, inside the root. */
  readonly directory: string;
  /** The server confines the user; nothing in the account asks for it. */
  readonly restricted: boolean;
}

/**
 * Where in a mount a home lies; undefined for one on this machine. Nobody sees more of a mount than his home, and whose home is above a
 * mount sees nothing of it.
 */
export function mountedHome(mounts: readonly StorageMount[], home: Home): MountedHome | undefined {
  const confined = home.chroot !== undefined;
  const path = normalizePath(home.chroot ?? home.field);
  const mount = mounts.find((one) => path === one.path || path.startsWith(`${one.path}/`));
  if (mount === undefined) return undefined;
  const root = path.slice(mount.path.length) || '/';
  return { mount, root, directory: confined ? normalizePath(home.directory) : '/', restricted: !confined };
}

/** What all keys of a home begin with. @throws SystemError for a name that can be no key. */
export function prefixOf({ mount, root }: MountedHome): string {
  return homePrefix(objectSettings(settingsOf(mount)).prefix, root);
}
