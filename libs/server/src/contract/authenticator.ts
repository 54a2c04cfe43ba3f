import type { Awaitable } from './virtual-file.ts';
import type { CommandResult } from './command-row.ts';

/** Why somebody is not let in. */
export type Denial =
  | {
      /** A failure, which counts: after so many of them the session ends. */
      readonly kind: 'refused';
      /** What the client reads, instead of the usual words. */
      readonly words?: string | undefined;
      /** Tells of it, and takes the time that a refusal takes; the client hears of it afterwards. */
      settle?(): Awaitable<void>;
    }
  /** Refused unseen: what was sent can be no password. It does not count. */
  | { readonly kind: 'unseen' }
  /** The password is right, and the account must not log in all the same. It does not count. */
  | { readonly kind: 'notServed' }
  /** There are as many sessions of this account as there may be: this one ends. */
  | { readonly kind: 'tooMany' }
  /** It cannot be said who this is: the session ends. */
  | { readonly kind: 'unavailable' };

/** What is said of a login. Of one that is admitted one of `begin` and `release` is called. */
export type Judgement =
  | {
      readonly kind: 'admitted';
      /** Begins the session of the account: here, or in another process that serves it. */
      begin(): Awaitable<CommandResult>;
      /** Nobody wants to begin any more. */
      release(): void;
    }
  | Denial;

/** Says who may log in. Delays are its own: whoever guesses passwords waits, and other sessions do not. */
export interface AuthenticatorOf<Session> {
  /** Never rejects for what a client has sent. */
  judge(session: Session, username: string, password: string): Awaitable<Judgement>;
}
