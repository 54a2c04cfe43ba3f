import { printableName } from '@pure-ftpd/protocol';

import { NO_LIMITS, parseHome } from '../account.ts';
import type { AuthBackend, BackendResult, LoginAttempt } from '../backend.ts';
import { sourceOf } from '../source-of.ts';
import type { PamPool } from './pool.ts';

/** Which of PAM's services judges the logins. */
export interface PamBackendOptions {
  /** Name of its file; `pure-ftpd` unless told. */
  readonly service?: string;
  /** Where that is instead of /etc/pam.d. */
  readonly folder?: string;
}

/**
 * The accounts that PAM lets in, with the ids and the home that the system has for them [server-behaviour §4.2].
 *
 * As in C, what PAM does not let in is unknown, and the next method is asked. Other than in C, PAM_RHOST is the client's
 * address, the session is open as long as the FTP session, and an account without a password is refused.
 */
export class PamBackend implements AuthBackend {
  readonly method = 'pam';
  readonly computesHashes = false;
  readonly #pool: PamPool;
  readonly #service: string;
  readonly #folder: string;

  constructor(pool: PamPool, { service = 'pure-ftpd', folder = '' }: PamBackendOptions = {}) {
    this.#pool = pool;
    this.#service = service;
    this.#folder = folder;
  }

  async authenticate(attempt: LoginAttempt): Promise<BackendResult> {
    const { login, password, clientAddress, signal, log } = attempt;
    const answer = await this.#pool.login(
      { service: this.#service, folder: this.#folder, login, remoteHost: clientAddress, password },
      sourceOf(clientAddress),
      signal,
    );
    if (answer.kind !== 'accepted') {
      if (answer.kind === 'refused') return { kind: 'refused', reason: answer.reason };
      log?.('warning', `pam: ${printableName(login)}: ${answer.reason}`);
      return { kind: 'unknown' };
    }
    const { uid, gid, home, notes, close } = answer;
    if (notes !== '') log?.('warning', `pam: ${printableName(login)}: ${notes}`);
    return {
      kind: 'accepted',
      account: { login, method: this.method, uid, gid, home: parseHome(home), limits: NO_LIMITS, resolvesNames: true },
      session: { close },
    };
  }
}
