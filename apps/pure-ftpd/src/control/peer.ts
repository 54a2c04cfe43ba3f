// Who is at the other end of the control socket, as the kernel says, and whether that may be.
import { getGroupList, getpwuid, socketStatus } from '@pure-ftpd/posix';
import { descriptorOf, isSystemError } from '@pure-ftpd/server/internal';

/** Who has connected. */
export interface Peer {
  readonly uid: number;
  readonly gid: number;
  readonly pid: number;
}

/** What somebody may do on the socket. */
export type Access = 'owner' | 'group' | 'none';

/** Who a connected socket of this machine is of; undefined where that cannot be known. */
export function peerOf(socket: object): Peer | undefined {
  const descriptor = descriptorOf(socket);
  if (descriptor === undefined) return undefined;
  try {
    const status = socketStatus(descriptor);
    if (status?.kind !== 'unix') return undefined;
    return { uid: status.peerUid, gid: status.peerGid, pid: status.peerPid };
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

/**
 * What a peer may do. The mode of the socket has let it in; that may have been when it was another one.
 * @param group The group that may use the socket besides its owner.
 */
export async function accessOf({ uid, gid }: Peer, group: number | undefined): Promise<Access> {
  if (uid === 0 || uid === process.geteuid?.()) return 'owner';
  if (group === undefined) return 'none';
  if (gid === group) return 'group';
  const account = await getpwuid(uid);
  if (account === undefined) return 'none';
  return (await getGroupList(account.name, account.gid)).includes(group) ? 'group' : 'none';
}

/** Somebody, for the log. */
export function peerText({ uid, pid }: Peer): string {
  return uid === 0 ? `root (process ${pid})` : `uid ${uid} (process ${pid})`;
}
