// Names of entries. C names the file by the process: `client-00001287`, one session for each process. Ours adds when the process
// began and the number of the session in it: `client-00001287.2q4k1.57`. Why the C programs read that: README.md.

import { type Processes, processStart } from './processes.ts';

/** Every entry's name begins with it. */
export const PREFIX = 'client-';

/** C's server reads the process id from a name after this many characters: it leaves out the first digit. */
const C_NUMBER_AT = PREFIX.length + 1;

const OURS = /^client-(\d{8,10})\.([0-9a-z]{1,11})\.\d{1,16}$/;

/** Where the start of a process is not known. */
const UNKNOWN_START = 0;

/** What the names of this process's entries begin with. */
export function ownPrefix(pid: number): string {
  return `${PREFIX}${String(pid).padStart(8, '0')}.${(processStart(pid) ?? UNKNOWN_START).toString(36)}.`;
}

/** Whether it is a name of ours, and its process is gone, or another one has its id by now. False for all other names. */
export function isOwnNameStale(name: string, processes: Processes): boolean {
  const [, digits = '', start = ''] = OURS.exec(name) ?? [];
  if (digits === '') return false;
  const pid = Number(digits);
  if (!processes.isAlive(pid)) return true;
  const since = processes.start(pid);
  return since !== undefined && start !== UNKNOWN_START.toString(36) && since.toString(36) !== start;
}

/** Whether the process in a name is gone, as C's server finds it there. Names that are too short for it stay. */
export function isNamedProcessGone(name: string, processes: Processes): boolean {
  if (name.length < C_NUMBER_AT) return false;
  const digits = /^\d+/.exec(name.slice(C_NUMBER_AT))?.[0] ?? '0';
  return !processes.isAlive(Number.parseInt(digits.slice(0, 10), 10)) || isOwnNameStale(name, processes);
}
