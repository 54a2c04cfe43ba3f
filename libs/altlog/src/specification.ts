import { TRANSFER_LOG_FORMATS, type TransferLogFormat } from './line-formats.ts';

/** A log, and how its lines look. */
export interface TransferLogSpecification {
  readonly format: TransferLogFormat;
  /** Absolute. */
  readonly path: string;
}

/** What `-O` was given is no log. */
export class TransferLogSpecificationError extends Error {
  override readonly name = 'TransferLogSpecificationError';
  readonly code = 'TRANSFER_LOG_SPECIFICATION';
}

/**
 * Reads `[FORMAT:]PATH` [altlog-stats §1]: the first colon separates, letters of a format may be of any case, without a
 * colon it is clf.
 * @throws {TransferLogSpecificationError} with the C server's words.
 */
export function parseTransferLogSpecification(text: string): TransferLogSpecification {
  const colon = text.indexOf(':');
  const name = colon === -1 ? 'clf' : text.slice(0, colon);
  const path = text.slice(colon + 1);
  const format = TRANSFER_LOG_FORMATS.find((known) => known === name.toLowerCase());
  if (format === undefined) throw new TransferLogSpecificationError(`Unknown logging format: ${name}`);
  if (!path.startsWith('/')) throw new TransferLogSpecificationError(`Prohibited file name: ${path}`);
  return { format, path };
}
