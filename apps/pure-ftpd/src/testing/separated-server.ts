// A server that is started as root, with users of several identities.
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { buildDatabase } from '@pure-ftpd/puredb';
import { untilTrue } from '@pure-ftpd/testing';

import { HASH, Place, type RunningDaemon } from './running-daemon.ts';

/** Users by name, and their ids. */
export const USERS = { alice: 3001, bob: 3001, carol: 3002 };

/** What the kernel says of a process. */
export interface ProcessStatus {
  readonly pid: number;
  readonly name: string;
  readonly uids: readonly number[];
  readonly fields: ReadonlyMap<string, string>;
}

/** A place with a home for each of the users, which only its owner may enter. */
export class SeparatedPlace extends Place {
  async separateUsers(rest: (user: string) => string = () => ''): Promise<void> {
    const lines = Object.entries(USERS).map(([user, uid]) => {
      const home = this.homeOf(user);
      mkdirSync(home);
      chownSync(home, uid, uid);
      chmodSync(home, 0o700);
      return `${user}:${HASH}:${uid}:${uid}::${home}/./${rest(user)}\n`;
    });
    const text = path.join(this.folder, 'users.passwd');
    writeFileSync(text, lines.join(''));
    await buildDatabase(text, this.database);
    chmodSync(this.folder, 0o755);
  }

  homeOf(user: string): string {
    return path.join(this.folder, user);
  }
}

/** Processes that a process has started and that are not zombies. */
export function childrenOf(pid: number): ProcessStatus[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => {
    const status = statusOf(child);
    return status === undefined || status.fields.get('State')?.startsWith('Z') === true ? [] : [status];
  });
}

/** Of a process, or of one of its threads. */
export function statusOf(pid: number, thread: string = String(pid)): ProcessStatus | undefined {
  try {
    const lines = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8').split('\n');
    const fields = new Map(
      lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
    );
    const title = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
    return { pid, name: title, uids: (fields.get('Uid') ?? '').split(/\s+/).map(Number), fields };
  } catch {
    return undefined; // gone
  }
}

export function workersOf(server: RunningDaemon): ProcessStatus[] {
  return childrenOf(server.serverPid).filter(({ name }) => name.includes('WORKER'));
}

export function gateOf(server: RunningDaemon): ProcessStatus {
  const gate = childrenOf(server.serverPid).find(({ name }) => name.includes('GATE'));
  if (gate === undefined) throw new Error('there is no gate');
  return gate;
}

/** Waits until a process is gone. */
export function untilGone(pid: number): Promise<void> {
  return untilTrue(`process ${pid} is gone`, () => statusOf(pid)?.fields.get('State')?.startsWith('Z') ?? true);
}

/** Sockets that listen over IPv4: the port of each, and its inode. */
function listening(): { readonly port: number; readonly inode: string }[] {
  return readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === '0A')
    .map(([, local = '', , , , , , , , inode = '']) => ({
      port: Number.parseInt(local.slice(local.indexOf(':') + 1), 16),
      inode,
    }));
}

/** How many ports of a range somebody listens on, over IPv4. */
export function listeningIn([first, last]: readonly [first: number, last: number]): number {
  return listening().filter(({ port }) => port >= first && port <= last).length;
}

/** How many descriptors of a process are sockets that listen over IPv4. */
export function listenersOf(pid: number): number {
  const names = new Set(listening().map(({ inode }) => `socket:[${inode}]`));
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((descriptor) => names.has(linkOf(path.join(folder, descriptor)))).length;
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return ''; // closed since
  }
}
