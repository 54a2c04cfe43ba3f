// The public door.

export { QuotaExceededError, QuotaFileError } from './errors.ts';
export type { QuotaFileErrorCode } from './errors.ts';
export type { LockedQuotaFile } from './locked-quota-file.ts';
export { QuotaAccount } from './quota-account.ts';
export type { QuotaAmount } from './quota-account.ts';
export { QUOTA_FILE, QuotaFile } from './quota-file.ts';
export type { QuotaFileOptions } from './quota-file.ts';
export { QuotaWatch } from './quota-watch.ts';
export { recount } from './recount.ts';
export type { Recount, RecountOptions } from './recount.ts';
export { countTree } from './tree-count.ts';
export type { CountOptions } from './tree-count.ts';
export type { Hold, UploadCharge, UploadStart } from './upload-charge.ts';
export { formatUsage, parseUsage, usedPercent } from './usage.ts';
export type { QuotaLimits, QuotaUsage } from './usage.ts';
