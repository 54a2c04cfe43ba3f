// The processes that judge logins for the monitor: PAM, and whoever asks a server of accounts.
import {
  type AuthBackend,
  type BackendServices,
  type LoginMethod,
  type LogLevel,
  PamPool,
  RemoteBackend,
  spawnHelper,
} from '@pure-ftpd/auth';

import type { Log } from '../../log/log.ts';
import { programAgain } from '../program-again.ts';

/** Megabytes of the heap of a helper with a database's client library. */
export const ACCOUNTS_HEAP = 96;

/** Makes helpers as they are needed, and ends them. */
export class LoginHelpers implements Omit<BackendServices, 'extauthMs'> {
  readonly #log: Log;
  readonly #remote: RemoteBackend[] = [];
  #pam: PamPool | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  readonly pamPool = (): PamPool => (this.#pam ??= this.#makePamPool());

  readonly accountServer = (method: LoginMethod, computesHashes: boolean): AuthBackend => {
    const { words, environment } = programAgain('accounts');
    const backend = new RemoteBackend({
      method,
      computesHashes,
      start: () => spawnHelper(words, environment, ACCOUNTS_HEAP),
      log: (level, text) => this.#tell(level, text),
    });
    this.#remote.push(backend);
    return backend;
  };

  /** Ends all of them. */
  async close(): Promise<void> {
    await this.#pam?.close();
    for (const backend of this.#remote) await backend[Symbol.asyncDispose]();
  }

  #makePamPool(): PamPool {
    const { words, environment } = programAgain('pam');
    return new PamPool({
      start: () => spawnHelper(words, environment),
      log: (level, text) => this.#tell(level, text),
    });
  }

  #tell(level: LogLevel, text: string): void {
    this.#log.write(LEVELS[level], text);
  }
}

const LEVELS = { info: 'INFO', warning: 'WARNING', error: 'ERROR' } as const;
