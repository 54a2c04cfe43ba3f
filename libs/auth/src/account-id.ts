/** The largest number that a user or a group can have: one more means "none" to the kernel. */
const MAX_ID = 0xffff_fffe;

/** Whether a number can be the user or the group of an account: not root's. */
export function isAccountId(id: number): boolean {
  return Number.isInteger(id) && id >= 1 && id <= MAX_ID;
}
