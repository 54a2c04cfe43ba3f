import type { BigIntStats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { isIP } from 'node:net';

import { isSystemCode } from '@pure-ftpd/posix';

/** A file that somebody has uploaded, as it is now. */
export interface UploadedFile {
  /** Its absolute path. */
  readonly path: Buffer;
  readonly size: bigint;
  readonly mode: bigint;
  readonly uid: number;
  readonly gid: number;
}

/** Where the roots of virtual hosts are, Debian's place first. */
const VIRTUAL_HOSTS: readonly string[] = ['/etc/pure-ftpd/pure-ftpd', '/etc/pure-ftpd'];
const SLASH = 0x2f;

/**
 * The file of a record.
 *
 * @param path An absolute path, or `ADDRESS:/path` for one of a virtual host.
 * @returns undefined when there is no regular file, or none any more: no link is followed.
 */
export async function findUploadedFile(
  path: Buffer,
  virtualHosts: readonly string[] = VIRTUAL_HOSTS,
): Promise<UploadedFile | undefined> {
  for (const candidate of candidates(path, virtualHosts)) {
    const stats = await lookAt(candidate);
    if (stats?.isFile() !== true) continue;
    const { size, mode, uid, gid } = stats;
    return { path: candidate, size, mode, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

function candidates(path: Buffer, virtualHosts: readonly string[]): readonly Buffer[] {
  if (path[0] === SLASH) return [path];
  const end = path.indexOf(':/');
  const address = path.toString('latin1', 0, Math.max(end, 0));
  // Anything but an address could lead out of the folder of virtual hosts.
  if (isIP(address) === 0) return [];
  return virtualHosts.map((folder) => Buffer.concat([Buffer.from(`${folder}/${address}`), path.subarray(end + 1)]));
}

/** Why there is nothing to look at, for whom the program runs as. */
const GONE = ['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG'];

async function lookAt(path: Buffer): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (GONE.some((code) => isSystemCode(error, code))) return undefined;
    throw error;
  }
}
