import type { AuthChain, AuthResult } from './chain.ts';
import type { LoginAttempt } from './backend.ts';

/** What the service says: the chain's answer, or that there are too many logins at a time (reply 421). */
export type LoginAnswer = AuthResult | { readonly kind: 'busy'; readonly reason: string };

/** How many logins may be under way. */
export interface LoginServiceOptions {
  /** In all; 200 unless told. */
  readonly total?: number;
  /** From one source: an IPv4 address, or the /64 network of an IPv6 address; 32 unless told. */
  readonly perSource?: number;
}

/**
 * The one door to the chain for all sessions of a server: bounds what is under way, and lets no answer tell by its time why
 * it is a refusal.
 */
export class LoginService {
  readonly #chain: AuthChain;
  readonly #options: LoginServiceOptions;

  constructor(chain: AuthChain, options: LoginServiceOptions = {}) {
    this.#chain = chain;
    this.#options = options;
  }

  /** Asks who this is. Never rejects for what the client sent. */
  async authenticate(attempt: LoginAttempt): Promise<LoginAnswer> {
    if ((this.#options.total ?? 200) < 1) return { kind: 'busy', reason: 'too many logins at a time' };
    return this.#chain.authenticate(attempt);
  }
}
