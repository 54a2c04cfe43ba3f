import { dummyVerify } from '@pure-ftpd/passwords';

import type { AuthBackend, BackendResult, LoginAttempt } from './backend.ts';
import { sourceOf } from './source-of.ts';

/** What the chain says: nobody knew the login, or the answer of the one backend that did. */
export type AuthResult = BackendResult;

/**
 * The backends of a server, asked in order until one knows the account [server-behaviour §3].
 *
 * A login that nobody knows costs what a wrong password costs: where backends compute password hashes here, one is computed
 * for it, so that names of accounts cannot be found out by the time of the answer. Whatever a backend says, nobody becomes root.
 */
export class AuthChain {
  readonly backends: readonly AuthBackend[];

  constructor(backends: readonly AuthBackend[]) {
    this.backends = backends;
  }

  /** Asks who this is. Never rejects for what the client sent. */
  async authenticate(attempt: LoginAttempt): Promise<AuthResult> {
    for (const backend of this.backends) {
      const begun = performance.now();
      const result = await backend.authenticate(attempt);
      if (result.kind !== 'unknown') attempt.answered?.(backend.method, performance.now() - begun);
      if (result.kind === 'accepted' && result.account.uid === 0) {
        await result.session?.close();
        return { kind: 'refused', reason: 'root does not log in' };
      }
      if (result.kind !== 'unknown') return result;
    }
    if (this.backends.every(({ computesHashes }) => computesHashes === false)) return { kind: 'unknown' };
    const { password, signal, clientAddress } = attempt;
    await dummyVerify(password, { source: sourceOf(clientAddress), ...(signal === undefined ? {} : { signal }) });
    return { kind: 'unknown' };
  }
}
