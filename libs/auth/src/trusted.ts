import type { SystemIdentity } from './system-identity.ts';

/**
 * Whether a user is trusted: a member of the group of `-a`, by the primary or a supplementary group. The trusted are not
 * confined but by `/./`, and have no ratio, no quota, and no rules for dot files and kept files [server-behaviour §6.2].
 *
 * @param trustedGid The group; without it nobody is trusted. The C server then trusts members of the group 0
 *   [security-history §12 row 15].
 */
export function isTrusted({ groups }: SystemIdentity, trustedGid: number | undefined): boolean {
  return trustedGid !== undefined && groups.includes(trustedGid);
}
