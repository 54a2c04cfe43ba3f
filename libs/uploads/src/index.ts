// The public door.

export { UploadPipeError } from './errors.ts';
export type { UploadPipeErrorCode } from './errors.ts';
export { UPLOAD_LOCK, UPLOAD_PIPE } from './private-node.ts';
export { UploadReader } from './upload-reader.ts';
export type { UploadReaderOptions } from './upload-reader.ts';
export { encodeRecord, RecordParser, UploadRecordError } from './upload-record.ts';
export type { UploadRecord } from './upload-record.ts';
export { UploadWriter } from './upload-writer.ts';
export type { UploadLoss, UploadWriterOptions } from './upload-writer.ts';
