// The public door.

export { changeRecord, newRecord } from './account-changes.ts';
export type { AccountChanges, Limit } from './account-changes.ts';
export { checkAddresses, resolveHostName } from './address-list.ts';
export type { AddressDecision, AddressLists, AddressResolver, SessionAddresses } from './address-list.ts';
export { escapeAddressList } from './address-rule.ts';
export { buildDatabase } from './build-database.ts';
export type { BuildOptions } from './build-database.ts';
export { PureDB } from './database-reader.ts';
export type { LookupResult } from './database-reader.ts';
export { PureDBWriter } from './database-writer.ts';
export type { PureDBWriterOptions } from './database-writer.ts';
export { PasswdFileError, PureDBError } from './errors.ts';
export type { PasswdFileErrorCode, PureDBErrorCode } from './errors.ts';
export { NO_QUOTA, parseRecord } from './record.ts';
export type { RecordRefusal, RecordResult, UserRecord } from './record.ts';
export { PasswdFile } from './text-file.ts';
export type { CurrentUser, PasswdEntry, PasswdFileOptions } from './text-file.ts';
export { formatTextLine, parseTextLine } from './text-record.ts';
export type { TextLine } from './text-record.ts';
export { formatTimeRange, isWithinTimeRange, parseTimeRange, parseTimeRangeLeniently } from './time-range.ts';
export type { TimeRange } from './time-range.ts';
