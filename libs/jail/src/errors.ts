import { SystemError } from '@pure-ftpd/posix';

/** Whether an error is one the operating system reports. */
export function isSystemError(
  error: unknown,
): error is NodeJS.ErrnoException & { readonly code: string; readonly syscall: string } {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    'syscall' in error &&
    typeof error.syscall === 'string'
  );
}

/**
 * The error of a call, told with the virtual path: how the jail gets to a node (`/proc/self/fd/…`, the real root) is no
 * business of who reads it. Other errors stay as they are.
 */
export function withVirtualPath(error: unknown, path: string, dest?: string): unknown {
  return isSystemError(error) ? new SystemError(error.code, error.syscall, { path, dest, cause: error }) : error;
}
