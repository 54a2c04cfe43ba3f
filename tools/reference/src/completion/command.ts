// What a shell completes of the command line of a program.
import type { OptionValues } from '@pure-ftpd/cli';

import type { Documented, Subcommand } from '../documented.ts';

export interface Command {
  readonly program: string;
  readonly options: readonly Documented[];
  /** The word that says what to do, and whether the name of a user follows. */
  readonly actions?: readonly Action[];
  /** For a program whose words go on with others; then these are all there are. */
  readonly subcommands?: readonly Subcommand[];
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

/** A word of a command line, and what it is for. */
export interface Word {
  readonly name: string;
  readonly description: string;
}

/** The first words of subcommands; a group is described by what is in it. */
export function firstWords(subcommands: readonly Subcommand[]): Word[] {
  const groups = Map.groupBy(subcommands, ({ name }) => name.split(' ')[0] ?? '');
  return [...groups].map(([name, members]) => {
    const [only] = members;
    const isGroup = only?.name !== name;
    return {
      name,
      description: isGroup
        ? secondWords(members, name)
            .map((word) => word.name)
            .join(', ')
        : only.description,
    };
  });
}

/** What follows the first word of a group. */
export function secondWords(subcommands: readonly Subcommand[], group: string): Word[] {
  return subcommands
    .filter(({ name }) => name.startsWith(`${group} `))
    .map(({ name, description }) => ({ name: name.slice(group.length + 1), description }));
}

/** First words that others follow. */
export function groupsOf(subcommands: readonly Subcommand[]): string[] {
  return [
    ...new Set(subcommands.flatMap(({ name }) => (name.includes(' ') ? [name.slice(0, name.indexOf(' '))] : []))),
  ];
}

/** Subcommands of which a user's login follows. */
export function withLogin(subcommands: readonly Subcommand[]): Subcommand[] {
  return subcommands.filter(({ operands }) => operands.includes('<login>'));
}
