// The processes of a server, by their titles.
import { readFileSync } from 'node:fs';

/** Those that a process has started, with a word in their titles. */
export function processesOf(pid: number, word: string): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return children.filter((child) => titleOf(child).includes(word)).map(Number);
}

/** The only one. @throws where there is none, or several. */
export function onlyProcess(pid: number, word: string): number {
  const [found, ...others] = processesOf(pid, word);
  if (found === undefined || others.length > 0) throw new Error(`${others.length} others, not one: ${word}`);
  return found;
}

function titleOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return ''; // gone
  }
}
