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
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Milliseconds spent on finding the number of passes (spec pure-pw section 5.1). */
export function tuningBudget(concurrentLogins: number): number {
  const budget = concurrentLogins > 8 ? Math.floor(1000 / Math.floor(concurrentLogins / 8)) : 1000;
  return Math.max(budget, 250);
}

/**
 * Finds how many passes fit into the budget: 1, 2, 4, … passes are tried until the time is used up, and the result is
 * their sum (2^k − 1). A hash with that many passes takes between one and two budgets on this machine.
 *
 * @param attempt computes with so many passes.
 * @param budget milliseconds.
 * @param now a clock in milliseconds.
 */
export async function tunePasses(
  attempt: (passes: number) => Promise<unknown>,
  budget: number,
  now: () => number = () => performance.now(),
): Promise<number> {
  const start = now();
  let total = 0;
  for (let probe = 1; ; probe *= 2) {
    await attempt(probe);
    total += probe;
    if (now() - start >= budget) {
      return total;
    }
  }
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

/**
 * Makes an argon2id hash, `$argon2id$v=19$m=…,t=…,p=1$salt$hash`, as strong as this machine computes in a second or
 * two (less when many logins are expected at once): spec pure-pw section 5.1.
 *
 * @throws what {@link hashMemory} throws; PasswordHashError `notComputed` when the memory cannot be had.
 */
export async function hashPassword(password: Uint8Array, cost: HashCost = {}): Promise<string> {
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
      return await gate.run(bytes, () => computeArgon2(password, setting, HASH_BYTES));
    } catch (error) {
      throw new PasswordHashError('NOT_COMPUTED', 'the memory for the hash cannot be had', { cause: error });
    }
  };
  const passes = await tunePasses(compute, tuningBudget(cost.concurrentLogins ?? DEFAULT_CONCURRENT_LOGINS));
  return formatArgon2({ ...base, passes, hash: await compute(passes) });
}
