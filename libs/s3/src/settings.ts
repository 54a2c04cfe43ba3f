import type { Objects } from './objects.ts';

const MIB = 1024 * 1024;

/** What of a store is known without credentials, and is the same in all processes. */
export type ObjectSettings = Pick<Objects, 'prefix' | 'partSize' | 'copyPartSize' | 'exactListings'>;

/** What there is to set of it, as `S3StoreOptions` has it. */
export interface GivenSettings {
  readonly prefix?: string | undefined;
  readonly partSize?: number | undefined;
  readonly copyPartSize?: number | undefined;
  readonly exactListings?: boolean | undefined;
}

/** @throws RangeError for a size that S3 does not take, or a prefix with empty names, `.` or `..`. */
export function objectSettings(given: GivenSettings): ObjectSettings {
  const { prefix = '', partSize = 8 * MIB, copyPartSize = 512 * MIB, exactListings = false } = given;
  if (!(partSize >= 5 * MIB && partSize <= 256 * MIB)) throw new RangeError('partSize must be 5 to 256 MiB');
  if (!(copyPartSize >= 5 * MIB && copyPartSize <= 5120 * MIB)) throw new RangeError('copyPartSize: 5 MiB to 5 GiB');
  if (prefix !== '' && prefix.split('/').some((name) => name === '' || name === '.' || name === '..'))
    throw new RangeError('a prefix has no empty names, . or ..');
  return { prefix: prefix === '' ? '' : `${prefix}/`, partSize, copyPartSize, exactListings };
}
