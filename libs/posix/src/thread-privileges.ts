import { readdirSync, readFileSync } from 'node:fs';

import { isSystemCode } from './system-error.ts';

/** What proc_pid_status(5) says of one thread. */
export interface ThreadPrivileges {
  /** Thread id; that of the main thread is the process id. */
  readonly thread: number;
  /** Real, effective, saved and file system ids. */
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  /** Supplementary groups. */
  readonly groups: readonly number[];
  /** A bit for each capability. */
  readonly inheritable: bigint;
  readonly permitted: bigint;
  readonly effective: bigint;
  readonly bounding: bigint;
  readonly ambient: bigint;
  readonly noNewPrivileges: boolean;
}

function parseStatus(thread: number, text: string): ThreadPrivileges {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon !== -1) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const field = (name: string): string => {
    const value = fields.get(name);
    // What cannot be told must not look as if it were harmless.
    if (value === undefined) throw new Error(`the kernel does not tell ${name} of a thread`);
    return value;
  };
  const numbers = (name: string): number[] =>
    field(name)
      .split(/\s+/)
      .filter((word) => word !== '')
      .map(Number);
  const mask = (name: string): bigint => BigInt(`0x${field(name)}`);
  return {
    thread,
    uids: numbers('Uid'),
    gids: numbers('Gid'),
    groups: numbers('Groups'),
    inheritable: mask('CapInh'),
    permitted: mask('CapPrm'),
    effective: mask('CapEff'),
    bounding: mask('CapBnd'),
    ambient: mask('CapAmb'),
    noNewPrivileges: field('NoNewPrivs') === '1',
  };
}

/**
 * The rights of each thread of a process, as the kernel has them: what is left after giving them up is looked up, not
 * believed.
 *
 * @param pid This process unless told.
 * @throws NodeJS.ErrnoException when there is no such process, or no /proc.
 */
export function threadPrivileges(pid: number | 'self' = 'self'): ThreadPrivileges[] {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return [parseStatus(Number(name), readFileSync(`${folder}/${name}/status`, 'latin1'))];
    } catch (error) {
      // A thread that has ended meanwhile has no rights.
      if (isSystemCode(error, 'ENOENT') || isSystemCode(error, 'ESRCH')) return [];
      throw error;
    }
  });
}

/**
 * Whether no thread of this process has a capability it could use, now or later: none permitted, none inheritable, none
 * ambient. The bounding set gives none by itself; without new privileges it gives none at all.
 */
export function holdsNoCapabilities(threads: readonly ThreadPrivileges[] = threadPrivileges()): boolean {
  return threads.every(
    ({ permitted, effective, inheritable, ambient }) => (permitted | effective | inheritable | ambient) === 0n,
  );
}
