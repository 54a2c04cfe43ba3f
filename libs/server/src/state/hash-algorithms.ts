/** The algorithms of HASH, the first being what a session begins with. */
export const HASH_ALGORITHMS = ['SHA-256', 'CRC32'] as const;

export type HashAlgorithm = (typeof HASH_ALGORITHMS)[number];
