import { PasswordHashError } from './errors.ts';
import { processGate, type HashingGate } from './hashing-gate.ts';
import { parseStoredHash, type StoredHash } from './stored-hash.ts';

/** What one verification may cost. */
export interface VerifyLimits {
  /** Bytes a single hash may need; a hash that needs more counts as a wrong password. Default 1 GiB. */
  memory?: number;
  /**
   * Milliseconds a single hash may need, by a rough estimate for a slow core; more counts as a wrong password.
   * Default two minutes, some four times the costliest hash that pure-pw makes.
   */
  time?: number;
  /** Where to wait for memory and a place. Default: the gate of the process. */
  gate?: HashingGate;
  /** Gives up waiting for the gate: the result is then false. */
  signal?: AbortSignal;
  /** Told why a stored hash could not be used, for the administrator's log. Never carries the hash. */
  onUnusable?: (error: PasswordHashError) => void;
}

const DEFAULT_MEMORY = 2 ** 30;
const DEFAULT_TIME = 120_000;

// What pure-pw makes by default on a small machine, with no known password behind it.
const USUAL_HASH = '$argon2id$v=19$m=8192,t=127,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** The cost of an unknown user: that of the hash checked last, which is what a known user costs in most databases. */
let latest: StoredHash | undefined = parseStoredHash(USUAL_HASH);

/**
 * Compares a password with a stored hash (spec pure-pw section 6.1). Off the event loop, within limits, in constant
 * time as to the hash.
 *
 * What is no hash, is damaged or costs more than the limits is false, and takes as long as {@link dummyVerify}, so
 * that a locked account cannot be told from a wrong password. Never throws for what is in the stored string or the
 * password.
 *
 * @param stored the hash as stored; bytes outside ASCII are in no hash.
 */
export async function verifyPassword(
  password: Uint8Array,
  stored: string | Uint8Array,
  limits: VerifyLimits = {},
): Promise<boolean> {
  const text = typeof stored === 'string' ? stored : Buffer.from(stored).toString('latin1');
  const hash = parseStoredHash(text);
  const unusable = hash === undefined ? notAHash() : tooCostly(hash, limits);
  if (hash === undefined || unusable !== undefined) {
    if (unusable !== undefined) {
      limits.onUnusable?.(unusable);
    }
    await dummyVerify(password, limits);
    return false;
  }
  const matches = await runThroughGate(hash, password, limits);
  latest = hash.imitation();
  return matches;
}

/**
 * Costs what a verification costs, and is never true: for unknown users, so that they cannot be told from known ones
 * by the time of the answer. It imitates the hash that this process verified last; before the first, a hash such as
 * pure-pw makes. Where one database mixes schemes of different cost the times differ for known users as well.
 */
export async function dummyVerify(password: Uint8Array, limits: VerifyLimits = {}): Promise<false> {
  if (latest !== undefined && tooCostly(latest, limits) === undefined) {
    // What goes wrong with the imitation says nothing about the account.
    await runThroughGate(latest, password, { ...limits, onUnusable: () => {} });
  }
  return false;
}

function notAHash(): PasswordHashError {
  return new PasswordHashError('notAHash', 'the stored password is not a hash of a known scheme');
}

function tooCostly(hash: StoredHash, limits: VerifyLimits): PasswordHashError | undefined {
  const memory = limits.memory ?? DEFAULT_MEMORY;
  if (hash.memory > memory) {
    const text = `the stored hash needs ${hash.memory} bytes of memory, the limit is ${memory}`;
    return new PasswordHashError('tooCostly', text);
  }
  if (hash.time > (limits.time ?? DEFAULT_TIME)) {
    return new PasswordHashError('tooCostly', 'the stored hash takes too long to compute');
  }
  return undefined;
}

async function runThroughGate(hash: StoredHash, password: Uint8Array, limits: VerifyLimits): Promise<boolean> {
  const { gate = processGate, signal } = limits;
  try {
    return await gate.run(hash.memory, () => hash.matches(password), signal);
  } catch (error) {
    // The one who asked is gone: nobody waits for the answer, and there is nothing to report.
    if (signal?.aborted === true) {
      return false;
    }
    limits.onUnusable?.(
      error instanceof PasswordHashError
        ? error
        : new PasswordHashError('notComputed', 'the stored hash cannot be computed', { cause: error }),
    );
    return false;
  }
}
