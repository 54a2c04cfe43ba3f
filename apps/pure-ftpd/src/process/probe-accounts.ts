import { type LoginMethod, LoginMethodError, openBackend, probeRemotely, spawnHelper } from '@pure-ftpd/auth';
import { setNoNewPrivileges } from '@pure-ftpd/posix';

import { isRoot } from './identity.ts';
import { ACCOUNTS_HEAP } from './monitor/login-helpers.ts';
import { programAgain } from './program-again.ts';

/**
 * Asks the server of accounts of a method once, as a server with these rights would: root's from a process without rights.
 * @returns What is wrong, in one line; undefined when nothing is.
 */
export async function probeAccounts(method: LoginMethod): Promise<string | undefined> {
  if (isRoot()) {
    // The helper has to have given up what it could gain again from its first instruction, as the monitor's has.
    setNoNewPrivileges();
    const { words, environment } = programAgain('accounts');
    return probeRemotely(method, () => spawnHelper(words, environment, ACCOUNTS_HEAP));
  }
  try {
    const backend = await openBackend(method);
    return await backend.probe?.();
  } catch (error) {
    if (error instanceof LoginMethodError) return error.message;
    throw error;
  }
}
