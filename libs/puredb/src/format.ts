// The layout of a "PDB2" file [spec puredb.md §2]. All integers are unsigned, 32 bits, big-endian.

/** The first four bytes. */
export const MAGIC = Buffer.from('PDB2', 'latin1');

export const BUCKETS = 256;

/** Magic and the 257 offsets of the table: where the slot lists begin. */
export const HEADER_SIZE = 4 + (BUCKETS + 1) * 4;

/** A slot: hash and record offset. */
export const SLOT_SIZE = 8;

/** What stands in place of the slots of an empty bucket. */
export const FILLER_SIZE = 4;

/** The largest size of a file: every offset, and the end, is below 2^32. */
export const MAX_FILE_SIZE = 2 ** 32 - 1;

/** The hash of `bytes[start..end)`: from the last byte to the first, times 33, xor [spec puredb.md §2.1]. */
export function hashKey(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let hash = 5381;
  for (let at = end - 1; at >= start; at--) {
    // 33 h = (h << 5) + h; kept to 32 bits by the xor.
    hash = ((hash << 5) + hash) ^ (bytes[at] ?? 0);
  }
  return hash >>> 0;
}
