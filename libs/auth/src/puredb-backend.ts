import { dummyVerify, verifyPassword, type VerifyLimits } from '@pure-ftpd/passwords';
import {
  type AddressResolver,
  checkAddresses,
  isWithinTimeRange,
  NO_QUOTA,
  parseRecord,
  PureDB,
  PureDBError,
  resolveHostName,
  type UserRecord,
} from '@pure-ftpd/puredb';
import { printableName } from '@pure-ftpd/protocol';

import { type Account, parseHome } from './account.ts';
import type { AuthBackend, BackendResult, LoginAttempt } from './backend.ts';
import { sourceOf } from './source-of.ts';

const COLON = 0x3a;

/** What tests, and servers with needs of their own, may replace. */
export interface PureDBBackendOptions {
  /** Resolves host names in address lists. */
  readonly resolveName?: AddressResolver;
  /** Tells the time for time ranges. */
  readonly now?: () => Date;
  /** What one password hash may cost. */
  readonly limits?: Pick<VerifyLimits, 'memory' | 'time' | 'gate'>;
}

/**
 * Virtual users of a PureDB file [puredb.md §2.9]. The file is opened at every login, so that a new one counts at once.
 *
 * Checks are made in the order of the C server: the password first, then what the record says. It fails closed where the
 * C server is lenient [security-history §12 rows 31, 46, 47, 48].
 */
export class PureDBBackend implements AuthBackend {
  readonly method = 'puredb';
  readonly path: string;
  readonly #resolveName: AddressResolver;
  readonly #now: () => Date;
  readonly #limits: Pick<VerifyLimits, 'memory' | 'time' | 'gate'>;

  constructor(path: string, options: PureDBBackendOptions = {}) {
    this.path = path;
    this.#resolveName = options.resolveName ?? resolveHostName;
    this.#now = options.now ?? (() => new Date());
    this.#limits = options.limits ?? {};
  }

  async authenticate(attempt: LoginAttempt): Promise<BackendResult> {
    let value: Uint8Array | undefined;
    try {
      value = this.#lookUp(attempt);
    } catch (error) {
      if (!(error instanceof PureDBError)) throw error;
      // The C server's words, which tools know, and then ours.
      const known = 'Unable to read the indexed puredb file (or old format detected) - Try pure-pw mkdb';
      return { kind: 'broken', reason: `${known}: ${error.message}` };
    }
    if (value === undefined) return { kind: 'unknown' };
    if (!(await this.#verify(attempt, hashOf(value)))) return { kind: 'refused', reason: 'wrong password' };
    const parsed = parseRecord(attempt.login, value);
    if (parsed.kind === 'refused') return { kind: 'refused', reason: parsed.message };
    const refusal = await this.#refusal(attempt, parsed.record);
    return refusal === undefined
      ? { kind: 'accepted', account: accountOf(parsed.record, this.method) }
      : { kind: 'refused', reason: refusal };
  }

  /** The record of a login, its own bytes; undefined when there is none that can be used. */
  #lookUp({ login, log }: LoginAttempt): Uint8Array | undefined {
    using database = PureDB.open(this.path);
    const result = database.lookup(login);
    if (result.kind === 'corrupt') log?.('error', `${result.message}: user ${printableName(login)} is not found`);
    return result.kind === 'found' ? result.value : undefined;
  }

  async #verify({ password, signal, login, clientAddress, log }: LoginAttempt, stored: Uint8Array): Promise<boolean> {
    const limits: VerifyLimits = {
      ...this.#limits,
      source: sourceOf(clientAddress),
      ...(signal === undefined ? {} : { signal }),
      onUnusable: (error) => log?.('warning', `user ${printableName(login)}: ${error.message}`),
    };
    if (stored.length === 0) return dummyVerify(password, limits);
    return verifyPassword(password, stored, limits);
  }

  /** Why an account that gave the right password must not log in here and now. */
  async #refusal(attempt: LoginAttempt, record: UserRecord): Promise<string | undefined> {
    const addresses = { local: attempt.localAddress, client: attempt.clientAddress };
    const { allowed, reason, warnings } = await checkAddresses(record, addresses, this.#resolveName);
    for (const warning of warnings) attempt.log?.('warning', warning);
    if (!allowed) return reason ?? 'the addresses are refused';
    if (record.timeRange !== undefined && !isWithinTimeRange(record.timeRange, this.#now())) {
      return 'outside the hours of the account';
    }
    return undefined;
  }
}

/** The first field of a value: up to a colon, or the NUL that ends the value. */
function hashOf(value: Uint8Array): Uint8Array {
  const end = value.findIndex((byte) => byte === COLON || byte === 0);
  return end === -1 ? value : value.subarray(0, end);
}

function accountOf(record: UserRecord, method: string): Account {
  return {
    login: record.login,
    method,
    uid: record.uid,
    gid: record.gid,
    home: parseHome(record.home),
    limits: {
      uploadBandwidth: record.uploadBandwidth,
      downloadBandwidth: record.downloadBandwidth,
      uploadRatio: record.uploadRatio,
      downloadRatio: record.downloadRatio,
      quotaFiles: record.maxFiles === NO_QUOTA ? undefined : record.maxFiles,
      quotaSize: record.maxSize === NO_QUOTA ? undefined : record.maxSize,
      maxSessions: record.maxSessions,
    },
    resolvesNames: false,
  };
}
