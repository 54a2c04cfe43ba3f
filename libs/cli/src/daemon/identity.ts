// Giving up root: once, for good.

/** A user and a group, by number. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** Largest id; one more means "none" to the kernel. */
export const MAX_ID = 4_294_967_294;

/** Root could not be given up, or could be had back: the process must end. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
  readonly code = 'IDENTITY';
}

/**
 * Becomes somebody else, and makes sure that there is no way back.
 * @param groups Supplementary groups; none unless told.
 * @throws IdentityError when any of it fails: the process must end then.
 */
export function becomeIdentity({ uid, gid }: Identity, groups: readonly number[] = []): void {
  try {
    process.setgroups?.([...groups]);
    process.setgid?.(gid);
    process.setuid?.(uid);
  } catch (error) {
    throw new IdentityError(`cannot become ${uid}:${gid}`, { cause: error });
  }
  const allowed = new Set([gid, ...groups]);
  const isOther =
    process.getuid?.() === uid &&
    process.geteuid?.() === uid &&
    process.getgid?.() === gid &&
    process.getegid?.() === gid &&
    (process.getgroups?.() ?? []).every((group) => allowed.has(group));
  if (!isOther || (uid !== 0 && canBecomeRoot())) throw new IdentityError(`could not give up root for ${uid}:${gid}`);
}

function canBecomeRoot(): boolean {
  try {
    process.setuid?.(0);
    return true;
  } catch {
    // What is hoped for: the kernel refuses.
    return false;
  }
}
