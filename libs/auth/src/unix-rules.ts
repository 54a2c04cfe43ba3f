// What an account of the system says about logins [server-behaviour §4.1].
import type { PasswdEntry, ShadowEntry } from '@pure-ftpd/posix';

/** A shell that stands for nothing but this: whoever has it may log in, though it is no shell. */
const FTP_SHELL = 'ftp';

/** Whether the password of an account is in shadow(5): `x`, or the form of old systems. */
export function isShadowed({ name, password }: PasswdEntry): boolean {
  return password === 'x' || password === `##${name}`;
}

/**
 * The stored hash of an account; undefined when it has none that can be used. A locked one (`!…`, `*`) is returned as it
 * is: no password matches it.
 */
export function storedHash(account: PasswdEntry, shadow: ShadowEntry | undefined): string | undefined {
  const hash = isShadowed(account) ? shadow?.hash : account.password;
  return hash === undefined || hash.startsWith('@') ? undefined : hash;
}

/** Whether the shell is one of people, or the word for accounts of FTP. */
export function hasLoginShell({ shell }: PasswdEntry, shells: ReadonlySet<string>): boolean {
  return shell.toLowerCase() === FTP_SHELL || shells.has(shell);
}

/**
 * Why an account must not log in on a day; undefined when it may. Zeros and empty fields set no limit, and neither a change
 * of password that is asked for nor the days of grace count, as in C.
 * @param today Days since 1970-01-01.
 */
export function expiry({ lastChange = 0, maxAge = 0, expires = 0 }: ShadowEntry, today: number): string | undefined {
  if (expires > 0 && expires < today) return 'the account has expired';
  if (lastChange > 0 && maxAge > 0 && lastChange + maxAge < today) return 'the password has expired';
  return undefined;
}
