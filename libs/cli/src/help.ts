import type { OptionSpec } from './getopt.ts';
import { writeAll } from './output.ts';

/** What stands on the help page of a program. */
export interface HelpPage {
  readonly program: string;
  readonly version: string;
  /** What the program is for: a sentence. */
  readonly purpose: string;
  /** Ways to call it: the words after its name, such as `[OPTION]...`. */
  readonly usage: readonly string[];
  readonly options: readonly OptionSpec[];
  /** Paragraphs after the options. */
  readonly epilogue?: readonly string[];
}

// Longer names have their description on the next line.
const WIDEST_NAMES = 32;

/** Lines that are longer are hard to read, however wide the terminal is. */
const WIDEST_PAGE = 100;

/** Of `--help` and `--version`, which every program has. */
const OWN_OPTIONS: readonly OptionSpec[] = [
  { long: 'help', description: 'print this page' },
  { long: 'version', description: 'print the version' },
];

/** A plain word is in brackets; what shows its own form, as `[address,]port`, stands as it is. */
function value(argument: string): string {
  return /^[\w -]+$/.test(argument) && !/\d/.test(argument) ? `<${argument}>` : argument;
}

function names({ short, long, argument }: OptionSpec): string {
  const letter = short === undefined ? '   ' : `-${short}${long === undefined ? '' : ','}`;
  const word = long === undefined ? '' : ` --${long}`;
  return `  ${letter}${word}${argument === undefined ? '' : ` ${value(argument)}`}`;
}

/** Breaks text into lines of at most `width` characters, between words. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function optionLines(table: readonly OptionSpec[], columns: number): string[] {
  const rows = table.map((spec) => ({ left: names(spec), description: spec.description }));
  const indent = Math.min(WIDEST_NAMES, Math.max(0, ...rows.map(({ left }) => left.length))) + 2;
  return rows.flatMap(({ left, description }) => {
    const [first = '', ...rest] = wrap(description, Math.max(20, columns - indent));
    const begin = left.length + 2 > indent ? [left, ' '.repeat(indent) + first] : [left.padEnd(indent) + first];
    return [...begin, ...rest.map((line) => ' '.repeat(indent) + line)];
  });
}

/** `pure-pw v1.2.3`: the second word is the version, for scripts. */
export function versionText({ program, version }: Pick<HelpPage, 'program' | 'version'>): string {
  return `${program} v${version}`;
}

/**
 * A help page for people, from the table that the command line is read with.
 * @param columns width of the terminal
 */
export function renderHelp(page: HelpPage, columns: number = process.stdout.columns ?? 80): string {
  const width = Math.min(columns, WIDEST_PAGE);
  const own = OWN_OPTIONS.filter(({ long }) => page.options.every((option) => option.long !== long));
  const lines = [
    ...page.usage.map((words, index) => `${index === 0 ? 'Usage:' : '      '} ${page.program} ${words}`.trimEnd()),
    '',
    ...wrap(page.purpose, width),
    '',
    'Options:',
    ...optionLines([...page.options, ...own], width),
    ...(page.epilogue ?? []).flatMap((paragraph) => ['', ...wrap(paragraph, width)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** What a program says of itself. */
export interface About {
  readonly program: string;
  readonly version: string;
  readonly help: () => string;
}

/**
 * Answers `--help` and `--version` on standard output, where one is the first word. Behind other words they may be names, or values.
 * @returns whether it was one of them, so that nothing else is to be done
 */
export function tellsAbout(about: About, words: readonly string[]): boolean {
  const [first] = words;
  if (first !== '--help' && first !== '--version') return false;
  writeAll(1, Buffer.from(first === '--help' ? about.help() : `${versionText(about)}\n`));
  return true;
}
