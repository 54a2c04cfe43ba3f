// The table of options in the README of the daemon.
import { type Documented, keyName } from './documented.ts';
import { markdownTable } from './table.ts';

const HEAD = ['option', 'key', 'what it does'];

/** The options as a table in Markdown, in their order. */
export function optionsTable(options: readonly Documented[]): string {
  return markdownTable([HEAD, ...options.map(cells)]);
}

function cells(option: Documented): string[] {
  const { short, long, argument, description, notes, keys = [] } = option;
  const name = `--${long}${argument === undefined ? '' : ` ${argument}`}`;
  const names = short === undefined ? code(name) : `${code(`-${short}`)}, ${code(name)}`;
  const text = escaped(description) + (notes === undefined ? '' : `. ${escaped(notes)}`);
  return [names, keys.map((key) => code(keyName(option, key))).join(', '), text];
}

/** A bar would end the cell, in code too. */
function escaped(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}

function code(text: string): string {
  return `\`${escaped(text)}\``;
}
