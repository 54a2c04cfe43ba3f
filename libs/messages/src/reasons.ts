// Why something could not be done, besides the reasons of the engine: those of the daemon, and those of the system.
import type { Reason } from '@pure-ftpd/server';
import { namedReason } from '@pure-ftpd/server/internal';

/** The daemon's reasons, in English. */
export const DAEMON_REASONS = {
  backslash: 'Backslashes are not allowed',
  controlCharacters: 'Control characters are not allowed',
  dotFile: 'Files that begin with a dot are not available',
  fileChanging: 'The file is changed again and again',
  keptByServer: 'Operation not permitted',
  notApproved: 'The file was uploaded, and nobody has approved it yet',
  quotaUnknown: 'The quota cannot be checked',
  reservedName: 'The server keeps this name for itself',
  tooBusy: 'The server is too busy',
} as const;

/** What the system reports of files and connections, by code, in Node's words. */
export const SYSTEM_REASONS = {
  EACCES: 'Permission denied',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Address not available',
  EAGAIN: 'Resource temporarily unavailable',
  EBUSY: 'Resource busy or locked',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EDQUOT: 'Disk quota exceeded',
  EEXIST: 'File already exists',
  EFBIG: 'File too large',
  EHOSTUNREACH: 'Host is unreachable',
  EINVAL: 'Invalid argument',
  EIO: 'Input/output error',
  EISDIR: 'Illegal operation on a directory',
  ELOOP: 'Too many symbolic links encountered',
  EMFILE: 'Too many open files',
  EMLINK: 'Too many links',
  ENAMETOOLONG: 'Name too long',
  ENETUNREACH: 'Network is unreachable',
  ENFILE: 'File table overflow',
  ENODEV: 'No such device',
  ENOENT: 'No such file or directory',
  ENOMEM: 'Not enough memory',
  ENOSPC: 'No space left on device',
  ENOTDIR: 'Not a directory',
  ENOTEMPTY: 'Directory not empty',
  ENXIO: 'No such device or address',
  EPERM: 'Operation not permitted',
  EPIPE: 'Broken pipe',
  EROFS: 'Read-only file system',
  ESTALE: 'Stale file handle',
  ETIMEDOUT: 'Connection timed out',
  ETXTBSY: 'Text file is busy',
  EXDEV: 'Cross-device link not permitted',
} as const;

/** A reason of the daemon's. */
export function daemonReason(name: keyof typeof DAEMON_REASONS): Reason {
  return namedReason(DAEMON_REASONS, name);
}
