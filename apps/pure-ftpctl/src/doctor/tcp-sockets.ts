// Who listens on this machine, from /proc.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A socket that listens. */
export interface Listener {
  readonly port: number;
  readonly inode: string;
}

/** A process, by number and name. */
export interface Owner {
  readonly pid: number;
  readonly name: string;
}

const LISTENS = '0A';

/** Every socket of TCP that listens; none where the system does not tell. */
export function listeners(): Listener[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => {
    const rows = (textOf(table) ?? '').trimEnd().split('\n').slice(1);
    return rows.flatMap((row) => {
      const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/);
      return state === LISTENS ? [{ port: Number.parseInt(local.split(':')[1] ?? '', 16), inode }] : [];
    });
  });
}

/** The process that has a socket; undefined where only its owner may look. */
export function ownerOf({ inode }: Listener): Owner | undefined {
  const pid = processes().find((each) => hasSocket(each, inode));
  return pid === undefined ? undefined : { pid, name: nameOf(pid) };
}

/** All processes that can be seen. */
export function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** What a process calls itself; empty when it has gone. */
export function nameOf(pid: number): string {
  return textOf(`/proc/${pid}/comm`)?.trimEnd() ?? '';
}

function hasSocket(pid: number, inode: string): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some((fd) => readlinkSync(`${folder}/${fd}`) === `socket:[${inode}]`);
  } catch {
    // It is somebody else's, or has gone.
    return false;
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not there: not Linux, or the process has gone.
    return undefined;
  }
}
