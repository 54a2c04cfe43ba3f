import { dummyVerify, verifyPassword, type VerifyLimits } from '@pure-ftpd/passwords';
import { getpwnam, loginShells, type PasswdEntry, shadowEntry, type ShadowEntry } from '@pure-ftpd/posix';
import { messageOf, printableName } from '@pure-ftpd/protocol';

import { NO_LIMITS, parseHome } from './account.ts';
import type { AuthBackend, BackendResult, LoginAttempt } from './backend.ts';
import { sourceOf } from './source-of.ts';
import { expiry, hasLoginShell, isShadowed, storedHash } from './unix-rules.ts';

const DAY_MS = 86_400_000;

/**
 * The accounts of the system: passwd and shadow by the name service, shells by /etc/shells [server-behaviour §4.1]. Needs
 * to read shadow(5), which root may.
 *
 * The password is looked at first, so that a refusal for another reason takes no other time.
 */
export class UnixBackend implements AuthBackend {
  readonly method = 'unix';

  async authenticate(attempt: LoginAttempt): Promise<BackendResult> {
    const { login, log } = attempt;
    let account: PasswdEntry | undefined;
    let shadow: ShadowEntry | undefined;
    let shells: ReadonlySet<string>;
    try {
      account = await getpwnam(login);
      if (account === undefined) return { kind: 'unknown' };
      shadow = await shadowEntry(login);
      shells = loginShells();
    } catch (error) {
      log?.('error', `unix: ${messageOf(error)}`);
      return { kind: 'unknown' };
    }
    if (isShadowed(account) && shadow === undefined)
      log?.('warning', `unix: no shadow password of ${printableName(login)} can be read`);
    if (!(await verify(attempt, storedHash(account, shadow)))) return { kind: 'refused', reason: 'wrong password' };
    const reason = refusal(account, shadow, shells);
    if (reason !== undefined) return { kind: 'refused', reason };
    return {
      kind: 'accepted',
      account: {
        login,
        method: this.method,
        uid: account.uid,
        gid: account.gid,
        home: parseHome(account.home),
        limits: NO_LIMITS,
        resolvesNames: true,
      },
    };
  }
}

async function verify(attempt: LoginAttempt, stored: string | undefined): Promise<boolean> {
  const { login, password, signal, clientAddress, log } = attempt;
  const limits: VerifyLimits = {
    ...(signal === undefined ? {} : { signal }),
    source: sourceOf(clientAddress),
    onUnusable: (error) => {
      // Locked accounts are usual, and nothing to tell about.
      if (error.code !== 'NOT_A_HASH') log?.('warning', `unix: ${printableName(login)}: ${error.message}`);
    },
  };
  return stored === undefined ? dummyVerify(password, limits) : verifyPassword(password, stored, limits);
}

/** Why an account that gave the right password must not log in. */
function refusal(
  account: PasswdEntry,
  shadow: ShadowEntry | undefined,
  shells: ReadonlySet<string>,
): string | undefined {
  if (!hasLoginShell(account, shells)) return `the shell ${printableName(account.shell)} is not in /etc/shells`;
  if (!account.home.startsWith('/')) return 'the home directory is not an absolute path';
  // What stands in passwd(5) itself does not expire.
  if (!isShadowed(account) || shadow === undefined) return undefined;
  return expiry(shadow, Math.floor(Date.now() / DAY_MS));
}
