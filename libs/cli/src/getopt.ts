/**
 * The command line grammar of GNU getopt and getopt_long, which scripts written for the C programs rely on.
 *
 * yargs cannot express it: its parser splits `-fFILE` into five flags, knows no unique prefixes of long names, loses the
 * order of different options (the C programs act in that order) and strips quotes that are part of a value; on its help
 * pages `-2, --certfile` becomes `--certfile, --2`. It also takes 40 to 70 ms to load, which is more than the start of a
 * program that runs from cron or a CGI page.
 */

/** What a value may be, where that can be listed: words, or the names of something that is there. A word that ends in a colon goes on. */
export type OptionValues = readonly string[] | 'file' | 'folder' | 'socket' | 'user' | 'group';

/** One row of a program's option table. */
export interface OptionSpec {
  /** One ASCII letter or digit. */
  readonly short?: string;
  /** Without the dashes. */
  readonly long?: string;
  /** What to call the argument in help; an option without it takes none. */
  readonly argument?: string;
  readonly values?: OptionValues;
  readonly description: string;
}

/** An option as met on the command line, or a word that is none. */
export type Token<Spec extends OptionSpec = OptionSpec> =
  | { readonly kind: 'option'; readonly spec: Spec; readonly value: string }
  | { readonly kind: 'operand'; readonly value: string };

export type OptionErrorCode = 'UNKNOWN_OPTION' | 'AMBIGUOUS_OPTION' | 'MISSING_ARGUMENT' | 'UNEXPECTED_ARGUMENT';

/** A command line that the table does not allow. The message is getopt's own, without the program's name. */
export class OptionError extends Error {
  readonly code: OptionErrorCode;

  constructor(code: OptionErrorCode, message: string) {
    super(message);
    this.name = 'OptionError';
    this.code = code;
  }
}

/** Details of the grammar. */
export interface GetoptSettings {
  /** Stop at the first operand, as with POSIXLY_CORRECT; the default is to take options wherever they stand. */
  readonly posix?: boolean;
}

/**
 * Reads a command line word by word, in the order given: bundled (`-HBA`) and glued (`-a42`) short options, `--name`,
 * `--name=value`, `--name value`, unique prefixes of long names, `--` as the end of options. A table without long
 * names is read as getopt() does, which knows no `--name` at all.
 *
 * @param argv the words after the program's name.
 * @throws OptionError from the iterator, at the word that is wrong: what stands before it has been yielded.
 */
export function* getopt<Spec extends OptionSpec>(
  table: readonly Spec[],
  argv: readonly string[],
  settings: GetoptSettings = {},
): Generator<Token<Spec>, void, void> {
  const hasLongNames = table.some((spec) => spec.long !== undefined);
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') {
      yield* operands(argv.slice(index + 1));
      return;
    }
    if (!word.startsWith('-') || word === '-') {
      if (settings.posix === true) {
        yield* operands(argv.slice(index));
        return;
      }
      yield { kind: 'operand', value: word };
      continue;
    }
    // The value of an option may be the next word, whatever that looks like.
    const next = argv[index + 1];
    const taken =
      hasLongNames && word.startsWith('--') ? longOption(table, word, next) : shortOptions(table, word, next);
    let usedNext = false;
    for (const { spec, value, fromNext } of taken) {
      yield { kind: 'option', spec, value };
      usedNext ||= fromNext;
    }
    index += usedNext ? 1 : 0;
  }
}

interface Taken<Spec> {
  readonly spec: Spec;
  readonly value: string;
  readonly fromNext: boolean;
}

function* operands(words: readonly string[]): Generator<{ kind: 'operand'; value: string }, void, void> {
  for (const value of words) {
    yield { kind: 'operand', value };
  }
}

function* shortOptions<Spec extends OptionSpec>(
  table: readonly Spec[],
  word: string,
  next: string | undefined,
): Generator<Taken<Spec>, void, void> {
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    const spec = table.find((row) => row.short === letter);
    if (spec === undefined) {
      throw new OptionError('UNKNOWN_OPTION', `invalid option -- '${letter}'`);
    }
    if (spec.argument === undefined) {
      yield { spec, value: '', fromNext: false };
      continue;
    }
    const glued = word.slice(at + 1);
    if (glued !== '') {
      yield { spec, value: glued, fromNext: false };
    } else if (next !== undefined) {
      yield { spec, value: next, fromNext: true };
    } else {
      throw new OptionError('MISSING_ARGUMENT', `option requires an argument -- '${letter}'`);
    }
    return;
  }
}

function* longOption<Spec extends OptionSpec>(
  table: readonly Spec[],
  word: string,
  next: string | undefined,
): Generator<Taken<Spec>, void, void> {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals === -1 ? undefined : equals);
  const spec = findLong(table, name, word);
  if (equals !== -1) {
    if (spec.argument === undefined) {
      throw new OptionError('UNEXPECTED_ARGUMENT', `option '--${spec.long}' doesn't allow an argument`);
    }
    yield { spec, value: word.slice(equals + 1), fromNext: false };
  } else if (spec.argument === undefined) {
    yield { spec, value: '', fromNext: false };
  } else if (next !== undefined) {
    yield { spec, value: next, fromNext: true };
  } else {
    throw new OptionError('MISSING_ARGUMENT', `option '--${spec.long}' requires an argument`);
  }
}

function findLong<Spec extends OptionSpec>(table: readonly Spec[], name: string, word: string): Spec {
  const exact = table.find((row) => row.long === name);
  if (exact !== undefined) {
    return exact;
  }
  const matches = table.filter((row) => row.long?.startsWith(name));
  const [only] = matches;
  if (only === undefined) {
    throw new OptionError('UNKNOWN_OPTION', `unrecognized option '${word}'`);
  }
  if (matches.length > 1) {
    const names = matches.map((row) => `'--${row.long}'`).join(' ');
    throw new OptionError('AMBIGUOUS_OPTION', `option '${word}' is ambiguous; possibilities: ${names}`);
  }
  return only;
}
