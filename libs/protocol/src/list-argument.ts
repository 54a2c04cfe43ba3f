// The argument of LIST and of STAT: options as for `ls`, then patterns. The options are a closed set; none of them can
// change how the rest is read.

/** Options that are in force, `l` (long format) being the default. */
export interface ListOptions {
  /** Names that start with a dot, `.` and `..` too. */
  readonly a: boolean;
  /** Long format. */
  readonly l: boolean;
  /** `-1`: one name a line; neither `l` nor `C`. */
  readonly one: boolean;
  /** Columns. */
  readonly C: boolean;
  /** A letter behind the name tells the type. */
  readonly F: boolean;
  /** Directories below, too. */
  readonly R: boolean;
  /** Directories as entries, not their content. */
  readonly d: boolean;
  /** Reverse order. */
  readonly r: boolean;
  /** By time, newest first. */
  readonly t: boolean;
  /** By size, largest first. */
  readonly S: boolean;
}

export interface ListArgument {
  readonly options: ListOptions;
  /** For `compilePattern`; in the order given, none of them empty. */
  readonly patterns: readonly string[];
}

const LETTERS = ['a', 'C', 'd', 'F', 'l', 'r', 'R', 'S', 't'] as const;
const OPTION_WORD = /^ *-([^ ]*)/;
const PATTERN = /(?:\\.|[^\\ ]|\\$)+/gs;
const ESCAPED = /\\([ {}\\])/g;

function applyLetter(options: { -readonly [Letter in keyof ListOptions]: boolean }, letter: string): void {
  switch (letter) {
    case 'a':
    case 'F':
    case 'R':
    case 'd':
    case 'r':
      options[letter] = true;
      break;
    case 'l':
    case 'C':
    case '1':
      options.l = letter === 'l';
      options.C = letter === 'C';
      options.one = letter === '1';
      break;
    case 't':
    case 'S':
      options.t = letter === 't';
      options.S = letter === 'S';
      break;
    default:
      break;
  }
}

/**
 * Reads option words, then patterns, which spaces separate. Letters that are no option are ignored; of `l`, `C` and `1`,
 * and of `t` and `S`, the last one counts. `--` is an option word without letters: a name that starts with a hyphen is
 * reached as `./-name`.
 *
 * In a pattern `\ ` is a space, and `\\`, `\{` and `\}` are the character behind the backslash. Patterns quote with
 * backslashes as well, so a name's backslash takes four.
 */
export function parseListArgument(argument: string): ListArgument {
  const options = {
    a: false,
    l: true,
    one: false,
    C: false,
    F: false,
    R: false,
    d: false,
    r: false,
    t: false,
    S: false,
  };
  let rest = argument;
  for (let word = OPTION_WORD.exec(rest); word; word = OPTION_WORD.exec(rest)) {
    for (const letter of word[1] ?? '') applyLetter(options, letter);
    rest = rest.slice(word[0].length);
  }
  return { options, patterns: Array.from(rest.matchAll(PATTERN), ([pattern]) => pattern.replace(ESCAPED, '$1')) };
}

/** The options in force as Pure-FTPd repeats them before the last line of its reply, such as `-a -l -t`. */
export function formatListOptions(options: ListOptions): string {
  return LETTERS.filter((letter) => options[letter])
    .map((letter) => (letter === 't' ? '-t' : `-${letter} `))
    .join('');
}
