// What the tables of the programs tell: the pages of the manual and the completions are made of it.
import type { OptionSpec } from '@pure-ftpd/cli';

/** A key of the configuration file. */
interface DocumentedKey {
  readonly name: string;
  readonly form: { readonly expected: string };
}

/** An option of a program. */
export interface Documented extends OptionSpec {
  /** Sentences, with Markdown for code and links. */
  readonly notes?: string;
  readonly keys?: readonly DocumentedKey[];
  /** Debian's wrapper has no file for its keys. */
  readonly notInDebian?: true;
  /** Of the C server, and refused. */
  readonly unsupported?: true;
}

/** A word, or two, that say what a program is to do. */
export interface Subcommand {
  readonly name: string;
  /** Names of words that follow: `<login>`, `[file]`. */
  readonly operands: readonly string[];
  readonly description: string;
  readonly options: readonly Documented[];
}

/** What a program says of itself in its help. */
export interface Program {
  readonly program: string;
  readonly version: string;
  readonly usage: readonly string[];
  readonly purpose: string;
  readonly options: readonly Documented[];
  readonly epilogue?: readonly string[];
  readonly subcommands?: readonly Subcommand[];
  /** From its package.json: a line, which begins with a capital letter. */
  readonly summary: string;
}

/** A key as people write it: those of ours have a capital letter for each word of the name. */
export function keyName({ short, long = '' }: Documented, { name }: DocumentedKey): string {
  if (short !== undefined) return name;
  return long.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** What a key wants, as a noun: `a number is` becomes `a number`. */
export function keyForm({ form }: DocumentedKey): string {
  return form.expected.replace(/,? (?:is|are)$/, '');
}
