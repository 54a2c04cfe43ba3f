import { readFileSync } from 'node:fs';

import { type Check, type Finding, warning, well } from '../finding.ts';

/** Of a session: control and data connection, a file, a folder that is listed. */
const PER_SESSION = 4;
/** Of the server itself. */
const OWN = 64;

/** Whether as many sessions as may come have descriptors. */
export const descriptors: Check = {
  name: 'descriptors',
  find({ configuration }): Finding[] {
    const most = hardLimit();
    if (most === undefined) return [];
    const needed = configuration.maxClients * PER_SESSION + OWN;
    if (most >= needed) return [well(`${most} open files are enough for ${configuration.maxClients} sessions`)];
    const text = `${configuration.maxClients} sessions may need ${needed} open files, and ${most} are allowed`;
    return [warning(text, `LimitNOFILE=${needed} in the unit of systemd, or a smaller MaxClientsNumber`)];
  },
};

function hardLimit(): number | undefined {
  try {
    const [, limit] = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === undefined || limit === 'unlimited' ? undefined : Number(limit);
  } catch {
    // Not Linux: not looked at.
    return undefined;
  }
}
