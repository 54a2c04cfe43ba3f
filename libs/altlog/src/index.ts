// The public door.

export { headerLines, TRANSFER_LOG_FORMATS, transferLine } from './line-formats.ts';
export type { TransferLogFormat } from './line-formats.ts';
export { parseTransferLogSpecification, TransferLogSpecificationError } from './specification.ts';
export type { TransferLogSpecification } from './specification.ts';
export { TransferLog } from './transfer-log.ts';
export type { TransferLogOptions, TransferLogProblem } from './transfer-log.ts';
export type { TransferRecord } from './transfer-record.ts';
