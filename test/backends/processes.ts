// The processes of a server, as the kernel has them.
import { readFileSync } from 'node:fs';

import type { RunningServer } from '@pure-ftpd/peers';

/** All processes of a server, by their numbers. */
export function processesOf(server: RunningServer): number[] {
  const found = [server.process.pid ?? 0].filter((pid) => pid > 0);
  for (const parent of found) found.push(...childrenOf(parent));
  return found;
}

/** The process of a server whose title begins so; undefined where there is none. */
export function processTitled(server: RunningServer, title: string): number | undefined {
  return processesOf(server).find((pid) => ofProcess(pid, 'cmdline').startsWith(title));
}

/** What `/proc` has of a process, by the name of the file; empty when it is gone. */
export function ofProcess(pid: number, name: 'cmdline' | 'environ' | 'status' | 'comm'): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return ''; // gone
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
  } catch {
    return []; // gone
  }
}
