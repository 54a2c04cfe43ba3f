import { dieWithParent, setDumpable } from '@pure-ftpd/posix';

import { becomeForGood, verifyRights } from './become.ts';
import { gateIdentity } from './monitor/gate-identity.ts';

/** A helper that was started by root becomes nobody; else it is who the server is, and stays that. It ends with its parent. */
export function giveUpRights(parent: number): void {
  setDumpable(false);
  if (process.geteuid?.() === 0) {
    const identity = gateIdentity();
    becomeForGood(identity, parent);
    verifyRights('self', identity);
  } else if (!dieWithParent(parent)) process.exit(0);
}
