// How a session asks to be let in, and what it is told: the same questions in one process and across several.
import type { Account } from '@pure-ftpd/auth';
import type { CommandResult, Judgement } from '@pure-ftpd/server';

/** A login that was granted, and what it holds until the session is over: a place in the limits, what its backend has opened. */
export interface Admitted {
  readonly account: Account;
  /** At the end of the session, or when it cannot begin. May be called again. */
  release(): void;
}

/**
 * Why somebody was not let in, as far as the session has to know; the rest is in the log.
 * - `refused`: a failure, which counts; its delay is over.
 * - `notServed`: the password is right, and the account must not log in all the same. Does not count; the delay is over.
 * - `tooMany`: sessions of this account.
 * - `unavailable`: it cannot be said, and the session ends.
 */
export type Denial = { readonly kind: 'refused' | 'notServed' | 'tooMany' | 'unavailable' };

/** What the judge says of a login. */
export type Verdict =
  | { readonly kind: 'admitted'; readonly admitted: Admitted }
  | Denial
  /** @property isUnknown Nobody knows the user: for penalties alone, and never told. */
  | { readonly kind: 'refused'; readonly isUnknown: boolean };

/** Who lets sessions in: this process, or the monitor by way of messages. */
export interface AdmissionOf<Session> {
  /** USER and PASS. Never rejects for what the client sent. The caller wipes the password. */
  judge(session: Session, login: string, password: Uint8Array): Promise<Judgement>;
  /** USER ftp. */
  judgeAnonymous(session: Session, login: string): Promise<Judgement>;
  /**
   * The user has left, and the client goes on (REIN): here, or in the process where sessions begin.
   * @param result What the client is to be told.
   */
  afterUser(session: Session, result: CommandResult): Promise<CommandResult>;
  /**
   * Sends what the session says from now on in clear, after everything said so far (CCC, REIN). For sessions whose control
   * connection another process protects.
   */
  clearControl(session: Session): Promise<void>;
}
