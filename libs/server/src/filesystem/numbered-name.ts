import type { Jail } from '@pure-ftpd/jail';

import { isSystemError } from '../errors.ts';

/** Numbers that are tried one after the other. */
const ONE_BY_ONE = 64;

/**
 * A number that is free: the first from 1 on, as long as that is a small one. Who has taken thousands does not make everybody
 * wait while they are counted: then it is one behind a number that is taken.
 */
export function freeNumber(isTaken: (number: number) => boolean): number {
  for (let number = 1; number <= ONE_BY_ONE; number += 1) if (!isTaken(number)) return number;
  let taken = ONE_BY_ONE;
  let free = taken * 2;
  while (isTaken(free)) {
    taken = free;
    free *= 2;
  }
  while (free - taken > 1) {
    const middle = taken + Math.floor((free - taken) / 2);
    if (isTaken(middle)) taken = middle;
    else free = middle;
  }
  return free;
}

/**
 * Renames, and replaces nothing: where the name is taken it gets a number.
 * @returns The path it has got.
 * @throws {SystemError} when it cannot be renamed.
 */
export function renameToFreeName(jail: Jail, from: string, to: string): string {
  for (
    let path = to;
    ;
    path = `${to}.${freeNumber((number) => jail.lstatIfPresent(`${to}.${number}`) !== undefined)}`
  ) {
    try {
      jail.renameNoReplace(from, path);
      return path;
    } catch (error) {
      // Taken, maybe by somebody who was quicker.
      if (!isSystemError(error) || error.code !== 'EEXIST') throw error;
    }
  }
}
