import { readFileSync } from 'node:fs';

/** More processes than modules start for one login. */
const MAX_PROCESSES = 1000;

/** A process and all that it has started, by their parents. */
function treeOf(pid: number): number[] {
  const found = [pid];
  for (const parent of found) {
    if (found.length > MAX_PROCESSES) break;
    found.push(...childrenOf(parent));
  }
  return found;
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
    return text
      .split(' ')
      .filter((word) => word !== '')
      .map(Number);
  } catch {
    // It is gone, or this kernel does not tell: there is nobody to be found.
    return [];
  }
}

/**
 * Kills a process (SIGKILL), and what it has started: modules run programs in sessions of their own, which would stay.
 * @param pid A child of this process that has not been waited for, so that the number is still its own.
 */
export function killTree(pid: number): void {
  for (const each of treeOf(pid)) {
    try {
      process.kill(each, 'SIGKILL');
    } catch (error) {
      // Ended by itself meanwhile.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}
