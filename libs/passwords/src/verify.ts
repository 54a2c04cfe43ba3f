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
  /** Who asks, such as a client's network: the gate gives each source its turn. */
  source?: string;
  /** Gives up waiting for the gate: the result is then false. */
  signal?: AbortSignal;
  /** Told why a stored hash could not be used, for the administrator's log. Never carries the hash. */
  onUnusable?: (error: PasswordHashError) => void;
}

const DEFAULT_MEMORY = 2 ** 30;
const DEFAULT_TIME = 120_000;

// What pure-pw makes by default, with no known password behind it.
const USUAL_HASH = '$argon2id$v=19$m=8192,t=63,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** Milliseconds above which no hash is imitated: one account with an extreme hash must not make every failure so costly. */
const MAX_IMITATED_TIME = 5000;

/** A hash that costs less than this part of the costliest one is topped up with an imitation of that. */
const SIMILAR = 0.5;

/** The costliest hash that was verified here, as an imitation that holds nothing of it. */
let costliest: StoredHash | undefined;

function imitated(): StoredHash | undefined {
  return costliest ?? parseStoredHash(USUAL_HASH);
}

function remember(hash: StoredHash): void {
  if (hash.time > MAX_IMITATED_TIME || hash.time <= (costliest?.time ?? 0)) return;
  costliest = hash.imitation();
}

/**
 * Compares a password with a stored hash (spec pure-pw section 6.1). Off the event loop, within limits, in constant
 * time as to the hash.
 *
 * What is no hash, is damaged or costs more than the limits is false, and takes as long as {@link dummyVerify}, so
 * that a locked account cannot be told from a wrong password. A wrong password for a hash of a cheap scheme costs that
 * as well, so that nobody can tell who has which scheme, or exists. Never throws for what is in the stored string or the
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
  remember(hash);
  if (!matches && hash.time < (imitated()?.time ?? 0) * SIMILAR) {
    await dummyVerify(password, limits);
  }
  return matches;
}

/**
 * Costs what a verification costs, and is never true: for unknown users, so that they cannot be told from known ones
 * by the time of the answer. It imitates the costliest hash that this process has verified (of those below five seconds);
 * before the first, a hash such as pure-pw makes.
 */
export async function dummyVerify(password: Uint8Array, limits: VerifyLimits = {}): Promise<false> {
  const hash = imitated();
  if (hash !== undefined && tooCostly(hash, limits) === undefined) {
    // What goes wrong with the imitation says nothing about the account.
    await runThroughGate(hash, password, { ...limits, onUnusable: () => {} });
  }
  return false;
}

/** Whether a string is a hash of a scheme that passwords are compared with: nobody logs in with anything else. */
export function isPasswordHash(stored: string): boolean {
  return parseStoredHash(stored) !== undefined;
}

/** Whether a string is a hash that cannot be checked here, for lack of the C library's crypt(3) or of an Argon2. */
export function isUncheckableHash(stored: string): boolean {
  return parseStoredHash(stored)?.isComputable() === false;
}

function notAHash(): PasswordHashError {
  return new PasswordHashError('NOT_A_HASH', 'the stored password is not a hash of a known scheme');
}

function tooCostly(hash: StoredHash, limits: VerifyLimits): PasswordHashError | undefined {
  const memory = limits.memory ?? DEFAULT_MEMORY;
  if (hash.memory > memory) {
    const text = `the stored hash needs ${hash.memory} bytes of memory, the limit is ${memory}`;
    return new PasswordHashError('TOO_COSTLY', text);
  }
  if (hash.time > (limits.time ?? DEFAULT_TIME)) {
    return new PasswordHashError('TOO_COSTLY', 'the stored hash takes too long to compute');
  }
  return undefined;
}

async function runThroughGate(hash: StoredHash, password: Uint8Array, limits: VerifyLimits): Promise<boolean> {
  const { gate = processGate, signal, source } = limits;
  try {
    return await gate.run(hash.memory, () => hash.matches(password), signal, source);
  } catch (error) {
    // The one who asked is gone: nobody waits for the answer, and there is nothing to report.
    if (signal?.aborted === true) {
      return false;
    }
    limits.onUnusable?.(
      error instanceof PasswordHashError
        ? error
        : new PasswordHashError('NOT_COMPUTED', 'the stored hash cannot be computed', { cause: error }),
    );
    return false;
  }
}
