// What a shell completes of the command line of a program.
import type { OptionValues } from '@pure-ftpd/cli';

import type { Documented } from '../documented.ts';

export interface Command {
  readonly program: string;
  readonly options: readonly Documented[];
  /** The word that says what to do, and whether the name of a user follows. */
  readonly actions?: readonly Action[];
  /** Words that are no options are files. */
  readonly takesFile: boolean;
}

export interface Action {
  readonly name: string;
  readonly description: string;
  readonly takesLogin: boolean;
}

/** Prints the logins of the text file of a PureDB, for any of the shells. */
export const LOGINS = 'cut -d: -f1 "${PURE_PASSWDFILE:-/etc/pure-ftpd/pureftpd.passwd}" 2>/dev/null | grep -v "^#"';

/** Words of which some go on behind a colon, with a file. */
export function goesOn(values: OptionValues | undefined): boolean {
  return typeof values === 'object' && values.some((word) => word.endsWith(':'));
}

/** `-f`, `--file`. */
export function namesOf({ short, long }: Documented): string[] {
  return [...(short === undefined ? [] : [`-${short}`]), ...(long === undefined ? [] : [`--${long}`])];
}

/** The name of a shell function for a program. */
export function functionName(program: string): string {
  return `_${program.replaceAll('-', '_')}`;
}

/** In single quotes, for a shell of the family of sh. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
