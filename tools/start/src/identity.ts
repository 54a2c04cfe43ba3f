import { readFileSync } from 'node:fs';

/** The numeric user and group that files of the virtual user belong to. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** What Debian and most others give to `nobody`. */
const NOBODY: Identity = { uid: 65_534, gid: 65_534 };

/** The numbers of `nobody` in the text of /etc/passwd; the usual ones when it is not there. */
export function nobodyIn(passwd: string): Identity {
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(passwd) ?? [];
  return uid === undefined || gid === undefined ? NOBODY : { uid: Number(uid), gid: Number(gid) };
}

/** Who the virtual user is: whoever runs this, or `nobody` for root, so that nothing is served as root. */
export function servedIdentity(): Identity {
  const uid = process.getuid?.() ?? NOBODY.uid;
  if (uid !== 0) return { uid, gid: process.getgid?.() ?? NOBODY.gid };
  try {
    return nobodyIn(readFileSync('/etc/passwd', 'utf8'));
  } catch {
    return NOBODY; // a system without that file has no other name for it either
  }
}
