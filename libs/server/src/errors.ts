import { getSystemErrorMessage } from 'node:util';

import { messageOf } from '@pure-ftpd/protocol';

import type { Outcome, TransferOutcome } from './replies/outcomes.ts';
import { type Reason, reason } from './replies/reasons.ts';
import { safeWords } from './replies/safe-words.ts';

/** Every error class of the library, by its stable code. */
export type ServerErrorCode =
  | 'AUTHENTICATION_FAILED'
  | 'AUTHORIZER'
  | 'DATA_CONNECTION_LOST'
  | 'DATA_CONNECTION_TIMEOUT'
  | 'DATA_CONNECTION_UNAVAILABLE'
  | 'FILESYSTEM'
  | 'HOOK_TIMEOUT'
  | 'LISTEN'
  | 'STORAGE_LIMIT_EXCEEDED'
  | 'STORAGE_UNAVAILABLE'
  | 'TLS'
  | 'TLS_HANDSHAKE'
  | 'TLS_NOT_RESUMED'
  | 'TRANSFER_ABORTED';

export class ServerError extends Error {
  readonly code: ServerErrorCode;

  constructor(code: ServerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Thrown by an authorizer to refuse a login. Its message, if any, is what the client reads. */
export class AuthenticationFailed extends ServerError {
  constructor(message = '', options?: ErrorOptions) {
    super('AUTHENTICATION_FAILED', message, options);
  }
}

/** An authorizer was given something it cannot accept: an unknown user, a bad permission, a missing home. */
export class AuthorizerError extends ServerError {
  constructor(message: string, options?: ErrorOptions) {
    super('AUTHORIZER', message, options);
  }
}

/** An error whose reason the client hears. */
abstract class ReasonedError extends ServerError {
  /** What a catalogue says of it, in the language of the session. */
  readonly reason: Reason;

  constructor(code: ServerErrorCode, reason: Reason | string, options?: ErrorOptions) {
    const given = typeof reason === 'string' ? { text: safeWords(reason) } : reason;
    super(code, given.text, options);
    this.reason = given;
  }
}

/** A file system refuses for a reason of its own; it goes to the client with code 550, a text as it is. */
export class FilesystemError extends ReasonedError {
  constructor(reason: Reason | string, options?: ErrorOptions, code: ServerErrorCode = 'FILESYSTEM') {
    super(code, reason, options);
  }
}

/** What keeps the files does not answer just now: the client hears 450, and may try again. */
export class StorageUnavailable extends FilesystemError {
  constructor(options?: ErrorOptions) {
    // Named as the system names it, since catalogues have words for that.
    super({ name: 'ETIMEDOUT', text: 'Connection timed out' }, options, 'STORAGE_UNAVAILABLE');
  }
}

/** A name has a character that names in the file system cannot have; answered with code 553. */
export class NameUnwritable extends FilesystemError {
  constructor(options?: ErrorOptions) {
    super(reason('nameUnwritable'), options);
  }
}

/** A file system has no room for what would be stored, by a limit of its own (a quota); answered with code 552. */
export class StorageLimitExceeded extends ServerError {
  constructor(options?: ErrorOptions) {
    super('STORAGE_LIMIT_EXCEEDED', 'more would be stored than a limit allows', options);
  }
}

/** A hook has not answered within `hookTimeout`; what it still does is nobody's business any more. */
export class HookTimeout extends ServerError {
  /** @param seconds How long was waited. */
  constructor(hook: string, seconds: number) {
    super('HOOK_TIMEOUT', `${hook} has not answered within ${Number(seconds.toFixed(3))} seconds`);
  }
}

/** The data connection could not be made: nobody connected, or the client's port does not answer. */
export class DataConnectionUnavailable extends ReasonedError {
  constructor(reason: Reason | string, options?: ErrorOptions) {
    super('DATA_CONNECTION_UNAVAILABLE', reason, options);
  }
}

/** The data connection broke before its end. */
export class DataConnectionLost extends ServerError {
  constructor(options?: ErrorOptions) {
    super('DATA_CONNECTION_LOST', 'data connection lost', options);
  }
}

/** The data connection moved no byte for too long. */
export class DataConnectionTimeout extends ServerError {
  constructor() {
    super('DATA_CONNECTION_TIMEOUT', 'data connection stalled');
  }
}

/** The client, or the end of its session, aborted the transfer. */
export class TransferAborted extends ServerError {
  constructor() {
    super('TRANSFER_ABORTED', 'transfer aborted');
  }
}

/** A TLS handshake failed; the connection it was for is gone. */
export class TlsHandshakeFailed extends ReasonedError {
  constructor(reason: Reason | string, options?: ErrorOptions) {
    super('TLS_HANDSHAKE', reason, options);
  }
}

/** A data connection did not resume the TLS session of its control connection: it may be somebody else's. */
export class DataSessionNotResumed extends ServerError {
  /** Whether one before it did: the client may have no ticket left that it has not used. */
  readonly resumedBefore: boolean;

  constructor(resumedBefore: boolean) {
    super('TLS_NOT_RESUMED', 'the TLS session of the control connection was not resumed');
    this.resumedBefore = resumedBefore;
  }
}

/** Whether an error is one the operating system reports (`ENOENT`, `EACCES`, …). */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}

/** Whether an error is about files, and so the client's business: any other is a defect. */
export function isFileError(error: unknown): error is NodeJS.ErrnoException | FilesystemError {
  return isSystemError(error) || error instanceof FilesystemError;
}

/** The operating system's words for an error, as `strerror` has them. */
export function errorText(error: unknown): string {
  if (isSystemError(error) && typeof error.errno === 'number') {
    const text = getSystemErrorMessage(error.errno);
    return text === undefined ? (error.code ?? 'error') : text.charAt(0).toUpperCase() + text.slice(1);
  }
  return messageOf(error);
}

/** An error as it can be told to another process. */
export interface ToldError {
  readonly name: string;
  readonly message: string;
  /** Of errors that have one: `ENOENT`, `HOOK_TIMEOUT`. */
  readonly code?: string;
  readonly stack?: string;
}

/** An error, or whatever else was thrown, as events have it. */
export function toldError(error: unknown): ToldError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return {
    name,
    message,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(stack === undefined ? {} : { stack }),
  };
}

/** Why something has failed: what the error says of itself, by its name or code where it has one. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof ReasonedError) return error.reason;
  const text = errorText(error);
  return isSystemError(error) && error.code !== undefined ? { name: error.code, text } : { text };
}

/**
 * The outcome of a failed file operation. Only errors of the operating system and of a file system are the client's
 * business, and work that was given up; any other is a defect and is thrown on.
 * @param verb For catalogues that say it by what was asked for.
 */
export function fileOutcome(error: unknown, path: string, verb?: string): Outcome {
  if (error instanceof StorageLimitExceeded) return { name: 'storageLimitExceeded' };
  if (error instanceof TransferAborted) return { name: 'transferAborted' };
  if (error instanceof NameUnwritable) return { name: 'nameRefused', path, reason: error.reason };
  if (error instanceof StorageUnavailable) return { name: 'storageUnavailable', path, reason: error.reason };
  if (isFileError(error)) {
    const outcome = { name: 'fileUnavailable', path, reason: reasonOf(error) } as const;
    return verb === undefined ? outcome : { ...outcome, verb };
  }
  throw error;
}

/**
 * The outcome of a transfer that failed after it began.
 * @param defect Told of what is nobody's business but the developer's; the client hears that something went wrong.
 */
export function transferOutcome(error: unknown, defect: (error: unknown) => void): TransferOutcome {
  if (error instanceof TransferAborted) return { name: 'transferAborted' };
  if (error instanceof DataConnectionLost) return { name: 'dataConnectionLost' };
  if (error instanceof DataConnectionTimeout) return { name: 'dataConnectionTimeout' };
  if (error instanceof DataConnectionUnavailable) return { name: 'dataConnectionUnavailable', reason: error.reason };
  if (error instanceof TlsHandshakeFailed) return { name: 'dataHandshakeFailed', reason: error.reason };
  if (error instanceof DataSessionNotResumed) {
    return { name: 'dataSessionNotResumed', resumedBefore: error.resumedBefore };
  }
  if (isSystemError(error)) {
    if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return { name: 'storageExhausted' };
    return { name: 'transferFailed', reason: reasonOf(error) };
  }
  if (error instanceof StorageLimitExceeded) return { name: 'storageLimitExceeded' };
  if (error instanceof FilesystemError) return { name: 'transferFailed', reason: error.reason };
  defect(error);
  return { name: 'internalError' };
}
