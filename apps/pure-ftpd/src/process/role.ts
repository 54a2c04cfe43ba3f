// How a process that the monitor has started learns what it is. A variable of the environment names the role, and is gone
// before anything else runs; without the two sockets that the monitor hands over, nothing comes of it.
import { fstatSync } from 'node:fs';

/** What a process may be, besides the program that an administrator starts; a client to practise with is a thread of one. */
export const ROLES = [
  'gate',
  'worker',
  'practice',
  'pam',
  'accounts',
  'webhooks',
  'metrics',
  'storage',
  'cluster',
] as const;
export type Role = (typeof ROLES)[number];

/** Names the role in the environment of a process that is started. */
export const ROLE_VARIABLE = 'PURE_FTPD_ROLE';

/** Where a process finds its channel to the monitor; other descriptors follow. */
export const CHILD_DESCRIPTORS = { messages: 3, descriptors: 4 } as const;

/** The role of this process; undefined for the program itself. Asked once. */
export function takeRole(): Role | undefined {
  const name = process.env[ROLE_VARIABLE];
  delete process.env[ROLE_VARIABLE];
  return ROLES.find((role) => role === name && isSocket(CHILD_DESCRIPTORS.messages));
}

function isSocket(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isSocket();
  } catch {
    // Not open: nobody who knows has started this process.
    return false;
  }
}
