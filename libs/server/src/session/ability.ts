import type { Capabilities } from '../contract/file-system.ts';
import type { Session } from '../contract/session.ts';

/** Whether the user's file system can do something; whoever has not logged in may yet have one that can. */
export function isAble(session: Session, capability: keyof Capabilities): boolean {
  return !session.authenticated || session.fs.capabilities[capability];
}
