import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process and all that descend from it. */
export function processTree(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(processTree)];
}

function sumOverTree(pid: number, measure: (id: number) => number): number {
  return processTree(pid)
    .map(measure)
    .reduce((sum, value) => sum + value, 0);
}

/** Resident memory of a process and its descendants, in MiB. */
export function residentMiB(pid: number): number {
  return sumOverTree(pid, (id) => {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'));
    return Number(line?.[1] ?? 0) / 1024;
  });
}

/** What the descriptors of a process are: paths, and names such as `socket:[INODE]`. */
export function descriptorTargets(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return []; // closed between the two looks
    }
  });
}

/** Open descriptors of a process and its descendants. */
export function descriptorCount(pid: number): number {
  return sumOverTree(pid, (id) => descriptorTargets(id).length);
}

/** Sockets on which a process or a descendant listens, of IPv4. */
export function listeningSockets(pid: number): number {
  return sumOverTree(pid, (id) => {
    const rows = readFileSync(`/proc/${id}/net/tcp`, 'utf8').split('\n').slice(1);
    const columns = rows.map((row) => row.trim().split(/\s+/));
    // State 0A is LISTEN; the tenth column is the inode.
    const listening = new Set(columns.flatMap((row) => (row[3] === '0A' ? [`socket:[${row[9]}]`] : [])));
    return descriptorTargets(id).filter((target) => listening.has(target)).length;
  });
}
