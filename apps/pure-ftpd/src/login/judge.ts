import {
  type Account,
  type AuthResult,
  createHome,
  type LoginAnswer,
  type LoginAttempt,
  type LoginService,
  type LoginSession,
  type RefusalDelays,
} from '@pure-ftpd/auth';
import type { Place } from '@pure-ftpd/cluster';
import type { Configuration } from '@pure-ftpd/options';
import type { Counters } from '@pure-ftpd/server';
import { errorText } from '@pure-ftpd/server/internal';

import type { EventTeller, LoginVerdict } from '../events/event.ts';
import type { Log, Subject } from '../log/log.ts';
import type { Admitted, Verdict } from '../contract/admission.ts';
import { mountedHome } from '../files/mounts.ts';
import type { ClusterPlaces } from './cluster-places.ts';
import { anonymousAccountAt } from './virtual-hosts.ts';

const LEVELS = { info: 'INFO', warning: 'WARNING', error: 'ERROR' } as const;

/** What has answered a login, and how long it has taken. */
interface Answerer {
  readonly method: string;
  readonly milliseconds: number;
}

const NOBODY: Answerer = { method: 'none', milliseconds: 0 };
const PUBLIC: Answerer = { method: 'anonymous', milliseconds: 0 };

/** What a judge works with. */
export interface JudgeOptions {
  readonly configuration: Pick<
    Configuration,
    'minUid' | 'sessionsPerUser' | 'anonymousSessions' | 'createsHomes' | 'directoryMode'
  > &
    Partial<Pick<Configuration, 'verbosity' | 'storage' | 'maxClients' | 'maxClientsPerAddress'>>;
  readonly logins: Pick<LoginService, 'authenticate'>;
  /** Of sessions, by what `accountKey` makes of a login. */
  readonly accountSessions: Counters;
  /** Who counts for other servers, too; undefined where there are none. */
  readonly cluster?: ClusterPlaces | undefined;
  /** Whom anonymous sessions are served as; undefined where there are none. */
  readonly anonymousAccount: Account | undefined;
  readonly log: Pick<Log, 'write'>;
  /** Hears what became of logins. */
  readonly events?: EventTeller | undefined;
}

/**
 * Says who may log in: asks the backends, then what the server and the account say of it [server-behaviour §2]. The one place
 * that does; where there are several processes, it is in the monitor. The log is told why somebody was refused.
 */
export class Judge {
  readonly #options: JudgeOptions;

  constructor(options: JudgeOptions) {
    this.#options = options;
  }

  /**
   * Judges a login.
   * @param attempt Its `log` is set here.
   * @param wait Waits, for the time that a refusal takes; comes back early when nobody waits for the answer any more.
   */
  async judge(
    attempt: Omit<LoginAttempt, 'log'>,
    delays: RefusalDelays,
    subject: Subject,
    wait: (milliseconds: number) => Promise<void>,
  ): Promise<Verdict> {
    const { log, logins, configuration } = this.#options;
    const begun = performance.now();
    let by: Answerer = NOBODY;
    const answer: LoginAnswer = await logins.authenticate(
      {
        ...attempt,
        log: (level, text) => log.write(LEVELS[level], text, subject),
        answered: (method, milliseconds) => (by = { method, milliseconds }),
      },
      delays.refused,
    );
    if (answer.kind === 'unknown' || answer.kind === 'refused') {
      // Told when the answer is: whether the client is still there to hear it or not, it has tried.
      if (delays.isLast) log.write('ERROR', 'Too many authentication failures', subject);
      else log.write('WARNING', `Authentication failed for user [${attempt.login}]`, subject);
      this.#explain(attempt.login, reasonOf(answer), subject);
      this.#tell(by, answer.kind);
      return { kind: 'refused', isUnknown: answer.kind === 'unknown' };
    }
    if (answer.kind !== 'accepted') {
      log.write('ERROR', answer.reason, subject);
      this.#tell(by, 'unavailable');
      return { kind: 'unavailable' };
    }
    const { account, session } = answer;
    const unserved = unservedReason(account, configuration.minUid);
    if (unserved !== undefined) {
      void session?.close();
      log.write('WARNING', `Can't login as [${attempt.login}]: ${unserved}`, subject);
      this.#tell(by, 'disabled');
      await wait(delays.notServed - (performance.now() - begun));
      return { kind: 'notServed' };
    }
    if (configuration.createsHomes) this.#createHome(account, subject);
    return this.#admit(account, account.limits.maxSessions ?? configuration.sessionsPerUser, subject, session, by);
  }

  /**
   * Judges an anonymous login: nobody is asked for a password.
   * @param localAddress The address of the server that the client has connected to.
   */
  async judgeAnonymous(localAddress: string, subject: Subject): Promise<Verdict> {
    const { anonymousAccount, configuration, log } = this.#options;
    if (anonymousAccount !== undefined) {
      const account = anonymousAccountAt(anonymousAccount, localAddress);
      return this.#admit(account, configuration.anonymousSessions, subject, undefined, PUBLIC);
    }
    log.write('ERROR', 'Unable to set up secure anonymous FTP', subject);
    this.#tell(PUBLIC, 'disabled');
    return { kind: 'notServed' };
  }

  async #admit(
    account: Account,
    limit: number,
    subject: Subject,
    session: LoginSession | undefined,
    by: Answerer,
  ): Promise<Verdict> {
    const { accountSessions } = this.#options;
    const key = accountKey(account.login);
    let isCounted = false;
    try {
      isCounted = await accountSessions.enter(key, limit);
    } finally {
      if (!isCounted) void session?.close();
    }
    this.#tell(by, isCounted ? 'admitted' : 'limit');
    if (!isCounted) {
      this.#explain(account.login, 'too many sessions of this account', subject);
      return { kind: 'tooMany' };
    }
    const places = this.#places(key, limit, subject);
    const taken = await this.#takeInCluster(places);
    if (taken !== 'taken') {
      accountSessions.leave(key);
      void session?.close();
      if (taken === 'tooMany') this.#explain(account.login, 'too many sessions of the cluster', subject);
      return { kind: taken };
    }
    let released = false;
    const admitted: Admitted = {
      account,
      release: () => {
        if (released) return;
        released = true;
        accountSessions.leave(key);
        this.#options.cluster?.giveBack(places);
        void session?.close();
      },
    };
    return { kind: 'admitted', admitted };
  }

  #tell(by: Answerer, verdict: LoginVerdict): void {
    this.#options.events?.tell(undefined, { type: 'judged', ...by, verdict });
  }

  /** What a session takes of the limits that servers have together. */
  #places(key: string, limit: number, { address = '' }: Subject): Place[] {
    const { maxClients = 0, maxClientsPerAddress = 0 } = this.#options.configuration;
    return [
      { key: 'server', limit: maxClients },
      { key: `address:${address}`, limit: maxClientsPerAddress },
      { key: `user:${key}`, limit },
    ];
  }

  async #takeInCluster(places: readonly Place[]): Promise<'taken' | 'tooMany' | 'unavailable'> {
    const { cluster } = this.#options;
    if (cluster === undefined) return 'taken';
    const { kind } = await cluster.take(places);
    if (kind === 'taken') return 'taken';
    return kind === 'full' ? 'tooMany' : 'unavailable';
  }

  /** Makes a home that is missing; the session finds out what becomes of one that cannot be made. */
  #createHome({ home, uid, gid }: Account, subject: Subject): void {
    const { configuration, log } = this.#options;
    // In a bucket every home is there.
    if (mountedHome(configuration.storage ?? [], home) !== undefined) return;
    const isRoot = process.geteuid?.() === 0;
    try {
      // Who is not root can only make what is its own, and serves everybody as itself.
      const owner = isRoot ? { uid, gid } : { uid: process.geteuid?.() ?? uid, gid: process.getegid?.() ?? gid };
      createHome(home.field, { ...owner, mode: configuration.directoryMode });
    } catch (error) {
      log.write('ERROR', `Can't create the home directory: ${errorText(error)}`, subject);
    }
  }

  /** What the C server keeps to itself, for who has asked to hear more (`-d`). */
  #explain(login: string, reason: string, subject: Subject): void {
    const { configuration, log } = this.#options;
    if ((configuration.verbosity ?? 0) > 0) log.write('DEBUG', `login of [${login}] refused: ${reason}`, subject);
  }
}

/** What the sessions of an account are counted under: databases take other capitals, and blanks behind it, for the same name. */
function accountKey(login: string): string {
  return login.toLowerCase().trimEnd();
}

/** Why an account that gave the right password is not served. */
function unservedReason({ uid }: Account, minUid: number): string | undefined {
  if (uid === 0) return 'root does not log in';
  return uid < minUid ? `account disabled (uid < ${minUid})` : undefined;
}

function reasonOf(result: AuthResult & { readonly kind: 'unknown' | 'refused' }): string {
  return result.kind === 'refused' ? result.reason : 'no such account';
}
