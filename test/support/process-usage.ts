import { readFileSync } from 'node:fs';

import { openDescriptors } from '@pure-ftpd/testing';

/** A process and all that descend from it. */
export function processTree(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(processTree)];
}

/** Resident memory of a process and its descendants, in MiB. */
export function residentMiB(pid: number): number {
  const kib = processTree(pid).map((id) => {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'));
    return Number(line?.[1] ?? 0);
  });
  return kib.reduce((sum, value) => sum + value, 0) / 1024;
}

/** Open descriptors of a process and its descendants. */
export function descriptorsOf(pid: number): number {
  return processTree(pid).reduce((sum, id) => sum + openDescriptors(id), 0);
}

/** TCP ports of IPv4 on which a process or a descendant listens. */
export function listeningPorts(pid: number): number {
  const inodes = new Set(
    processTree(pid).flatMap((id) => {
      const table = readFileSync(`/proc/${id}/net/tcp`, 'utf8').split('\n').slice(1);
      // 0A is LISTEN; the tenth column is the inode, which the descriptors of the process name.
      return table.map((row) => row.trim().split(/\s+/)).flatMap((row) => (row[3] === '0A' ? [row[9] ?? ''] : []));
    }),
  );
  return processTree(pid).reduce((sum, id) => sum + socketsOf(id).filter((inode) => inodes.has(inode)).length, 0);
}
