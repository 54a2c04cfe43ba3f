import type { OptionSpec } from './getopt.ts';

/** What stands around the options on a help page. */
export interface HelpPage {
  readonly program: string;
  /** The words after the program's name, such as `[options] [config file]`. */
  readonly usage: string;
  /** Text after the options. */
  readonly epilogue?: string;
}

// Longer names have their description on the next line.
const WIDEST_NAMES = 32;

function names({ short, long, argument }: OptionSpec): string {
  const letter = short === undefined ? '   ' : `-${short}${long === undefined ? '' : ','}`;
  const word = long === undefined ? '' : ` --${long}`;
  const value = argument === undefined ? '' : ` <${argument}>`;
  return `  ${letter}${word}${value}`;
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

/**
 * A help page for people, from the table that the command line is read with, for a terminal of `columns`. The terse list
 * that the C server prints is its own business, not this.
 */
export function renderHelp(page: HelpPage, table: readonly OptionSpec[], columns = 80): string {
  const rows = table.map((spec) => ({ left: names(spec), description: spec.description }));
  const indent = Math.min(WIDEST_NAMES, Math.max(0, ...rows.map(({ left }) => left.length))) + 2;
  const lines = [`Usage: ${page.program} ${page.usage}`, '', 'Options:'];
  for (const { left, description } of rows) {
    const [first = '', ...rest] = wrap(description, Math.max(20, columns - indent));
    if (left.length + 2 > indent) {
      lines.push(left, ' '.repeat(indent) + first);
    } else {
      lines.push(left.padEnd(indent) + first);
    }
    lines.push(...rest.map((line) => ' '.repeat(indent) + line));
  }
  if (page.epilogue !== undefined) {
    lines.push('', ...wrap(page.epilogue, columns));
  }
  return `${lines.join('\n')}\n`;
}
