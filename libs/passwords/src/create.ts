import { randomBytes } from 'node:crypto';
import { formatArgon2 } from './argon2-string.ts';
import { computeArgon2, type Argon2Setting } from './argon2.ts';
import { PasswordHashError } from './errors.ts';
import { processGate, type HashingGate } from './hashing-gate.ts';

/** What the strength of a new hash is tuned by. */
export interface HashCost {
  /** How many logins are expected to be checked at once; at least 1. Default 8. */
  concurrentLogins?: number;
  /** Bytes of memory for all of them together. Default 64 MiB. */
  totalMemory?: number;
  /** Where to wait for memory and a place. Default: the gate of the process. */
  gate?: HashingGate;
}

const DEFAULT_CONCURRENT_LOGINS = 8;
const DEFAULT_TOTAL_MEMORY = 64 * 2 ** 20;
const LEAST_MEMORY = 8192;
// What verifyPassword takes by default: a hash beyond it could be made, but nobody could log in with it.
const MOST_MEMORY = 2 ** 30;
/** KiB that all passes of a hash write: at least, and at most. */
const LEAST_WRITTEN = 3 * 65_536;
const MOST_WRITTEN = 8 * 65_536;
const PROBES = 5;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Milliseconds of processor time that a login may take, where the bounds leave the choice (spec pure-pw section 5.1). */
export function tuningBudget(concurrentLogins: number): number {
  const budget = concurrentLogins > 8 ? Math.floor(1000 / Math.floor(concurrentLogins / 8)) : 1000;
  return Math.max(budget, 250);
}

/** The fewest passes that new hashes are made with, and the most: each 2^k − 1, as the C program has them. */
export interface PassBounds {
  readonly least: number;
  readonly most: number;
}

/**
 * The bounds of what a hash costs, whatever the machine: it writes at least as much memory as RFC 9106 §4 has in its second choice (3 passes over
 * 64 MiB, five times what OWASP asks for), and at most 512 MiB. With 8 MiB that is 31 to 63 passes.
 * @param kibibytes Memory of the hash.
 */
export function passBounds(kibibytes: number): PassBounds {
  const least = 2 ** Math.ceil(Math.log2(LEAST_WRITTEN / kibibytes + 1)) - 1;
  const most = 2 ** Math.floor(Math.log2(MOST_WRITTEN / kibibytes + 1)) - 1;
  return { least, most: Math.max(least, most) };
}

/**
 * Finds the number of passes: the most within the bounds whose hash takes no more processor time than the budget.
 *
 * @param cost computes with so many passes, and answers the milliseconds of processor time. The quickest of five counts: whatever else
 *   the machine does can only make it slower.
 * @param budget milliseconds.
 */
export async function tunePasses(
  cost: (passes: number) => Promise<number>,
  budget: number,
  { least, most }: PassBounds,
): Promise<number> {
  if (least === most) return least;
  let best = Number.POSITIVE_INFINITY;
  for (let probe = 0; probe < PROBES; probe += 1) best = Math.min(best, await cost(least));
  let passes = least;
  while (passes < most && (best / least) * (2 * passes + 1) <= budget) passes = 2 * passes + 1;
  return passes;
}

/**
 * Bytes of memory that a hash of this cost needs.
 *
 * @throws RangeError for fewer than one login or no memory; PasswordHashError `tooCostly` when it is more than 1 GiB,
 * which no server verifies.
 */
export function hashMemory(cost: HashCost): number {
  const concurrentLogins = cost.concurrentLogins ?? DEFAULT_CONCURRENT_LOGINS;
  const totalMemory = cost.totalMemory ?? DEFAULT_TOTAL_MEMORY;
  if (!(concurrentLogins >= 1) || !(totalMemory > 0)) {
    throw new RangeError('a password hash is tuned for at least one login and some memory');
  }
  const bytes = Math.max(Math.floor(totalMemory / concurrentLogins), LEAST_MEMORY);
  if (bytes > MOST_MEMORY) {
    const text = 'memory reserved for password hashing is too high: more than 1024 Mb for each login';
    throw new PasswordHashError('TOO_COSTLY', text);
  }
  return bytes;
}

/** What was found for a memory and a budget: this machine stays what it is. */
const tuned = new Map<string, Promise<number>>();

/**
 * Makes an argon2id hash, `$argon2id$v=19$m=…,t=…,p=1$salt$hash`, as strong as this machine computes in a second of processor time
 * (less when many logins are expected at once), within `passBounds`: spec pure-pw section 5.1.
 *
 * @param password Bytes, or a text, which clients send in UTF-8.
 * @throws TypeError for anything else; what `hashMemory` throws; PasswordHashError `NOT_COMPUTED` when the memory cannot be had.
 */
export async function hashPassword(password: Uint8Array | string, cost: HashCost = {}): Promise<string> {
  const secret = typeof password === 'string' ? Buffer.from(password) : password;
  if (!(secret instanceof Uint8Array)) throw new TypeError('a password is a text, or bytes');
  const bytes = hashMemory(cost);
  const base = {
    algorithm: 'argon2id',
    memory: Math.floor(bytes / 1024),
    lanes: 1,
    salt: randomBytes(SALT_BYTES),
  } as const;
  const gate = cost.gate ?? processGate;
  const compute = async (passes: number): Promise<Buffer> => {
    const setting: Argon2Setting = { ...base, passes };
    try {
      return await gate.run(bytes, () => computeArgon2(secret, setting, HASH_BYTES));
    } catch (error) {
      throw new PasswordHashError('NOT_COMPUTED', 'the memory for the hash cannot be had', { cause: error });
    }
  };
  const budget = tuningBudget(cost.concurrentLogins ?? DEFAULT_CONCURRENT_LOGINS);
  const passes = await tunedPasses(base.memory, budget, compute);
  return formatArgon2({ ...base, passes, hash: await compute(passes) });
}

function tunedPasses(memory: number, budget: number, compute: (passes: number) => Promise<unknown>): Promise<number> {
  const key = `${memory} ${budget}`;
  let passes = tuned.get(key);
  if (passes === undefined) {
    passes = tunePasses((probe) => processorTime(() => compute(probe)), budget, passBounds(memory));
    tuned.set(key, passes);
    // What could not be computed now may be another time.
    passes.catch(() => tuned.delete(key));
  }
  return passes;
}

/** Milliseconds of processor time that a hash takes, which is computed in another thread: what this thread does meanwhile is not counted. */
async function processorTime(compute: () => Promise<unknown>): Promise<number> {
  const all = process.cpuUsage();
  const own = process.threadCpuUsage();
  await compute();
  const since = process.cpuUsage(all);
  const ownSince = process.threadCpuUsage(own);
  return (since.user + since.system - ownSince.user - ownSince.system) / 1000;
}
