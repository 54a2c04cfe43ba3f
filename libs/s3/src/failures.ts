// What a store says, as a file system says it.
import { StorageUnavailable, FilesystemError, SystemError } from '@pure-ftpd/server';

/** What is read of an error of the SDK. Texts are mostly empty: names and statuses decide. */
interface Failure {
  readonly name: string;
  readonly status: number | undefined;
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: '', status: undefined };
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined;
  const status: unknown =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  return { name: error.name, status: typeof status === 'number' ? status : undefined };
}

/** Whether the object, or the upload, is not there. A bucket that is not there is a mistake of who set it up. */
export function isMissing(error: unknown): boolean {
  const { name, status } = failureOf(error);
  return status === 404 && name !== 'NoSuchBucket';
}

/** Whether a condition of the request did not hold, or somebody else was about the same. */
export function isConditionFailed(error: unknown): boolean {
  const { status } = failureOf(error);
  return status === 412 || status === 409;
}

/** Whether an error of {@link asFileError} says that there is nothing to wait for; a connection that breaks has a code of its own. */
export function isFinal(error: unknown): boolean {
  return error instanceof SystemError || (error instanceof FilesystemError && !(error instanceof StorageUnavailable));
}

const CODES: Readonly<Record<string, string>> = {
  AccessDenied: 'EACCES',
  EntityTooLarge: 'EFBIG',
  KeyTooLongError: 'ENAMETOOLONG',
  QuotaExceeded: 'EDQUOT',
};

/** Whether the store cannot be used at all just now: it does not answer, is broken, or does not know us. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof StorageUnavailable) return true;
  const { name, status } = failureOf(error);
  if (CODES[name] !== undefined) return false;
  return status === undefined || status >= 500 || status === 429 || status === 401 || UNKNOWN.has(name);
}

/** Mistakes of who set it up. */
const UNKNOWN = new Set([
  'ExpiredToken',
  'InvalidAccessKeyId',
  'NoSuchBucket',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);

/** The error of a file system for one of the SDK; what is none of its errors stays as it is. */
export function asFileError(error: unknown, syscall: string, path: string): unknown {
  if (error instanceof FilesystemError || error instanceof SystemError) return error;
  if (error instanceof TypeError || error instanceof RangeError) return error;
  if (isUnavailable(error)) return new StorageUnavailable({ cause: error });
  const { name, status } = failureOf(error);
  const code = CODES[name] ?? (status === 404 ? 'ENOENT' : status === 403 ? 'EACCES' : undefined);
  if (code !== undefined) return new SystemError(code, syscall, { path, cause: error });
  if (isConditionFailed(error)) return new SystemError('ESTALE', syscall, { path, cause: error });
  return new FilesystemError(`The storage refuses: ${name === '' ? status : name}`, { cause: error });
}
