import { getSystemErrorMessage, getSystemErrorMap } from 'node:util';

// What the C library says. Node has words of its own ("illegal operation on a directory"); logs and scripts know these.
const TEXTS: Readonly<Record<string, string>> = {
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  EIO: 'Input/output error',
  ENXIO: 'No such device or address',
  EACCES: 'Permission denied',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  EXDEV: 'Invalid cross-device link',
  ENODEV: 'No such device',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EINVAL: 'Invalid argument',
  ENFILE: 'Too many open files in system',
  EMFILE: 'Too many open files',
  ETXTBSY: 'Text file busy',
  EFBIG: 'File too large',
  ENOSPC: 'No space left on device',
  EROFS: 'Read-only file system',
  EMLINK: 'Too many links',
  EPIPE: 'Broken pipe',
  ENAMETOOLONG: 'File name too long',
  ELOOP: 'Too many levels of symbolic links',
  EDQUOT: 'Disk quota exceeded',
  ESTALE: 'Stale file handle',
  ENOMEM: 'Cannot allocate memory',
  EAGAIN: 'Resource temporarily unavailable',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  ENOTEMPTY: 'Directory not empty',
};

/** What to print for an error that came with, or was caused by, a failed system call: strerror()'s text where known. */
export function systemErrorText(error: unknown): string {
  const failed = failedCall(error);
  if (failed === undefined) {
    return error instanceof Error ? error.message : String(error);
  }
  return TEXTS[failed.code] ?? nodeText(failed.code) ?? failed.code;
}

/** The system call behind an error, its own or that of an error that caused it. */
export function failedCall(error: unknown): { readonly code: string; readonly syscall: string } | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('syscall' in current && 'code' in current && typeof current.code === 'string') {
      return { code: current.code, syscall: String(current.syscall) };
    }
  }
  return undefined;
}

function nodeText(code: string): string | undefined {
  for (const [number, [name]] of getSystemErrorMap()) {
    if (name === code) {
      return getSystemErrorMessage(number);
    }
  }
  return undefined;
}
