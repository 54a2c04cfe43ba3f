import type { Account } from './account.ts';
import type { SystemIdentity } from './system-identity.ts';

/** Whom the server confines: nobody of its own accord, everybody (`-A`), or all but members of a group (`-a GID`). */
export type ConfinementRule =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'everybody' }
  | { readonly kind: 'untrusted'; readonly trustedGid: number };

/**
 * Whether a user is trusted: a member of the group of `-a`, by the primary or a supplementary group. The trusted are not
 * confined but by `/./`, and have no ratio, no quota, and no rules for dot files and kept files [server-behaviour §6.2].
 *
 * Without `-a` nobody is: the C server then trusts members of the group 0 [security-history §12 row 15].
 */
export function isTrusted({ groups }: SystemIdentity, rule: ConfinementRule): boolean {
  return rule.kind === 'untrusted' && groups.includes(rule.trustedGid);
}

/** Where a user is confined [server-behaviour §6.1]. */
export interface Confinement {
  /** Root of what the user sees: a directory of the server, `/` for everything. */
  readonly root: string;
  /** First current directory, inside the root. */
  readonly directory: string;
  /** The server confines the user; nothing in the account asks for it. */
  readonly restricted: boolean;
}

/**
 * Where an account is confined: by the `/./` of its home in any case; by the server when the rule says so, or when a quota
 * is in force, which only counts inside a jail.
 * @param hasQuota Whether a quota of the account or of the server (`-n`) is in force for it.
 */
export function confinementOf(
  { home }: Account,
  identity: SystemIdentity,
  rule: ConfinementRule,
  hasQuota: boolean,
): Confinement {
  if (home.chroot !== undefined) return { root: home.chroot, directory: home.directory, restricted: false };
  const trusted = isTrusted(identity, rule);
  const restricted = (rule.kind !== 'nobody' && !trusted) || (hasQuota && !trusted);
  return restricted
    ? { root: home.field, directory: '/', restricted }
    : { root: '/', directory: home.directory, restricted };
}
