import type { AuthBackend, BackendResult, LoginAttempt } from './backend.ts';
import { openBackend } from './login-method.ts';
import { type LoginMethod, LoginMethodError } from './method.ts';

/** A backend with a server of accounts in this process, for servers that have no rights to lose. Opened at the first login. */
export class OpeningBackend implements AuthBackend {
  readonly method: string;
  readonly computesHashes: boolean;
  readonly #method: LoginMethod;
  #backend: Promise<AuthBackend> | undefined;

  constructor(method: LoginMethod, computesHashes: boolean) {
    this.method = method.name;
    this.computesHashes = computesHashes;
    this.#method = method;
  }

  async authenticate(attempt: LoginAttempt): Promise<BackendResult> {
    let backend: AuthBackend;
    try {
      backend = await (this.#backend ??= openBackend(this.#method));
    } catch (error) {
      if (!(error instanceof LoginMethodError)) throw error;
      // The next login finds out whether the file has been mended.
      this.#backend = undefined;
      attempt.log?.('error', error.message);
      return { kind: 'unknown' };
    }
    return backend.authenticate(attempt);
  }
}
