import { printableName } from '@pure-ftpd/protocol';

import { type AccountLimits, NO_LIMITS, parseHome } from '../account.ts';
import type { AuthBackend, BackendResult, LoginAttempt, LogLevel } from '../backend.ts';
import { Outage } from '../outage.ts';
import { sourceOf } from '../source-of.ts';
import { within } from '../within.ts';
import { homeOf, idOf, limitOf, ValueError } from './account-values.ts';
import type { IdSource, LimitKey, SqlConfiguration } from './configuration.ts';
import { reasonOf, type SqlConnection, type SqlDriver, SqlError } from './connection.ts';
import { SqlPool } from './pool.ts';
import { probeDatabase } from './probe.ts';
import { verifyStored } from './scheme.ts';
import type { QueryTemplate, SqlValues } from './template.ts';

/** Milliseconds that all the questions of a login may take. */
const LOGIN_MS = 10_000;

/** Ends the questions of a login: there is no such account, for this backend. */
class NoAccount extends Error {}

/** Ends the questions of a login: a query has failed, which the log knows. */
class QueryFailed extends Error {}

/** A connection that was left by another login has turned out to be closed. */
class StaleConnection extends Error {}

type Log = (level: LogLevel, text: string) => void;

/**
 * Accounts in a database [sql.md]. Questions are asked in the order of the C server: password, user, group and home, then the
 * comparison, and then limits. Other than in C, a limit that was asked for and cannot be had lets nobody in.
 */
export class SqlBackend implements AuthBackend, Disposable {
  readonly method: string;
  readonly computesHashes: boolean;
  readonly #configuration: SqlConfiguration;
  readonly #pool: SqlPool;
  readonly #outage = new Outage('The SQL server');
  readonly #leavesState: boolean;
  readonly #loginMs: number;

  /** @param ca Who may vouch for the server, PEM. */
  constructor(configuration: SqlConfiguration, driver: SqlDriver, ca?: string, loginMs: number = LOGIN_MS) {
    const { dialect, scheme, server, password, directory, uid, gid, limits } = configuration;
    this.method = dialect;
    this.computesHashes = scheme !== 'cleartext';
    this.#configuration = configuration;
    this.#pool = new SqlPool(driver, server, ca);
    this.#loginMs = loginMs;
    const ids = [uid, gid].flatMap((source) => ('query' in source ? [source.query] : []));
    this.#leavesState = [password, directory, ...ids, ...limits.map(({ query }) => query)].some(
      (query) => query.leavesState,
    );
  }

  [Symbol.dispose](): void {
    this.#pool.close();
  }

  async authenticate(attempt: LoginAttempt): Promise<BackendResult> {
    const { log = () => undefined, signal: gone } = attempt;
    if (this.#configuration.password.render(attempt) === undefined) return { kind: 'unknown' };
    if (this.#outage.pause !== undefined) return { kind: 'unknown' };
    const time = AbortSignal.timeout(this.#loginMs);
    const signal = gone === undefined ? time : AbortSignal.any([gone, time]);
    try {
      return await this.#judge(attempt, signal, log);
    } catch (error) {
      if (gone?.aborted === true || error instanceof NoAccount || error instanceof QueryFailed)
        return { kind: 'unknown' };
      if (time.aborted) this.#outage.failed(`no answer in ${this.#loginMs / 1000} s`, log);
      else if (error instanceof SqlError) this.#outage.failed(error.message, log);
      else if (error instanceof ValueError) {
        log('warning', `${this.method}: ${printableName(attempt.login)}: ${error.message}`);
        return { kind: 'refused', reason: error.message };
      } else throw error;
      return { kind: 'unknown' };
    }
  }

  probe(): Promise<string | undefined> {
    const signal = AbortSignal.timeout(this.#loginMs);
    return probeDatabase(this.#configuration, () => this.#connect(signal), signal);
  }

  async #judge(attempt: LoginAttempt, signal: AbortSignal, log: Log): Promise<BackendResult> {
    const left = this.#pool.takeIdle();
    if (left !== undefined) {
      try {
        return await this.#judgeOn(left, attempt, signal, log, true);
      } catch (error) {
        if (!(error instanceof StaleConnection)) throw error;
      }
    }
    return this.#judgeOn(await this.#connect(signal), attempt, signal, log, false);
  }

  /** A connection that comes when nobody waits any more is closed. */
  async #connect(signal: AbortSignal): Promise<SqlConnection> {
    const connecting = this.#pool.connect();
    try {
      return await within(connecting, signal);
    } catch (error) {
      connecting.then(
        (connection) => connection.destroy(),
        () => undefined,
      );
      throw error;
    }
  }

  /** @param isLeft It was left by another login: that it is closed is no failure. @throws StaleConnection in that case. */
  async #judgeOn(
    connection: SqlConnection,
    attempt: LoginAttempt,
    signal: AbortSignal,
    log: Log,
    isLeft: boolean,
  ): Promise<BackendResult> {
    const questions = new Questions(connection, attempt, signal, log, isLeft);
    const { transactions } = this.#configuration;
    let isClean = false;
    try {
      if (transactions) await questions.statement('START TRANSACTION');
      const result = await this.#ask(questions, attempt, signal, log);
      if (transactions) await questions.statement('COMMIT');
      this.#outage.worked(log);
      isClean = !this.#leavesState;
      return result;
    } catch (error) {
      if (error instanceof NoAccount || error instanceof QueryFailed || error instanceof ValueError)
        this.#outage.worked(log);
      isClean = error instanceof NoAccount && !this.#leavesState && !transactions;
      throw error;
    } finally {
      // A transaction that was not committed ends with its connection.
      if (isClean) this.#pool.leave(connection);
      else connection.destroy();
    }
  }

  async #ask(questions: Questions, attempt: LoginAttempt, signal: AbortSignal, log: Log): Promise<BackendResult> {
    const { password, uid, gid, directory, scheme, limits, expandsTilde } = this.#configuration;
    const stored = await questions.needed(password);
    const uidText = await questions.id(uid);
    const gidText = await questions.id(gid);
    const home = homeOf(await questions.needed(directory));
    const ids = { uid: await idOf('uid', uidText), gid: await idOf('gid', gidText) };
    const { login } = attempt;
    const warn = (text: string): void => log('warning', `${this.method}: ${printableName(login)}: ${text}`);
    const verdict = await verifyStored(scheme, attempt.password, stored, {
      source: sourceOf(attempt.clientAddress),
      signal,
      onUnusable: (error) => warn(error.message),
    });
    if (verdict === 'unfit') warn(`the stored password is not what ${scheme} stores`);
    if (verdict !== 'right') return { kind: 'refused', reason: 'wrong password' };
    const found = new Map<LimitKey, bigint | undefined>();
    for (const { key, query } of limits) {
      const value = await questions.value(query);
      found.set(key, value === undefined ? undefined : limitOf(key, value.toString()));
    }
    const account = { login, method: this.method, ...ids, home: parseHome(home), limits: limitsOf(found) };
    return { kind: 'accepted', account: { ...account, resolvesNames: expandsTilde } };
  }
}

/** The questions of one login, on one connection. */
class Questions {
  readonly #connection: SqlConnection;
  readonly #values: SqlValues;
  readonly #signal: AbortSignal;
  readonly #log: Log;
  #isFresh: boolean;

  constructor(connection: SqlConnection, values: SqlValues, signal: AbortSignal, log: Log, isLeft: boolean) {
    this.#connection = connection;
    this.#values = values;
    this.#signal = signal;
    this.#log = log;
    this.#isFresh = !isLeft;
  }

  /** The value of a query; undefined where it has none. */
  async value(query: QueryTemplate): Promise<Buffer | undefined> {
    const text = query.render(this.#values);
    return text === undefined ? undefined : this.#send(text, query.text);
  }

  /** The value of a query without which there is no account. */
  async needed(query: QueryTemplate): Promise<Buffer> {
    const value = await this.value(query);
    if (value === undefined) throw new NoAccount();
    return value;
  }

  async id(source: IdSource): Promise<string> {
    return 'fixed' in source ? source.fixed : (await this.needed(source.query)).toString();
  }

  async statement(text: string): Promise<void> {
    await this.#send(text, text);
  }

  /** @param shown What the log has instead of the query: nothing that a client has sent. */
  async #send(text: string, shown: string): Promise<Buffer | undefined> {
    try {
      const value = await within(this.#connection.value(text), this.#signal);
      this.#isFresh = true;
      return value;
    } catch (error) {
      if (error instanceof SqlError && error.code === 'SQL_QUERY') {
        this.#log('warning', `Wrong SQL parameters : [${shown}]: ${reasonOf(error)}`);
        throw new QueryFailed();
      }
      if (error instanceof SqlError && !this.#isFresh) throw new StaleConnection();
      throw error;
    }
  }
}

const MIB = 1_048_576n;
const KIB = 1024n;
const MAX_LIMIT = 2n ** 63n - 1n;

function limitsOf(found: ReadonlyMap<LimitKey, bigint | undefined>): AccountLimits {
  const scaled = (key: LimitKey, unit: bigint): bigint | undefined => {
    const value = found.get(key);
    if (value === undefined) return undefined;
    return value * unit > MAX_LIMIT ? MAX_LIMIT : value * unit;
  };
  const ratio = (key: LimitKey): number | undefined => {
    const value = scaled(key, 1n);
    return value === undefined ? undefined : Number(value > 0xffff_ffffn ? 0xffff_ffffn : value);
  };
  return {
    ...NO_LIMITS,
    quotaFiles: scaled('QTAFS', 1n),
    quotaSize: scaled('QTASZ', MIB),
    uploadRatio: ratio('RatioUL'),
    downloadRatio: ratio('RatioDL'),
    uploadBandwidth: scaled('BandwidthUL', KIB),
    downloadBandwidth: scaled('BandwidthDL', KIB),
  };
}
