import { linesOf } from './lines.ts';

/** Shells that the system takes for those of people, from `/etc/shells`; those that every system has where there is no such file. */
export function validShells(path = '/etc/shells'): Set<string> {
  try {
    return new Set(linesOf(path).map(({ text }) => text.trim()));
  } catch {
    return new Set(['/bin/sh', '/bin/csh']);
  }
}
