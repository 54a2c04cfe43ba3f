// What `.ftpquota` holds [spec quota-upload-auth-cert.md §1.1].

/** What an account has stored. */
export interface QuotaUsage {
  /** Files and directories. */
  readonly files: bigint;
  readonly bytes: bigint;
}

/** What an account may store; undefined is no limit, 0 is nothing. */
export interface QuotaLimits {
  readonly files?: bigint | undefined;
  readonly bytes?: bigint | undefined;
}

/** The largest number that the C programs can write or read. */
export const LARGEST: bigint = 2n ** 64n - 1n;
/** No more of a file is looked at. */
export const MAX_QUOTA_FILE_BYTES = 83;

const BLANK = 0x20;
const NUMBER = /^[ \t\n\v\f\r]*([+-]?)([0-9]+)/;

/** As strtoull() reads it: no digits are 0, too large is 2^64 − 1, a minus sign wraps around. */
function parseNumber(text: string): bigint {
  const match = NUMBER.exec(text);
  if (match === null) return 0n;
  const value = BigInt(match[2] ?? '0');
  if (value > LARGEST) return LARGEST;
  return match[1] === '-' ? BigInt.asUintN(64, -value) : value;
}

/**
 * What the bytes of a quota file say, in the way of the C programs: an empty file is nothing used, what follows a number is
 * passed over, and −1 is 2^64 − 1.
 *
 * @returns undefined when the file has no blank: then it is no quota file (1.0.54; 1.0.50 took it for an empty one).
 */
export function parseUsage(content: Uint8Array): QuotaUsage | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, MAX_QUOTA_FILE_BYTES));
  if (bytes.length === 0) return { files: 0n, bytes: 0n };
  const nul = bytes.indexOf(0);
  const text = bytes.subarray(0, nul === -1 ? undefined : nul);
  const blank = text.indexOf(BLANK);
  if (blank === -1) return undefined;
  return {
    files: parseNumber(text.toString('latin1', 0, blank)),
    bytes: parseNumber(text.toString('latin1', blank + 1)),
  };
}

/** The content of a quota file: two numbers, a blank between them, a newline. */
export function formatUsage({ files, bytes }: QuotaUsage): string {
  return `${files} ${bytes}\n`;
}

/** The usage with a change to it: below 0 is 0, above what fits is the largest. */
export function changeUsage(usage: QuotaUsage, files: bigint, bytes: bigint): QuotaUsage {
  return { files: clamp(usage.files + files), bytes: clamp(usage.bytes + bytes) };
}

function clamp(value: bigint): bigint {
  if (value < 0n) return 0n;
  return value > LARGEST ? LARGEST : value;
}

/** Whether two usages are the same. */
export function isSameUsage(one: QuotaUsage, other: QuotaUsage): boolean {
  return one.files === other.files && one.bytes === other.bytes;
}

/** How much of a limit is used, in percent, as the C server shows it: cut, and −2147483648 where C's int has no value. */
export function usedPercent(used: bigint, limit: bigint): number {
  const percent = Math.trunc((Number(used) * 100) / Number(limit));
  return percent >= -(2 ** 31) && percent < 2 ** 31 ? percent : -(2 ** 31);
}
